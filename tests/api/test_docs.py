"""The documentation page: served from here, under the policy that lets no foreign script in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.browser import Visit
from tests.cast import City


@pytest.mark.django_db
def test_who_has_not_signed_in_is_asked_to(city: City) -> None:
    answer = Client().get(reverse("docs"))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("login"))


@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_zhao_reads_how_a_referral_is_accepted_and_tries_it(visit: Visit, city: City) -> None:
    page = visit(city.zhao, reverse("docs"))
    page.get_by_role("heading", name="Citizen hotline").wait_for()
    page.locator("#operations-referrals-referrals_accept").wait_for()
    page.locator("#operations-api-root button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    outside = [one for one in page.evaluate("performance.getEntries().map(entry => entry.name)") if "//" in one]
    assert all(one.startswith(page.url.split("/api/")[0]) for one in outside)
