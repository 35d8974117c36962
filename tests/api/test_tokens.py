"""Tokens: shown once, kept as hashes, a program's each; they open the door until they expire or are revoked."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from staff.models import Token
from staff.now import now, pretend
from tests.api.client import DOOR
from tests.cast import MORNING, City

pytestmark = pytest.mark.django_db


def issue(*arguments: str) -> str:
    said = StringIO()
    call_command("issue_token", *arguments, stdout=said)
    return said.getvalue().strip()


def knock(token: str) -> tuple[int, str]:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    answer = client.get(DOOR)
    return answer.status_code, answer.json().get("detail", "")


def status(token: str) -> int:
    return knock(token)[0]


def test_each_call_issues_another_and_its_secret_is_kept_nowhere(city: City) -> None:
    one, other = issue("zhao", "--name", "水务系统"), issue("zhao")
    assert one != other and status(one) == status(other) == 200
    kept = Token.objects.get(name="水务系统")
    assert kept.hashed == sha256(one.encode()).hexdigest() and one.startswith(kept.begins)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token::text FROM staff_token AS token")
        assert not any(one[12:] in row or other[12:] in row for (row,) in cursor.fetchall())


def test_a_token_is_revoked_by_its_name_and_the_others_open_the_door_still(city: City) -> None:
    one, other = issue("zhao", "--name", "one"), issue("zhao", "--name", "other")
    assert issue("zhao", "--revoke", "--name", "one") == f"赵强: ended {one[:12]}…"
    assert knock(one) == (401, "This token has been revoked.") and status(other) == 200
    issue("zhao", "--revoke")
    assert status(other) == 401


def test_a_token_expires(city: City) -> None:
    with pretend(MORNING):
        token = issue("lin")
    with pretend(MORNING + timedelta(days=364)):
        assert status(token) == 200
    with pretend(MORNING + timedelta(days=365)):
        assert knock(token) == (401, "This token has expired.")


def test_why_a_token_opens_nothing_is_told_in_the_programs_language(city: City) -> None:
    assert knock("hotline_nobody-knows-it") == (401, "There is no such token.")
    token = issue("lin")
    city.lin.is_active = False
    city.lin.save(update_fields=["is_active"])
    assert knock(token) == (401, "This token's person is not active.")
    chinese = APIClient().get(DOOR, headers={"Authorization": "Token x", "Accept-Language": "zh-hans"})
    assert chinese.json()["detail"] == "没有这个令牌。"


def test_that_it_is_in_use_is_written_once_an_hour_and_else_a_token_costs_one_statement(city: City) -> None:
    token = issue("lin")

    def writes(at: timedelta) -> int:
        with pretend(MORNING + at), CaptureQueriesContext(connection) as asked:
            assert status(token) == 200
        about = [query["sql"] for query in asked if "staff_token" in query["sql"]]
        assert len(about) == len([sql for sql in about if sql.startswith("UPDATE")]) + 1
        return len(about) - 1

    minutes = (0, 1, 60, 61, 62)
    assert [writes(timedelta(minutes=at)) for at in minutes] == [1, 0, 0, 1, 0]
    assert Token.objects.get().used_at == MORNING + timedelta(minutes=61)


def test_those_of_the_first_release_open_what_they_opened(city: City) -> None:
    key = "0123456789abcdef0123456789abcdef01234567"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE authtoken_token (key varchar(40), created timestamptz, user_id bigint)")
        cursor.execute("INSERT INTO authtoken_token VALUES (%s, %s, %s)", [key, MORNING, city.zhao.pk])
    with connection.schema_editor() as editor:
        import_module("staff.migrations.0002_tokens_are_hashed").move(apps, editor)
    assert status(key) == 200
    kept = Token.objects.get()
    assert (kept.person, kept.begins, kept.issued_at) == (city.zhao, "01234567", MORNING)
    assert timedelta(days=364) < kept.expires_at - now() <= timedelta(days=365)


def test_what_cannot_be_issued_is_said_in_words(city: City) -> None:
    with pytest.raises(CommandError, match="no person with the user name 'nobody'"):
        issue("nobody")
    with pytest.raises(CommandError, match="赵强 has no token that opens anything"):
        issue("zhao", "--revoke")
    with pytest.raises(CommandError, match="赵强 has no token named 'one'"):
        issue("zhao", "--revoke", "--name", "one")
    city.zhao.is_active = False
    city.zhao.save(update_fields=["is_active"])
    with pytest.raises(CommandError, match="not active"):
        issue("zhao")


@pytest.fixture
def office(city: City) -> Client:
    """The administrator, in the administration."""
    city.admin.is_staff = True
    city.admin.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(city.admin)
    return client


def test_the_administrator_issues_one_reads_it_once_and_revokes_it(city: City, office: Client) -> None:
    answer = office.post("/admin/staff/token/add/", {"person": city.zhao.pk, "name": "水务系统"})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    secret = answer.context["token"].secret
    assert secret in answer.content.decode() and status(secret) == 200
    token = Token.objects.get()
    for path in ("", f"{token.pk}/change/", f"{token.pk}/history/"):
        page = office.get(f"/admin/staff/token/{path}").content.decode()
        assert token.begins in page and secret not in page and token.hashed not in page
    office.post("/admin/staff/token/", {"action": "revoke", "_selected_action": [token.pk]})
    assert status(secret) == 401
    assert "revoked" in office.get(f"/admin/staff/token/{token.pk}/history/").content.decode()


def test_an_administrator_renames_a_token_and_changes_nothing_else_of_it(city: City, office: Client) -> None:
    office.post("/admin/staff/token/add/", {"person": city.zhao.pk, "name": "水务系统"})
    before = Token.objects.values().get()
    later = {"person": city.chen.pk, "name": "水务", "expires_at": "2099-01-01", "hashed": "x", "revoked_at_0": ""}
    office.post(f"/admin/staff/token/{before['id']}/change/", later)
    assert Token.objects.values().get() == before | {"name": "水务"}


def test_nobody_is_issued_a_token_above_himself_or_for_who_has_left(city: City, office: Client) -> None:
    city.chen.is_superuser = True
    city.chen.save(update_fields=["is_superuser"])
    city.lin.is_active = False
    city.lin.save(update_fields=["is_active"])
    for person in (city.chen, city.lin):
        answer = office.post("/admin/staff/token/add/", {"person": person.pk, "name": "x"})
        assert answer.status_code == 200 and "person" in answer.context["adminform"].form.errors
    assert not Token.objects.exists()


def test_only_those_in_force_or_only_the_others_are_listed(city: City, office: Client) -> None:
    issue("lin", "--name", "one")
    issue("lin", "--revoke")
    issue("lin", "--name", "other")
    for state, names in (("open", {"other"}), ("over", {"one"})):
        listed = office.get("/admin/staff/token/", {"state": state}).context["cl"].result_list
        assert {token.name for token in listed} == names
