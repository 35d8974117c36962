"""With a keyboard and a mouse: what was searched for stands in the box and in no address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from staff.now import pretend
from tests.browser import Visit
from tests.cast import MORNING, City
from tests.privacy.planted import DUANMU, OUYANG, hidden, plain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_a_number_is_searched_for_narrowed_and_searched_again_without_standing_in_the_address(
    visit: Visit, city: City
) -> None:
    with pretend(MORNING):
        his, hers = plain(city), hidden(city)
    page = visit(city.wang, "/")
    page.keyboard.press("/")
    page.keyboard.type(DUANMU.phone)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=his.number)).to_be_visible()
    expect(page.get_by_role("link", name=hers.number)).to_have_count(0)
    box = page.get_by_role("searchbox", name="Text or number")
    expect(box).to_have_value(DUANMU.phone)
    assert DUANMU.phone not in page.url

    page.locator("#filters select[name=status]").select_option("registered")
    page.wait_for_url("**status=registered**")
    expect(page.get_by_role("link", name=his.number)).to_be_visible()
    box.fill(OUYANG.phone)
    box.press("Enter")
    expect(page.get_by_role("link", name=hers.number)).to_be_visible()
    assert OUYANG.phone not in page.url and "status=registered" in page.url


def test_the_telephone_system_names_the_caller_where_no_server_sees_it(visit: Visit, city: City) -> None:
    with pretend(MORNING):
        his = plain(city)
    page = visit(city.lin, f"/register/#caller_phone={DUANMU.phone}")
    expect(page.locator("#id_caller_phone")).to_have_value(DUANMU.phone)
    expect(page.locator("#help")).to_contain_text(his.title)
    assert DUANMU.phone not in page.url
