"""Who has a second factor gives its code after the password: once, in time, on the page and in place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from staff import second_factor
from staff.models import FailedSignIns
from staff.now import pretend
from tests.cast import City
from tests.staff.phones import HELD, Phone, at, gives, is_in, password, sends, wrong

pytestmark = pytest.mark.django_db


def test_after_the_password_a_code_is_asked_for_and_opens(city: City) -> None:
    phone, door = Phone(city.lin), Client()
    asked = password(door, seconds=60)
    assert asked.status_code == 200 and "Six digits from your authenticator app" in asked.content.decode()
    assert not is_in(door), "the password alone is no session"
    assert gives(door, phone.code(60), 60)["Location"] == "/" and is_in(door)
    assert door.session[second_factor.GIVEN] is True


def test_whoever_has_none_signs_in_as_before(city: City) -> None:
    door = Client()
    assert password(door)["Location"] == "/" and is_in(door)


def test_a_code_is_taken_once_and_no_older_one_after_it(city: City) -> None:
    phone = Phone(city.lin)
    assert wrong(gives(Client(), phone.code(0), 10)).startswith("This code is wrong"), "the one it was set up with"
    assert gives(Client(), phone.code(90), 90).status_code == 302
    assert wrong(gives(Client(), phone.code(90), 95)) and wrong(gives(Client(), phone.code(60), 95))
    assert gives(Client(), phone.code(120), 95).status_code == 302


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(late: int, taken: bool, city: City) -> None:
    phone = Phone(city.lin)
    assert (gives(Client(), phone.code(600 + late), 600).status_code == 302) is taken


def test_a_code_is_read_as_it_is_typed(city: City) -> None:
    phone = Phone(city.lin)
    code = phone.code(60)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert gives(Client(), f" {wide[:3]} {wide[3:]} ", 60).status_code == 302


def test_wrong_codes_fill_the_bucket_of_wrong_passwords_and_a_right_password_empties_nothing(city: City) -> None:
    phone = Phone(city.lin)
    for _time in range(4):
        assert wrong(gives(Client(), "000000", 60)).startswith("This code is wrong")
    assert wrong(gives(Client(), "000000", 60)).startswith(f"{HELD} 10:02")
    assert FailedSignIns.objects.get(person=city.lin).level == 5
    assert HELD in wrong(password(Client(), seconds=60)), "nor is the password tried"
    assert gives(Client(), phone.code(150), 150).status_code == 302
    assert not FailedSignIns.objects.filter(person=city.lin).exists()


def test_while_held_back_the_right_code_is_not_tried_either(city: City) -> None:
    phone, door = Phone(city.lin), Client()
    ticket = password(door, seconds=60).context["form"]["ticket"].value()
    for _time in range(5):
        password(Client(), said="wrong", seconds=60)
    assert HELD in wrong(sends(door, "/sign-in/code/", 60, ticket=ticket, code=phone.code(60)))
    assert not is_in(door)


@pytest.mark.parametrize("spoilt", ["late", "forged", "password", "left", "none"])
def test_a_code_counts_only_while_the_password_is_still_proved(spoilt: str, city: City) -> None:
    phone, door, seconds = Phone(city.lin), Client(), 60
    ticket = password(door, seconds=seconds).context["form"]["ticket"].value()
    if spoilt == "late":
        seconds += 1800
    elif spoilt == "password":
        city.lin.set_password("pinwheel-90")
    elif spoilt == "left":
        city.lin.is_active = False
    city.lin.save()
    ticket = {"forged": ticket[:-1] + ("a" if ticket[-1] != "a" else "b"), "none": ""}.get(spoilt, ticket)
    answer = sends(door, "/sign-in/code/", seconds, ticket=ticket, code=phone.code(seconds), carried="content=leak")
    assert "This took too long. Sign in again." in answer.content.decode() and not is_in(door)
    assert (
        'name="carried" value="content=leak"' in answer.content.decode()
        and 'action="/sign-in/"' in answer.content.decode()
    )


def test_what_was_typed_before_the_session_ended_comes_through_both_steps(city: City) -> None:
    phone, door = Phone(city.lin), Client()
    lost = door.post("/register/1a2b/", {"draft": "intake:1a2b", "content": "花园路漏水", "end": "register"})
    carried = {"next": lost.context["next"], "carried": lost.context["carried"]}
    asked = password(door, seconds=60, **carried)
    again = {"ticket": asked.context["form"]["ticket"].value(), **{name: asked.context[name] for name in carried}}
    wrong_first = sends(door, "/sign-in/code/", 60, code="000000", **again)
    assert wrong_first.context["carried"] == carried["carried"]
    landed = sends(door, "/sign-in/code/", 60, code=phone.code(60), **again)
    assert landed["Location"] == "/register/1a2b/" and "花园路漏水" in door.get("/register/1a2b/").content.decode()


def test_in_place_the_steps_are_the_same(city: City) -> None:
    phone, door = Phone(city.lin), Client()
    asked = password(door, seconds=60, script="yes").json()
    assert asked.keys() == {"ticket"} and not is_in(door)
    no = sends(door, "/sign-in/code/", 60, script="yes", ticket=asked["ticket"], code="000000")
    assert no.status_code == 422 and no.json()["words"].startswith("This code is wrong")
    late = sends(door, "/sign-in/code/", 3600, script="yes", ticket=asked["ticket"], code=phone.code(3600))
    assert late.status_code == 422 and late.json()["again"] is True
    yes = sends(door, "/sign-in/code/", 60, script="yes", ticket=asked["ticket"], code=phone.code(60))
    assert yes.status_code == 200 and yes.json()["token"] and is_in(door)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_same_code_at_once_one_gets_in(city: City) -> None:
    phone = Phone(city.lin)

    def give(_nth: int) -> str:
        try:
            with pretend(at(60)):
                return second_factor._take(city.lin, phone.code(60))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as both:
        assert sorted(both.map(give, range(4))) == ["", "", "", "app"]
