"""What every answer tells the browser: each address of the table, asked by those who may, may not and nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

from desk import drafts
from hotline.headers import CONTENT_SECURITY_POLICY, EVERY_ANSWER
from staff.now import pretend
from tests.access import table
from tests.access.test_walk import ASKED, SENT, House, fill, house, records
from tests.cast import MORNING
from tests.hotline.test_away import away
from tests.processes import without_pytest
from workorders.files import serving

__all__ = ["house"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

TOLD = {
    "Permissions-Policy": "camera=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)


def missing(answer: Any, *, kept: bool = False, policy: str = POLICY) -> list[str]:
    """What the answer does not tell; `kept`: it may be kept for a while, as only static files may."""
    told = answer.headers
    wrong = [name for name, value in TOLD.items() if value not in told.get(name, "")]
    wrong += ["Content-Security-Policy"] if told.get("Content-Security-Policy") != policy else []
    if ("no-store" in told.get("Cache-Control", "")) is kept:
        wrong.append("Cache-Control")
    for cookie in filter(lambda cookie: cookie.value, answer.cookies.values()):  # one without is taken back
        wrong += [f"{cookie.key}: {what}" for what in ("httponly", "samesite") if not cookie[what]]
    return wrong


@pytest.mark.parametrize("part", ["PAGES", "PROGRAMS", "ADMINISTRATION"])
def test_every_answer_to_everybody_has_every_header(part: str, house: House) -> None:
    known = records(house.city)
    with pretend(MORNING):
        drafts.keep(house.city.lin, "intake:1f3a", QueryDict("content=x"))
    seen = set()
    for row in table.rows(getattr(table, part)):
        there = fill(row.address, known) + ASKED.get(row.address, "")
        there = re.sub(r"\{\w+\}", "note", there)
        for name in ("admin", "chen", "lin", "sun", "nobody"):
            answer = house.ask(name, row.method, there, SENT.get(row.address))
            is_file = row.address.endswith("{attachment}/") and answer.status_code == 200
            wrong = missing(answer, policy=serving.POLICY if is_file else POLICY)
            assert wrong == [], (name, row.method, there, answer.status_code)
            seen.add(answer.status_code)
    assert seen >= {200, 302, 403 if part != "PROGRAMS" else 401}


@pytest.mark.parametrize("kind", table.kept())
def test_so_do_the_records_of_the_administration(kind: str, house: House) -> None:
    for path in ("", "add/", "999999/change/", "999999/delete/", "999999/history/"):
        for name in ("admin", "lin"):
            for method in ("GET", "POST"):
                assert missing(house.ask(name, method, f"/admin/{kind}/{path}")) == [], (name, method, path)


def test_so_do_errors(house: House, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.pages.faulty"
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    for path, status in (("/misread/", 400), ("/nothing/", 404), ("/broken/", 500), ("/away/", 503)):
        answer = browser.get(path)
        assert answer.status_code == status and missing(answer) == [], path
    refused = browser.post("/sign-in/", {"username": "lin"})
    assert refused.status_code == 403 and missing(refused) == []
    assert "The form is out of date" in refused.content.decode()
    foreign = browser.get("/", headers={"Host": "elsewhere.example"})
    assert foreign.status_code == 400 and missing(foreign) == []
    assert missing(browser.put("/sign-in/")) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("servers")
def test_so_does_the_answer_without_a_database(house: House) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(house.city.lin)
    with away():
        for path in ("/orders/", "/api/v1/work-orders/"):
            answer = browser.get(path)
            assert answer.status_code == 503 and missing(answer) == [], path


def test_static_files_tell_the_same_and_may_be_kept(house: House) -> None:
    assert finders.find("css/fault.css")
    for path in ("css/fault.css", "js/desk.js", "img/mark.svg"):
        answer = Client().get(f"/static/{path}")
        assert answer.status_code == 200 and answer.streaming
        b"".join(answer)
        assert missing(answer, kept=True) == [], path
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert missing(Client().get("/static/css/nothing.css")) == []
    assert WhiteNoiseMiddleware.__module__ in str(settings.MIDDLEWARE)


def test_the_policy_lets_nothing_in_that_is_written_into_a_page() -> None:
    assert EVERY_ANSWER["Content-Security-Policy"] == POLICY
    assert not any(word in POLICY for word in ("unsafe", "*", "http", "blob:", "strict-dynamic"))
    assert CONTENT_SECURITY_POLICY["default-src"] == "'none'"


BY_HTTPS = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
plain = Client().get("/healthz/nothing", headers={"Host": "localhost"})
print(plain.status_code, plain["Location"], sorted(plain.headers))
answer = Client().post("/language/", {"language": "zh-hans"}, secure=True, headers={"Host": "localhost"})
print(answer.status_code, answer["Strict-Transport-Security"])
print(answer.cookies.output())
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)
"""


def by_https(**said: str) -> list[str]:
    """What such a server answers, line by line."""
    env = {**without_pytest(), "HOTLINE_LOCAL": "1", "HOTLINE_VAR_DIR": str(settings.VAR_DIR), "HTTPS": "1"}
    env |= {"DJANGO_SETTINGS_MODULE": "hotline.settings", "DATABASE_URL": "postgres://a:b@localhost:1/c"}
    env |= {"REDIS_URL": "redis://localhost:1/0", "LOG_LEVEL": "ERROR", "PATH": os.environ["PATH"], **said}
    done = subprocess.run(
        [sys.executable, "-c", BY_HTTPS],
        env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()


def test_browsers_are_told_of_the_hosts_below_where_the_installation_says_so() -> None:
    assert by_https(HSTS_SECONDS="31536000", HSTS_SUBDOMAINS="1")[1] == "302 max-age=31536000; includeSubDomains"


def test_by_https_cookies_are_for_this_host_alone_and_http_is_sent_there() -> None:
    plain, answer, *cookies, names = by_https()
    assert plain.startswith("301 https://localhost/healthz/nothing")
    assert all(f"'{name}'" in plain for name in (*TOLD, *EVERY_ANSWER))
    assert answer == "302 max-age=3600"
    assert names == "__Host-sessionid __Host-csrftoken True"
    (language,) = (line for line in cookies if "django_language" in line)
    assert "__Host-django_language=" in language
    for words in ("HttpOnly", "Path=/", "SameSite=Lax", "Secure"):
        assert words in language
    assert "Domain" not in language
