"""A real browser for tests: Chromium through Playwright against the live server.

    @pytest.mark.xdist_group("browser")
    def test_lin_sees_her_queues(visit: Visit, city: City) -> None:
        page = visit(city.lin, "/")
        page.get_by_role("heading", name="My work").wait_for()

Where no Chromium is installed these tests are skipped, and the summary says why. `clock(at)` tells the server the time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from http.client import HTTPConnection
from threading import enumerate as threads
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from staff.models import User
from staff.now import pretend_to_all
from tests.processes import wait_until

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WAIT = 10_000  # milliseconds until a page that does not come is a failure
# Said by the browser and by htmx of answers that are meant: a form sent back, a refusal, an ended session, a database
# that takes nothing.
MEANT = tuple(
    f"{words} {status}"
    for words in ("Failed to load resource: the server responded with a status of", "Response Status Error Code")
    for status in ("4", "503")
)
# What the page's policy refuses is said on its console.
REFUSED = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));"""


class Visit(Protocol):
    """Open a page as a person; `None` is nobody. Language, theme and size are the browser's."""

    def __call__(
        self,
        who: User | None,
        path: str,
        *,
        language: str = "en",
        theme: str = "light",
        size: ViewportSize = DESK,
    ) -> Page: ...


def chromium() -> str | None:
    """Where Chromium is installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run."""
    program = chromium()
    if program is None:
        pytest.skip("NO BROWSER: install Chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=program, args=[*QUIET, *as_root])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """Tell everybody in this process, the live server included, what time it is."""
    yield pretend_to_all
    pretend_to_all(None)


@pytest.fixture
def site(live_server: Any) -> Iterator[str]:
    """Where the live server is. What a closed page asked for last is answered before the database is emptied, which
    would otherwise wait for it while it waits for the database."""
    yield live_server.url
    asked = HTTPConnection(urlsplit(live_server.url).netloc, timeout=WAIT / 1000)
    asked.request("HEAD", "/static/")  # whoever came before is taken up once this is answered
    asked.getresponse()
    asked.close()
    wait_until(lambda: not [thread for thread in threads() if "process_request_thread" in thread.name], 30, "quiet")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Open pages as people, each in a context of his own; an error on a page's console fails the test, and so does
    what the Content-Security-Policy refuses."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(MEANT):
            complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def open_page(
        who: User | None, path: str, *, language: str = "en", theme: str = "light", size: ViewportSize = DESK
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            locale="zh-CN" if language.startswith("zh") else "en-GB",
            color_scheme="dark" if theme == "dark" else "light",
            viewport=size,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(WAIT)
        context.add_init_script(REFUSED)
        if who is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in(who), "url": site}])
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def signed_in(who: User) -> str:
    """The session of somebody who has signed in."""
    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
