"""A session that ended meanwhile loses nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from desk import drafts
from staff.now import pretend
from tests.cast import MORNING, City

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Desk-Script": "1"}


def test_a_form_sent_after_the_session_ended_is_there_again_after_signing_in(client: Client, city: City) -> None:
    answer = client.post("/register/1a2b/", {"draft": "intake:1a2b", "content": "花园路漏水", "end": "register"})
    assert answer.status_code == 401 and "You were signed out meanwhile." in answer.content.decode()
    form = {"username": "lin", "password": "hotline-12345"}
    fields = {"next": answer.context["next"], "carried": answer.context["carried"]}
    landed = client.post("/sign-in/", form | fields, follow=True)
    assert landed.redirect_chain[-1][0] == "/register/1a2b/"
    assert "花园路漏水" in landed.content.decode()


def test_what_was_carried_survives_a_wrong_password(client: Client, city: City) -> None:
    form = {"username": "lin", "password": "wrong", "carried": "draft=intake%3A1a2b&content=leak"}
    assert (
        'name="carried" value="draft=intake%3A1a2b&amp;content=leak"' in client.post("/sign-in/", form).content.decode()
    )


def test_nothing_that_came_by_a_link_becomes_a_draft(client: Client, city: City) -> None:
    client.post("/sign-in/", {"username": "lin", "password": "hotline-12345", "carried": "content=leak"})
    assert drafts.count(city.lin) == 0


def test_a_script_is_told_that_the_session_ended(client: Client, city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    for headers in ({"HX-Request": "true"}, SCRIPT):
        assert client.post(f"{order.get_absolute_url()}note/", {"text": "备注"}, headers=headers).status_code == 401
        assert client.get("/rail/", headers=headers).status_code == 401


def test_signing_in_in_place_gives_a_new_token_or_says_what_is_wrong(client: Client, city: City) -> None:
    wrong = client.post("/sign-in/", {"username": "lin", "password": "wrong"}, headers=SCRIPT)
    assert wrong.status_code == 422 and wrong.json()["words"]
    right = client.post("/sign-in/", {"username": "lin", "password": "hotline-12345"}, headers=SCRIPT)
    assert right.status_code == 200 and right.json()["token"]


def test_anybody_else_goes_to_the_sign_in_page_and_back(client: Client, city: City) -> None:
    assert client.get("/drafts/")["Location"] == "/sign-in/?next=/drafts/"
