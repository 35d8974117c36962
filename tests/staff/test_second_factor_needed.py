"""Whose role needs a second factor sets it up before anything else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from desk import drafts
from staff import roles, tokens
from staff.models import Token, User
from tests.cast import City
from tests.staff.phones import PASSWORD, SCRIPT, Phone, gives, is_in, password, sends, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def needed(city: City) -> Any:
    """Supervisors and administrators need one."""
    with override_settings(SECOND_FACTOR_ROLES=["supervisor", "administrator"]):
        roles.sync()
        yield city
    roles.sync()


def test_before_it_is_set_up_nothing_else_works_and_then_everything(needed: City) -> None:
    chen = signed_in(needed.chen)
    for page in ("/", "/orders/?q=1", "/board/", "/password/", "/admin/"):
        assert chen.get(page)["Location"].startswith("/second-factor/?next="), page
    assert chen.get("/orders/?q=1")["Location"] == "/second-factor/?next=%2Forders%2F%3Fq%3D1"
    assert "Your role needs a second factor." in chen.get("/second-factor/").content.decode()
    refused = chen.get("/api/v1/")
    assert refused.status_code == 403 and refused.json()["detail"].startswith("Your role needs a second factor.")
    assert chen.get("/rail/", headers=SCRIPT).status_code == 401
    Phone(needed.chen, chen)
    assert is_in(chen) and chen.get("/board/").status_code == 200 and chen.get("/api/v1/").status_code == 200


def test_nobody_elses_role_is_asked(needed: City) -> None:
    assert is_in(signed_in(needed.lin)) and is_in(signed_in(needed.zhao))


def test_after_signing_in_with_the_code_nothing_more_is_asked(needed: City) -> None:
    phone, door = Phone(needed.chen), Client()
    assert gives(door, phone.code(60), 60, name="chen")["Location"] == "/" and is_in(door)
    assert phone.client.get("/second-factor/").context["left"] == 10


def test_who_signs_in_owing_it_is_led_there(needed: City) -> None:
    door = Client()
    assert password(door, "chen").status_code == 302
    assert door.get("/")["Location"] == "/second-factor/?next=%2F"
    in_place = password(Client(), "chen", script="yes").json()
    assert in_place["set_up"] == "/second-factor/" and in_place["words"] and in_place["token"]


def test_a_form_sent_while_owing_it_is_kept(needed: City) -> None:
    chen = signed_in(needed.chen)
    answer = chen.post("/register/1a2b/", {"draft": "intake:1a2b", "content": "花园路漏水", "end": "register"})
    assert answer["Location"] == "/second-factor/?next=%2Fregister%2F1a2b%2F"
    kept = drafts.find(needed.chen, "intake:1a2b")
    assert kept is not None and kept[0]["content"] == "花园路漏水"


def test_a_session_without_a_code_ends_once_it_was_set_up_elsewhere(needed: City) -> None:
    elsewhere = Phone(needed.chen)
    here = signed_in(User.objects.get(pk=needed.chen.pk))
    assert is_in(elsewhere.client) and here.get("/orders/")["Location"].startswith("/second-factor/")
    assert here.get("/second-factor/?next=/orders/")["Location"] == "/sign-in/?next=/orders/"
    assert here.get("/orders/")["Location"] == "/sign-in/?next=/orders/"


def test_turned_off_it_is_owed_at_once(needed: City) -> None:
    phone = Phone(needed.chen)
    sends(phone.client, "/second-factor/", 60, password=PASSWORD, code=phone.code(60))
    assert phone.client.get("/orders/")["Location"].startswith("/second-factor/")


def test_programs_are_not_asked(needed: City) -> None:
    secret = tokens.issue(Token(person=needed.chen, name="mirror"))
    assert Client().get("/api/v1/", headers={"Authorization": f"Token {secret}"}).status_code == 200


def test_after_setting_it_up_the_way_on_stays_in_the_house(needed: City) -> None:
    for wanted, way in (("/orders/", "/orders/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")):
        page = signed_in(needed.chen).get("/second-factor/", {"next": wanted})
        assert page.context["next"] == way


def test_whoever_may_do_everything_needs_it_as_soon_as_anybody_does(needed: City) -> None:
    needed.wang.is_superuser = True
    needed.wang.save(update_fields=["is_superuser"])
    assert signed_in(needed.wang).get("/")["Location"].startswith("/second-factor/")
    with override_settings(SECOND_FACTOR_ROLES=[]):
        assert is_in(signed_in(needed.wang))


def test_a_role_that_does_not_exist_stops_the_start() -> None:
    with (
        override_settings(SECOND_FACTOR_ROLES=["supervisor", "mayor"]),
        pytest.raises(SystemCheckError, match="'mayor'"),
    ):
        call_command("check")


def test_requests_ask_the_database_no_more_than_before(needed: City) -> None:
    def asked(client: Client, page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    chen, lin = Phone(needed.chen).client, signed_in(needed.lin)
    for page in ("/orders/", "/api/v1/"):
        with_it = asked(chen, page), asked(lin, page)
        with override_settings(SECOND_FACTOR_ROLES=[]):
            assert (asked(chen, page), asked(lin, page)) == with_it
