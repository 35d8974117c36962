"""The whole life of one appeal as its people see it: clicked and typed in a real browser, and told by the timeline."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from staff.models import User
from tests.browser import Visit
from tests.cast import MORNING, City
from workorders.models import Status, WorkOrder

pytestmark = pytest.mark.xdist_group("browser")

TOLD = [
    "Registered",
    "Referred to 市公安局交警支队",
    "市公安局交警支队 asks to return it: not our duty",
    "Return upheld: 市公安局交警支队",
    "Referred to 市水务集团",
    "市水务集团 accepted",
    "市水务集团 spoke to the citizen",
    "市水务集团 asks for 3 more working days",
    "3 more working days granted, due Thu 3 Dec 2026 17:30",
    "市水务集团 answered: solved",
    "Answer passed review",
    "Called back: not solved, unsatisfied",
    "Sent for rework to 市水务集团",
    "市水务集团 accepted",
    "市水务集团 spoke to the citizen",
    "市水务集团 answered: solved",
    "Answer passed review",
    "Called back: solved, very satisfied",
]


class Desk:
    """A person at the desk with one order before him: opens it, picks a move, fills its form, sends it."""

    def __init__(self, visit: Visit, who: User, order: WorkOrder) -> None:
        self.page: Page = visit(who, order.get_absolute_url())
        self.doing = ""

    def move(self, name: str, **texts: str) -> Desk:
        """Pick the move; the focus stands in its form."""
        self.doing = name
        self.page.get_by_role("region", name="What you can do").get_by_role("link", name=re.compile(f"^{name}")).click()
        expect(self.page.locator("#move :focus")).to_be_visible()
        for field, text in texts.items():
            self.page.locator(f"#move [name={field}]").fill(text)
        return self

    def choose(self, question: str, answer: str) -> Desk:
        self.page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
        return self

    def pick(self, label: str, letters: str) -> Desk:
        """Type a few letters into a picker and take the first."""
        pick(self.page, label, letters)
        return self

    def send(self) -> Desk:
        """Ctrl+Enter; the dossier says that it is done."""
        self.page.keyboard.press("Control+Enter")
        expect(self.page.get_by_role("status").filter(has_text=f"Done: {self.doing}.")).to_be_visible()
        return self


def pick(page: Page, label: str, letters: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.press_sequentially(letters)
    box.press("Enter")


def register(page: Page) -> WorkOrder:
    """Lin, with the keyboard: n, and the fields in the order of speech."""
    page.keyboard.press("n")
    page.get_by_label("Phone").fill("13812340271")
    page.get_by_label("Name").fill("王小明")
    page.get_by_label("What happened").fill("花园路12号门口水管漏水两天，路面积水。")
    page.get_by_label("Title").fill("花园路水管漏水")
    pick(page, "Area", "hyjd")
    page.get_by_label("Place").fill("花园路12号")
    page.get_by_label("What the citizen wants").fill("尽快修复")
    pick(page, "Category", "gysygs")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Say to the caller")).to_be_visible()
    return WorkOrder.objects.get(number=page.locator(".say-number").first.inner_text())


def test_an_appeal_lives_from_the_call_to_its_closing(
    visit: Visit, clock: Callable[[datetime], None], city: City
) -> None:
    clock(MORNING)
    lin = visit(city.lin, "/")
    order = register(lin)
    expect(lin.locator(".say")).to_contain_text("Mon 30 Nov 2026 17:30")
    clock(MORNING + timedelta(minutes=5))
    board = visit(city.chen, "/board/").locator(".board-sentence")
    expect(board).to_contain_text("Of 1 appeals registered in November 2026, 0.0% are closed")
    wang = Desk(visit, city.wang, order)
    wang.move("Refer").pick("Lead department", "jjzd").send()

    clock(MORNING + timedelta(hours=1))
    Desk(visit, city.qian, order).move("Ask to return", basis="供水条例：由供水企业负责").choose(
        "Reason", "not our duty"
    ).send()

    clock(MORNING + timedelta(hours=1, minutes=30))
    wang = Desk(visit, city.wang, order)
    wang.move("Uphold the return", ruling="同意").send()
    wang.move("Refer").pick("Lead department", "市水务").send()

    clock(MORNING + timedelta(hours=5))
    zhao = Desk(visit, city.zhao, order)
    zhao.move("Accept").send()
    zhao.move("Record first contact", note="已联系市民").send()
    zhao.move("Ask for time", days="3", reason="需更换管道").send()
    Desk(visit, city.wang, order).move("Grant the extension").send()

    clock(MORNING + timedelta(days=1))
    answer(visit, city, order, "已修复漏水管道")

    clock(MORNING + timedelta(days=1, hours=5))
    tang = Desk(visit, city.tang, order).move("Record the citizen's verdict", opinion="还在漏。")
    tang.choose("Were you contacted by the department?", "yes").choose("Is it solved?", "not solved")
    tang.choose("Are you satisfied with the result?", "unsatisfied")
    tang.page.get_by_label("If not content: why?").select_option(label="not solved")
    tang.send()
    Desk(visit, city.chen, order).move("Rework", instructions="请彻底修复").send()

    clock(MORNING + timedelta(days=2))
    zhao = Desk(visit, city.zhao, order)
    zhao.move("Accept").send()
    zhao.move("Record first contact", note="再次上门").send()
    answer(visit, city, order, "已更换整段管道")

    clock(MORNING + timedelta(days=2, hours=5))
    tang = Desk(visit, city.tang, order).move("Record the citizen's verdict")
    tang.choose("Were you contacted by the department?", "yes").choose("Is it solved?", "solved")
    tang.choose("Are you satisfied with the result?", "very satisfied").send()

    expect(tang.page.locator(".dossier-head")).to_contain_text("Closed: nobody owes anything.")
    told = tang.page.locator(".timeline-list > li p:first-child b").all_inner_texts()
    assert told[::-1] == TOLD
    board = visit(city.chen, "/board/").locator(".board-sentence")
    expect(board).to_contain_text("Of 1 appeals registered in November 2026, 100.0% are closed")
    board.get_by_role("link", name="100.0%").click()
    expect(board.page.get_by_role("link", name=order.number)).to_be_visible()
    order.refresh_from_db()
    assert order.status == Status.CLOSED and order.reworks == 1


def answer(visit: Visit, city: City, order: WorkOrder, reply: str) -> None:
    """Zhao answers, He passes it."""
    zhao = Desk(visit, city.zhao, order).move("Answer", public_reply=reply, internal_note="材料费走维修预算")
    zhao.choose("Outcome", "solved").send()
    Desk(visit, city.he, order).move("Pass the answer").send()
