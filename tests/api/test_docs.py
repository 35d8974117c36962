"""The documentation page: served from here, under the policy that lets no foreign script in."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.api.test_registering import APPEAL
from tests.browser import Visit
from tests.cast import City
from workorders.models import WorkOrder


@pytest.mark.django_db
def test_who_has_not_signed_in_is_asked_to(city: City) -> None:
    answer = Client().get(reverse("docs"))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("login"))


@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_lin_reads_how_an_appeal_is_registered_and_tries_it(visit: Visit, city: City) -> None:
    page = visit(city.lin, reverse("docs"))
    page.get_by_role("heading", name="Citizen hotline").wait_for()
    page.locator("#operations-referrals-referrals_accept").wait_for()
    outside = [one for one in page.evaluate("performance.getEntries().map(entry => entry.name)") if "//" in one]
    assert all(one.startswith(page.url.split("/api/")[0]) for one in outside)

    operation = page.locator("#operations-work-orders-work_orders_create")
    operation.locator("button.opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea.body-param__text").fill(json.dumps(APPEAL))
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="201").wait_for()
    assert WorkOrder.objects.get().registered_by == city.lin
