"""What an agent's hands expect: the keyboard alone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from referrals import actions as referrals
from tests.browser import PHONE, Visit
from tests.cast import MORNING, City
from workorders.models import Status, WorkOrder

pytestmark = pytest.mark.xdist_group("browser")
Clock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(clock: Clock) -> None:
    clock(MORNING)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """The name of the field that has the focus."""
    return str(page.evaluate("() => document.activeElement.name || document.activeElement.id"))


def test_lin_registers_a_call_with_the_keyboard_alone(visit: Visit, city: City) -> None:
    city.leak.kind, city.leak.urgency = "complaint", "urgent"
    city.leak.questions = [{"label": "水表号", "type": "text"}]
    city.leak.save()
    page = visit(city.lin, "/")
    keys(page, "n")
    page.wait_for_url("**/register/*/")
    expect(page.locator("#id_content")).to_be_focused()
    page.keyboard.insert_text("水管漏水两天，路面积水。")
    keys(page, "Tab")
    page.keyboard.insert_text("花园路水管漏水")
    keys(page, "Tab", *"hyjd", "Enter", "Tab")
    page.keyboard.insert_text("花园路12号")
    page.locator("#id_category-input").focus()  # past the date's many stops
    keys(page, *"0401", "Enter")
    expect(page.locator("#id_kind")).to_have_value("complaint")
    expect(page.locator("#id_urgency")).to_have_value("urgent")
    expect(page.get_by_label("水表号")).to_be_visible()
    keys(page, "Control+Enter")
    expect(page.get_by_role("heading", name="Say to the caller")).to_be_visible()
    expect(page.get_by_role("link", name="Next call")).to_be_focused()
    order = WorkOrder.objects.get()
    assert (order.title, order.area, order.category) == ("花园路水管漏水", city.area, city.leak)
    keys(page, "Enter")
    page.wait_for_url("**/register/*/")
    expect(page.locator("#id_title")).to_have_value("")


def test_what_is_typed_is_saved_and_there_again_after_a_reload(visit: Visit, city: City) -> None:
    page = visit(city.lin, "/register/")
    page.locator("#id_content").press_sequentially("leak")
    expect(page.locator("[data-saved]")).to_have_text("saved 10:00")
    page.reload()
    expect(page.locator("#id_content")).to_have_value("leak")
    expect(page.locator("[data-saved]")).to_have_text("draft of 10:00")


def test_the_last_letters_before_leaving_are_saved_too(visit: Visit, city: City) -> None:
    page = visit(city.lin, "/register/")
    page.locator("#id_content").press_sequentially("leak")
    page.goto("/")
    page.go_back()
    expect(page.locator("#id_content")).to_have_value("leak")


def test_answering_on_the_spot_first_asks_what_was_said(visit: Visit, city: City) -> None:
    page = visit(city.lin, "/register/")
    page.get_by_role("button", name="Answered on the spot").click()
    assert focused(page) == "reply"


def test_a_matter_that_is_registered_already_is_joined_by_a_button(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.lin, "/register/#caller_phone=13700001111")
    page.locator("#id_content").press_sequentially("花园路12号门口水管漏水，路面积水")
    page.get_by_role("button", name="Join this caller").click()
    expect(page.locator(".say")).to_contain_text(order.number)
    assert WorkOrder.objects.get(merged_into=order).status == Status.MERGED


def test_wang_walks_a_list_peeks_opens_and_refers_without_a_mouse(visit: Visit, city: City) -> None:
    first, second = city.register(), city.register(title="花园路路面塌陷")
    page = visit(city.wang, "/orders/?sort=registered_at")
    keys(page, "j", "j", " ")
    expect(page.locator("#peek h2")).to_have_text(second.title)
    keys(page, "k")
    expect(page.locator("#peek h2")).to_have_text(first.title)
    keys(page, "Escape")
    expect(page.locator("#peek")).to_be_hidden()
    expect(page.get_by_role("link", name=first.number)).to_be_focused()
    keys(page, "Enter")
    page.wait_for_url(f"**{first.get_absolute_url()}")
    keys(page, "r")
    expect(page.get_by_role("combobox", name="Lead department")).to_be_focused()
    keys(page, "Escape")
    expect(page.locator("#move form")).to_have_count(0)
    expect(page.get_by_role("link", name="Refer", exact=True)).to_be_focused()
    keys(page, "r")
    expect(page.get_by_role("combobox", name="Lead department")).to_be_focused()
    keys(page, *"sswjt", "Enter", "Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Done: Refer.")).to_be_visible()
    assert first.referrals.get().department == city.water


def test_several_supporting_departments_stand_as_chips(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.wang, order.get_absolute_url())
    keys(page, "r")
    expect(page.get_by_role("combobox", name="Lead department")).to_be_focused()
    keys(page, *"sswjt", "Enter", "Tab", *"jjzd", "Enter", *"yszrmzf", "Enter")
    expect(page.locator(".picker .chip")).to_have_count(2)
    keys(page, "Backspace", "Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Done: Refer.")).to_be_visible()
    assert set(order.referrals.values_list("department__code", flat=True)) == {"water", "traffic-police"}


def test_letters_typed_into_a_field_or_composed_are_no_shortcuts(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.wang, order.get_absolute_url())
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'r', isComposing: true, bubbles: true}))")
    keys(page, "/")
    assert focused(page) == "q"
    keys(page, "r", "?")
    expect(page.locator("#move form")).to_have_count(0)
    expect(page.locator("#sheet")).to_be_hidden()


def test_the_palette_does_a_move_by_a_few_letters(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.wang, order.get_absolute_url())
    keys(page, "Control+k", *"add a n", "Enter")
    expect(page.get_by_label("Internal note")).to_be_focused()


def test_a_colleagues_entry_stops_wang_shows_itself_and_keeps_what_he_typed(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.wang, order.get_absolute_url())
    keys(page, "r")
    expect(page.get_by_role("combobox", name="Lead department")).to_be_focused()
    keys(page, *"sswjt", "Enter")
    page.get_by_label("Instructions to the departments").fill("请先联系市民")
    referrals.refer(order, by=city.chen, lead=city.traffic)
    keys(page, "Control+Enter")
    expect(page.locator("#move .alert")).to_contain_text("Stopped: 1 newer entry")
    expect(page.locator("#move .alert")).to_contain_text("Referred to 市公安局交警支队")
    expect(page.get_by_label("Instructions to the departments")).to_have_value("请先联系市民")
    page.get_by_label("Instructions to the departments").focus()
    keys(page, "Control+Enter")
    expect(page.locator("#move [data-refusal]")).to_contain_text("Not possible while")
    expect(page.get_by_label("Instructions to the departments")).to_have_value("请先联系市民")


def test_a_session_that_ended_is_renewed_in_place_and_the_move_goes_through(visit: Visit, city: City) -> None:
    order = city.register()
    page = visit(city.wang, order.get_absolute_url())
    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("Internal note").fill("市民下午在家")
    page.context.clear_cookies(name="sessionid")
    keys(page, "Control+Enter")
    dialog = page.get_by_role("dialog", name="You were signed out")
    dialog.get_by_label("Password of 王磊").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Password of 王磊").fill("hotline-12345")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Internal note")).to_have_value("市民下午在家")
    page.get_by_label("Internal note").focus()
    keys(page, "Control+Enter")
    expect(page.locator(".timeline-list")).to_contain_text("市民下午在家")


def test_zhao_accepts_on_his_phone_with_his_thumb(visit: Visit, city: City) -> None:
    order = city.register()
    referrals.refer(order, by=city.wang, lead=city.water)
    page = visit(city.zhao, "/", size=PHONE)
    page.get_by_role("navigation", name="My queues").get_by_role("link", name="To accept").click()
    page.locator("[data-row]").click()
    page.get_by_role("link", name="Accept", exact=True).click()
    page.locator("#move .btn-primary").click()
    expect(page.get_by_role("status").filter(has_text="Done: Accept.")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for time")).to_be_hidden()
    page.get_by_role("region", name="What you can do").get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Ask for time")).to_be_visible()
