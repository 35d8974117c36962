"""Every page in both languages, both themes and both sizes: axe-core finds nothing, nothing runs off the side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.browser import DESK, PHONE, Visit
from tests.cast import City
from tests.pages.world import NOW, World, settle

pytestmark = pytest.mark.xdist_group("browser")

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
# What is asked of a page: the conformance rules and the best practices, all of them.
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 160)} — ${node.failureSummary.replace(/\\s+/g, " ").slice(0, 240)}`));
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Look:
    """A page as somebody sees it; `then` does something on it first."""

    name: str
    who: str
    path: Callable[[World], str]
    then: Callable[[Page], None] | None = None


def at(path: str) -> Callable[[World], str]:
    return lambda world: path


def order(name: str) -> Callable[[World], str]:
    return lambda world: world.url(name)


def move(name: str, move: str) -> Callable[[World], str]:
    return lambda world: f"{world.url(name)}{move}/"


def part(name: str, move: str) -> Callable[[World], str]:
    return lambda world: f"/referrals/{world.part(name).pk}/{move}/"


def press(keys: str, then: str) -> Callable[[Page], None]:
    """Press keys, and wait for what comes of it."""

    def pressed(page: Page) -> None:
        for key in keys.split():
            page.keyboard.press(key)
        page.locator(then).first.wait_for()

    return pressed


def click(what: str, then: str) -> Callable[[Page], None]:
    """Click, and wait for what comes of it."""

    def clicked(page: Page) -> None:
        page.locator(what).first.click()
        page.locator(then).first.wait_for()

    return clicked


def told(page: Page) -> None:
    """A caller who is known tells of a matter that is known."""
    page.fill("#id_caller_phone", "13987654321")
    page.fill("#id_content", "花园路12号门口水管漏水，路面积水")
    page.locator("button[name=join]").first.wait_for()
    page.locator("button[name=chase]").first.wait_for()


def wrong_password(page: Page) -> None:
    page.fill("#id_username", "lin")
    page.fill("#id_password", "not-hers")
    page.locator(".sign-in .btn-primary").click()
    page.locator(".alert-danger").wait_for()


LOOKS = [
    Look("sign in", "", at("/sign-in/")),
    Look("sign in refused", "", at("/sign-in/"), wrong_password),
    Look("home of an agent", "lin", at("/")),
    Look("home of a dispatcher", "wang", at("/")),
    Look("home of an officer", "zhao", at("/")),
    Look("home of a reviewer", "he", at("/")),
    Look("home of a callback agent", "tang", at("/")),
    Look("home of a supervisor", "chen", at("/")),
    Look("home of an administrator", "admin", at("/")),
    Look("home with nothing to do", "sun", at("/")),
    Look("list", "wang", at("/orders/")),
    Look("list narrowed", "chen", at("/orders/?status=referred&status=closed&kind=help&sort=next_due_at")),
    Look("list of nothing", "wang", at("/orders/?q=nothing-like-this")),
    Look("list misread", "wang", at("/orders/?registered_from=yesterday")),
    Look("queue", "chen", at("/orders/?queue=overdue")),
    Look("peek", "wang", at("/orders/"), press("j Space", "#peek .owed")),
    Look("shortcuts", "lin", at("/"), press("?", "#sheet[open]")),
    Look("palette", "wang", order("registered"), press("Control+k", "#palette[open] li")),
    Look("intake", "lin", at("/register/")),
    Look("intake with help", "lin", at("/register/"), told),
    Look("intake sent back", "lin", at("/register/"), click(".intake-ends .btn-primary", ".invalid-feedback")),
    Look("say to the caller", "lin", move("registered", "registered")),
    Look("dossier, registered", "wang", order("registered")),
    Look("dossier, sent", "zhao", order("sent")),
    Look("dossier, return asked for", "wang", order("returned")),
    Look("dossier, extension asked for", "zhao", order("extended")),
    Look("dossier, answered", "he", order("answered")),
    Look("dossier, awaiting callback", "tang", order("awaiting")),
    Look("dossier, deciding", "chen", order("deciding")),
    Look("dossier, rework", "chen", order("rework")),
    Look("dossier, closed", "chen", order("closed")),
    Look("dossier, merged", "lin", order("merged")),
    Look("dossier, report of wrongdoing", "zhao", order("report")),
    Look("dossier, shelved", "chen", order("shelved")),
    Look("refer, in place", "wang", order("registered"), press("r", "#move form")),
    Look("answer, in place", "zhao", order("accepted"), press("w", "#move form")),
    Look("verdict, in place", "tang", order("awaiting"), press("c", "#move form")),
    Look("move on its own page", "zhao", part("accepted", "answer")),
    Look("move sent back", "zhao", part("accepted", "answer"), click("#move .btn-primary", ".invalid-feedback")),
    Look("refusal", "he", move("closed", "refer")),
    Look("notices", "zhao", at("/notices/")),
    Look("no notices", "admin", at("/notices/")),
    Look("drafts", "lin", at("/drafts/")),
    Look("board", "chen", at("/board/")),
    Look("board by category", "chen", at("/board/?by=category")),
    Look("rows behind a number", "chen", at("/board/"), click(".board-sentence a", ".page-head")),
    Look("who has seen an order", "chen", move("closed", "seen")),
    Look("find whose looks", "chen", at("/seen/?q=陈")),
    Look("what a person has seen", "chen", at("/seen/chen/")),
    Look("sign-in log", "chen", at("/sign-in-log/?failed=1")),
    Look("own sign-ins", "lin", at("/sign-in-log/mine/")),
    Look("password", "lin", at("/password/")),
    Look("not for you", "zhao", at("/register/")),
    Look("not found", "lin", at("/nowhere/")),
]


PEOPLE = sorted({look.who for look in LOOKS})


@pytest.mark.parametrize("person", PEOPLE, ids=[person or "nobody" for person in PEOPLE])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    person: str, visit: Visit, clock: Callable[[datetime], None], city: City
) -> None:
    world = settle(city)
    clock(NOW)
    found: list[str] = []
    for language in ("en", "zh-hans"):
        page = visit(getattr(city, person) if person else None, "/sign-in/", language=language)
        for look in (look for look in LOOKS if look.who == person):
            page.set_viewport_size(DESK)
            page.goto(look.path(world))
            if look.then:
                look.then(page)
            found += [f"{look.name}, {language}, {line}" for line in judge(page)]
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_the_page_of_a_fault(visit: Visit, city: City) -> None:
    page = visit(None, "/sign-in/")
    page.set_content(render_to_string("500.html"))
    assert judge(page) == []


def test_nor_on_that_of_a_database_that_takes_nothing_with_what_was_typed(visit: Visit, city: City) -> None:
    told = {"code": "zh-hans", "title": "暂时无法完成操作", "words": "数据库处于只读状态。", "again": "再次提交"}
    texts = [{"name": name, "label": name, "value": value} for name, value in (("a", "漏水"), ("b", "漏水" * 40))]
    page = visit(None, "/sign-in/")
    page.set_content(render_to_string("503.html", {"told": [told], "texts": texts, "others": [], "action": "/"}))
    assert page.locator("textarea[rows='5']").count() == 1
    assert judge(page) == []


def judge(page: Page) -> list[str]:
    """What is wrong with the page as it stands, at both sizes and in both themes."""
    page.evaluate(AXE.read_text())
    found: list[str] = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        over: Any = page.evaluate(OVERFLOW)
        found += [f"{size['width']}: {over} pixels too wide"] if over > 0 else []
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme }", theme)
            found += [f"{size['width']} {theme}: {line}" for line in page.evaluate(RUN)]
    return found
