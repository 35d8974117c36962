"""`manage.py issue_token`: one token a person or system, ended when it must be."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from tests.api.client import DOOR
from tests.cast import City

pytestmark = pytest.mark.django_db


def issue(*arguments: str) -> str:
    said = StringIO()
    call_command("issue_token", *arguments, stdout=said)
    return said.getvalue().strip()


def status(token: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client.get(DOOR).status_code


def test_a_token_opens_the_door_until_it_is_revoked(city: City) -> None:
    token = issue("zhao")
    assert status(token) == 200 and issue("zhao") == token
    assert issue("zhao", "--revoke") == "The token of 赵强 is ended."
    assert status(token) == 401
    assert issue("zhao") != token


def test_what_cannot_be_issued_is_said_in_words(city: City) -> None:
    with pytest.raises(CommandError, match="no person with the user name 'nobody'"):
        issue("nobody")
    with pytest.raises(CommandError, match="赵强 has no token"):
        issue("zhao", "--revoke")
    city.zhao.is_active = False
    city.zhao.save(update_fields=["is_active"])
    with pytest.raises(CommandError, match="not active"):
        issue("zhao")
