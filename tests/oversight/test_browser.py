"""The board in a real browser: charts are drawn, it fits, axe-core finds nothing, a number leads to its rows."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.browser import Visit
from tests.cast import City
from tests.oversight.stories import END_OF_MONTH, a_month_of_everything, at
from tests.pages.test_axe import judge

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_chen_reads_the_board_on_a_desk_and_on_a_phone(
    visit: Visit, city: City, clock: Callable[[datetime], None], language: str
) -> None:
    a_month_of_everything(city)
    clock(at(END_OF_MONTH))
    for path in ("/board/?by=category&theme=verdict", "/board/rows/?of=on_time"):
        page = visit(city.chen, path, language=language)
        page.wait_for_load_state("networkidle")
        assert judge(page) == [], path


def test_a_number_leads_to_its_rows_and_a_small_line_to_the_trend(
    visit: Visit, city: City, clock: Callable[[datetime], None]
) -> None:
    a_month_of_everything(city)
    clock(at(END_OF_MONTH))
    page = visit(city.chen, "/board/")
    page.locator("#trend .board-chart svg").nth(1).wait_for()
    page.get_by_role("link", name="Dispatch accuracy: show in the trend").click()
    page.get_by_role("heading", name="Trend: Dispatch accuracy").wait_for()
    tile = page.locator("article", has_text="Dispatch accuracy")
    tile.get_by_text("How is this counted?").click()
    tile.locator("li", has_text="return upheld").get_by_role("link", name="1", exact=True).click()
    page.get_by_role("heading", name="Dispatch accuracy: return upheld").wait_for()
    assert page.locator("tbody tr").count() == 1
    page.locator("tbody tr a").click()
    page.get_by_role("heading", name="花园路水管漏水").wait_for()
