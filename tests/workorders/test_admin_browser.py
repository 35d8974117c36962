"""The administrator's pages in a real browser: their own scripts run, no others, in both languages."""

from __future__ import annotations

import pytest

from referrals import actions as referrals
from referrals.models import CatalogueRow
from staff.now import pretend
from staff.roles import give
from tests.browser import Visit
from tests.cast import MORNING, City
from workorders.models import TimeLimit

pytestmark = pytest.mark.xdist_group("browser")

PAGES = (
    "",
    "staff/department/",
    "staff/user/",
    "workorders/category/",
    "workorders/timelimit/",
    "referrals/cataloguerow/",
    "notices/notice/",
    "notices/delivery/",
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_lists_open_without_a_complaint_of_the_browser(visit: Visit, city: City, language: str) -> None:
    give(city.admin, "administrator")
    with pretend(MORNING):
        CatalogueRow.objects.create(category=city.leak, lead=city.water).supporting.add(city.traffic)
        referrals.refer(city.register(), by=city.wang, lead=city.water)
    page = visit(city.admin, "/admin/", language=language)
    for path in PAGES:
        page.goto(f"/admin/{path}")
        page.locator("#content h1").wait_for()
        assert page.locator("html").get_attribute("lang") == language


def test_a_limit_for_one_category_is_entered_by_typing_its_initials(visit: Visit, city: City) -> None:
    city.leak.save()
    page = visit(give(city.admin, "administrator"), "/admin/workorders/timelimit/add/")
    page.get_by_label("Step", exact=False).first.select_option("answer")
    page.locator(".field-category .select2-selection").click()
    page.locator(".select2-search__field").fill("gs")
    page.locator(".select2-results__option", has_text="公用事业 / 供水").click()
    page.get_by_label("Amount").fill("3")
    page.get_by_label("Unit").select_option("working_days")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").wait_for()
    assert TimeLimit.objects.get(category=city.leak).amount == 3
