"""The Content-Security-Policy in a real browser: no page needs what it refuses, and it refuses what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.access import table
from tests.browser import REFUSED, Visit
from tests.cast import City
from tests.pages.test_axe import LOOKS, PEOPLE
from tests.pages.world import NOW, World, settle

pytestmark = pytest.mark.xdist_group("browser")

# What pages may keep in the browser: the theme, the row one came from, and htmx the address one is at; no page.
KEPT = {"theme", "row", "htmx-current-path-for-history"}
BY_THE_ADMINISTRATION = {"django.admin.navSidebarIsOpen", "django.admin.filtersState"}
# Written into a page by whoever found a hole.
INJECTED = """() => {
  document.body.insertAdjacentHTML("beforeend", `<base href="https://evil.example/"><p id="written" style="color: red">
    <img src="data:," onerror="window.ran = 'handler'"><iframe src="data:text/html,framed"></iframe>
    <object data="data:text/html,object"></object><style>#written { background: red }</style></p>`);
  const script = document.createElement("script");
  script.textContent = "window.ran = 'script'";
  const foreign = document.createElement("script");
  foreign.src = "https://evil.example/x.js";
  document.body.append(script, foreign);
  setTimeout("window.ran = 'string'");
}"""


@pytest.fixture
def warned() -> Iterator[Callable[[ConsoleMessage], None]]:
    """A header the browser does not understand is a warning on the console."""
    heard: list[str] = []
    yield lambda message: heard.append(message.text) if message.type == "warning" else None
    assert [line for line in heard if "olicy" in line] == []


@pytest.mark.parametrize("person", PEOPLE, ids=[person or "nobody" for person in PEOPLE])
def test_no_page_needs_what_the_policy_refuses(
    person: str,
    visit: Visit,
    clock: Callable[[datetime], None],
    city: City,
    warned: Callable[[ConsoleMessage], None],
) -> None:
    world = settle(city)
    clock(NOW)
    page = visit(getattr(city, person) if person else None, "/sign-in/")
    page.on("console", warned)
    for look in (look for look in LOOKS if look.who == person):
        page.goto(look.path(world))
        if look.then:
            look.then(page)
        page.wait_for_load_state("networkidle")
        assert kept(page) <= KEPT, look.name


def kept(page: Page) -> set[str]:
    return set(page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"))


def test_nor_does_any_address_of_the_table(visit: Visit, city: City) -> None:
    page = visit(city.chen, "/")
    addresses = {row.address for row in table.rows(table.PAGES) if row.method == "GET" and row.address.endswith("/")}
    assert {"/register/", "/drafts/", "/second-factor/"} <= addresses
    for address in sorted(address for address in addresses if "{" not in address):
        page.goto(address)


def test_nor_does_a_bar_or_a_chart(visit: Visit, clock: Callable[[datetime], None], city: City) -> None:
    world: World = settle(city)
    clock(NOW)
    page = visit(city.zhao, world.url("accepted"))
    bar = page.locator("svg.bar").first
    whole, done = (box and box["width"] for box in (bar.bounding_box(), bar.locator("rect").bounding_box()))
    told = re.match(r"\d+", bar.get_attribute("aria-label") or "")
    assert whole and done and told and abs(done / whole - int(told[0]) / 100) < 0.02

    page = visit(city.chen, "/board/")
    page.locator("[data-chart] svg").first.hover()
    dot = page.locator("[data-chart] .tip i").first
    dot.wait_for()
    assert dot.evaluate("dot => getComputedStyle(dot).backgroundColor") == "rgb(31, 95, 174)"


def test_nor_does_the_administration(
    visit: Visit, clock: Callable[[datetime], None], city: City, warned: Callable[[ConsoleMessage], None]
) -> None:
    settle(city)
    clock(NOW)
    city.admin.is_staff = True
    city.admin.save(update_fields=["is_staff"])
    page = visit(city.admin, "/admin/")
    page.on("console", warned)
    for kind, may in table.kept().items():
        if "view" not in may:
            continue
        base = f"/admin/{kind}/"
        model: Any = apps.get_model(kind.replace("/", "."))
        record = model.objects.order_by("pk").first()
        of_one = ["change", "history", *(["delete"] if "delete" in may else [])] if record else []
        for path in ["", *(["add/"] if "add" in may else []), *(f"{record.pk}/{what}/" for what in of_one)]:
            answer = page.goto(base + path)
            assert answer is not None and answer.status == 200, base + path
            for opener in page.locator(".datetimeshortcuts a, .select2-selection").all():
                opener.click()
                page.keyboard.press("Escape")
    for path in ("/admin/password_change/", "/admin/staff/", "/admin/nothing/there/"):
        page.goto(path)
    assert kept(page) <= KEPT | BY_THE_ADMINISTRATION


def test_back_and_forward_ask_anew_and_nobody_reads_on_after_signing_out(
    visit: Visit, clock: Callable[[datetime], None], city: City
) -> None:
    world = settle(city)
    clock(NOW)
    page = visit(city.zhao, "/orders/?status=referred")
    page.locator(f'a[href="{world.url("accepted")}"]').first.click()
    page.locator(".part").first.wait_for()
    page.go_back()
    page.locator("tr[data-row]").first.wait_for()
    assert page.url.endswith("/orders/?status=referred")
    page.go_forward()
    page.locator(".part").first.wait_for()
    page.locator('form[action="/sign-out/"]').first.evaluate("form => form.submit()")
    page.locator("#id_username").wait_for()
    page.go_back()
    page.locator("#id_username").wait_for()
    assert page.locator(".part").count() == 0


def test_nor_do_the_pages_of_faults(visit: Visit, city: City, settings: Any) -> None:
    page = visit(city.lin, "/password/")
    page.locator("main input[name=csrfmiddlewaretoken]").evaluate("field => field.value = 'of-another-day'")
    for field in page.locator("main input[type=password]").all():
        field.fill("hotline-12345")
    page.locator("main button.btn-primary").click()
    page.get_by_role("heading", name="The form is out of date").wait_for()
    settings.ROOT_URLCONF = "tests.pages.faulty"
    for path, status in (("/misread/", 400), ("/away/", 503)):
        answer = page.goto(path)
        assert answer is not None and answer.status == status
        assert page.evaluate("document.styleSheets.length") > 0


def test_what_is_written_into_a_page_neither_runs_nor_shows(browser: Browser, site: str, db: None) -> None:
    context = browser.new_context(base_url=site)
    context.add_init_script(REFUSED)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto("/sign-in/")
    page.evaluate(INJECTED)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran ?? 'nothing'") == "nothing"
    shown = page.locator("#written").evaluate("p => [getComputedStyle(p).color, getComputedStyle(p).backgroundColor]")
    assert "rgb(255, 0, 0)" not in shown
    assert page.evaluate("document.baseURI").startswith(site)
    said = {line.split()[4] for line in heard if line.startswith("refused by the policy")}
    refused = {"script-src-elem", "script-src-attr", "style-src-attr", "style-src-elem", "base-uri", "script-src"}
    assert said >= refused | {"frame-src", "object-src"}
    context.close()


# --- and what is written in our own files

WRITTEN = {
    "a style inside a tag": r"<[^>]*\sstyle\s*=",
    "a handler inside a tag": r"<[^>]*\son[a-z]+\s*=",
    "htmx's own handlers": r"\shx-on|hx-vals\s*=\s*[\"']js:|hx-headers\s*=\s*[\"']js:",
    "a style sheet inside a page": r"<style\b",
    "a script inside a page": r"<script\b(?![^>]*(\bsrc=|type=\"application/json\"))",
    "a script as an address": r"javascript:",
}


@pytest.mark.parametrize("what", WRITTEN)
def test_no_template_holds(what: str) -> None:
    for path in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        found = re.search(WRITTEN[what], path.read_text(encoding="utf-8"))
        assert found is None, path.name


@pytest.mark.parametrize(
    ("what", "page"),
    [
        ("a style inside a tag", '<p class="a" style="color: red">'),
        ("a handler inside a tag", "<button type=button onclick=go()>"),
        ("htmx's own handlers", '<a hx-on:click="go()">'),
        ("a style sheet inside a page", "<style>p { color: red }</style>"),
        ("a script inside a page", "<script type=module>go()</script>"),
        ("a script as an address", '<a href="javascript:go()">'),
    ],
)
def test_the_search_finds(what: str, page: str) -> None:
    assert re.search(WRITTEN[what], page)


def test_our_scripts_write_no_styles_into_tags() -> None:
    for path in Path(settings.BASE_DIR / "static" / "js").glob("*.js"):
        found = re.search(r"""setAttribute\(["']style|\beval\(|new Function|style=""", path.read_text(encoding="utf-8"))
        assert found is None, path.name
