"""A session ends after so long without a click, and after so long altogether."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staff.sessions import SIGNED_IN_AT
from tests.cast import City

pytestmark = pytest.mark.django_db

RIGHT = {"username": "lin", "password": "hotline-12345"}
SCRIPT = {"X-Desk-Script": "1"}


@pytest.fixture
def lin(city: City) -> Client:
    client = Client()
    client.force_login(city.lin)
    return client


def signed_in_before(client: Client, hours: float) -> None:
    """As if so many hours had passed since, with a click now and then."""
    session = client.session
    session[SIGNED_IN_AT] -= int(hours * 3600)
    session.save()


def test_however_busy_after_a_day_a_person_signs_in_again(lin: Client) -> None:
    signed_in_before(lin, 23.9)
    assert lin.get("/orders/").status_code == 200
    signed_in_before(lin, 0.2)
    assert lin.get("/orders/")["Location"] == "/sign-in/?next=/orders/"
    assert lin.get("/api/v1/").status_code == 401 and lin.get("/admin/").status_code == 302


def test_what_was_typed_meanwhile_is_kept_and_signing_in_goes_on_in_place(lin: Client) -> None:
    signed_in_before(lin, 24)
    assert lin.get("/rail/", headers=SCRIPT).status_code == 401
    answer = lin.post("/register/1a2b/", {"draft": "intake:1a2b", "content": "花园路漏水", "end": "register"})
    assert answer.status_code == 401 and "content=" in answer.context["carried"]
    assert lin.post("/sign-in/", RIGHT, headers=SCRIPT).json()["token"]
    assert lin.get("/rail/", headers=SCRIPT).status_code == 200


def test_signing_in_once_more_counts_from_there(lin: Client) -> None:
    signed_in_before(lin, 20)
    assert lin.post("/sign-in/", RIGHT, headers=SCRIPT).status_code == 200
    signed_in_before(lin, 20)
    assert lin.get("/orders/").status_code == 200


def test_a_session_begun_before_this_was_kept_is_counted_from_now_on(lin: Client) -> None:
    session = lin.session
    del session[SIGNED_IN_AT]
    session.save()
    assert lin.get("/orders/").status_code == 200 and SIGNED_IN_AT in lin.session
    signed_in_before(lin, 24)
    assert lin.get("/orders/").status_code == 302


def test_without_a_click_it_ends_earlier(lin: Client) -> None:
    ends = Session.objects.get().expire_date - timezone.now()
    assert abs(ends - timedelta(hours=12)) < timedelta(minutes=1)
    assert settings.SESSION_COOKIE_AGE < settings.SESSION_LONGEST
    Session.objects.update(expire_date=timezone.now())
    assert lin.get("/orders/").status_code == 302


def test_a_session_is_read_in_one_statement_and_not_written(lin: Client) -> None:
    lin.get("/orders/")
    with CaptureQueriesContext(connection) as asked:
        lin.get("/orders/")
    assert len([query for query in asked if "django_session" in query["sql"]]) == 1


def test_a_changed_password_ends_the_other_sessions(lin: Client, city: City) -> None:
    other = Client()
    other.force_login(city.lin)
    new = {"old_password": "hotline-12345", "new_password1": "pinwheel-90", "new_password2": "pinwheel-90"}
    assert lin.post("/password/", new)["Location"] == "/password/done/"
    assert lin.get("/orders/").status_code == 200 and other.get("/orders/").status_code == 302
