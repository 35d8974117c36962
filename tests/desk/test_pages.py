"""Notices, the password, the language, and the pages of what went wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.models import Notice
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_zhao_reads_what_he_was_told_and_marks_it_as_read(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    zhao = signed_in(city.zhao)
    assert 'id="unread" class="shell-unread"' in zhao.get("/rail/").content.decode()
    assert order.number in zhao.get("/notices/").content.decode()
    zhao.post("/notices/")
    assert not Notice.objects.filter(recipient=city.zhao, read_at=None).exists()
    assert 'id="unread"' not in zhao.get("/rail/").content.decode()


def test_nobody_reads_the_notices_of_others(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    assert order.number not in signed_in(city.qian).get("/notices/").content.decode()


def test_the_language_is_the_browsers_at_first_and_then_the_one_chosen(client: Client, city: City) -> None:
    assert '<html lang="zh-hans"' in client.get("/sign-in/", headers={"Accept-Language": "zh-CN"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert '<html lang="en"' in client.get("/sign-in/", headers={"Accept-Language": "zh-CN"}).content.decode()


def test_what_is_not_there_and_what_is_not_allowed_lead_back_to_work(city: City, signed_in: SignedIn) -> None:
    zhao = signed_in(city.zhao)
    for path, status in (("/nowhere/", 404), ("/register/", 403)):
        answer = zhao.get(path)
        assert answer.status_code == status and 'href="/">' in answer.content.decode()


def test_no_page_carries_a_script_or_a_handler_of_its_own(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
    chen = signed_in(city.chen)
    for path in ("/", "/orders/", order.get_absolute_url(), "/register/1a2b/", "/drafts/", "/notices/"):
        answer = chen.get(path)
        page = answer.content.decode()
        assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')
        assert " onclick=" not in page and "hx-on" not in page and "javascript:" not in page
        assert "script-src 'self'" in answer["Content-Security-Policy"]
