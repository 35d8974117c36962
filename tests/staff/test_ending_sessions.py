"""All sessions of a person end at once: by an administrator, and when what he signs in with changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff import roles, second_factor, sessions
from staff.models import User
from tests.cast import City
from tests.staff.phones import PASSWORD, SCRIPT, Phone, gives, is_in, password, sends, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(city: City) -> Client:
    """The administrator at his desk."""
    roles.admit(city.admin)
    return signed_in(city.admin)


def page_of(person: User) -> str:
    return f"/admin/staff/user/{person.pk}/"


def chooses(office: Client, action: str, *people: User) -> None:
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    assert office.post("/admin/staff/user/", chosen).status_code == 302


def resets_the_second_factor(office: Client, city: City) -> None:
    chooses(office, "reset_second_factor", city.lin)


def signs_him_out(office: Client, city: City) -> None:
    chooses(office, "sign_out", city.lin)


def gives_a_password(office: Client, city: City) -> None:
    given = {"password1": "pinwheel-90", "password2": "pinwheel-90", "usable_password": "true"}
    assert office.post(f"{page_of(city.lin)}password/", given).status_code == 302


def takes_the_password_away(office: Client, city: City) -> None:
    assert (
        office.post(f"{page_of(city.lin)}password/", {"usable_password": "false", "unset-password": "1"}).status_code
        == 302
    )


def saves(office: Client, person: User, **changes: object) -> None:
    form = office.get(f"{page_of(person)}change/").context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    typed |= changes
    sent = {name: value for name, value in typed.items() if value and name != "password"}
    assert office.post(f"{page_of(person)}change/", sent).status_code == 302


def switches_him_off_and_on_again(office: Client, city: City) -> None:
    saves(office, city.lin, is_active="")
    assert not User.objects.get(pk=city.lin.pk).is_active
    saves(office, city.lin, is_active="on")


DEEDS = (
    resets_the_second_factor,
    signs_him_out,
    gives_a_password,
    takes_the_password_away,
    switches_him_off_and_on_again,
)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_an_administrator_does_signs_him_out_of_every_browser(
    deed: Callable[[Client, City], None], city: City, office: Client
) -> None:
    phone, other, wang = Phone(city.lin), Client(), signed_in(city.wang)
    gives(other, phone.code(60), 60)
    assert is_in(phone.client) and is_in(other) and other.session[second_factor.GIVEN]
    deed(office, city)
    for browser in (phone.client, other):
        assert browser.get("/rail/", headers=SCRIPT).status_code == 401
        assert browser.get("/orders/")["Location"] == "/sign-in/?next=/orders/"
        assert browser.get("/api/v1/").status_code == 401
    assert is_in(wang) and is_in(office), "nobody else is"


def test_a_password_proved_before_waits_in_vain_for_its_code(city: City, office: Client) -> None:
    phone, door = Phone(city.lin), Client()
    ticket = password(door, seconds=60).context["form"]["ticket"].value()
    signs_him_out(office, city)
    assert second_factor.bearer(ticket) is None and not is_in(door)
    assert gives(door, phone.code(60), 60).status_code == 302 and is_in(door), "anew he comes in"


def test_it_is_on_the_record_and_not_done_to_one_above_the_administrator(city: City, office: Client) -> None:
    User.objects.filter(pk=city.chen.pk).update(is_superuser=True)
    lin, chen = signed_in(city.lin), signed_in(city.chen)
    chooses(office, "sign_out", city.lin, city.chen)
    assert not is_in(lin) and is_in(chen)
    history = LogEntry.objects.get(object_id=str(city.lin.pk))
    assert (history.user, history.get_change_message()) == (city.admin, "signed out everywhere")


def test_another_change_of_a_person_leaves_him_signed_in(city: City, office: Client) -> None:
    lin = signed_in(city.lin)
    saves(office, city.lin, phone="13900000000")
    assert User.objects.get(pk=city.lin.pk).phone == "13900000000" and is_in(lin)


def test_turned_on_and_off_it_ends_the_others_and_stays_where_it_was_done(city: City) -> None:
    other = signed_in(city.lin)
    phone = Phone(city.lin)
    assert is_in(phone.client) and not is_in(other)
    gives(other, phone.code(60), 60)
    assert is_in(other)
    sends(phone.client, "/second-factor/", 120, password=PASSWORD, code=phone.code(120))
    assert is_in(phone.client) and not is_in(other)


def test_a_session_from_before_this_was_counted_goes_on(city: City) -> None:
    lin = signed_in(city.lin)
    assert len(lin.session["_auth_user_hash"]) == 64, "as Django alone makes it"


def test_however_many_sessions_there_are_it_is_one_row(city: City) -> None:
    for _nth in range(20):
        signed_in(city.lin)
    with CaptureQueriesContext(connection) as asked:
        sessions.end_all(city.lin)
    assert len(asked) == 3 and Session.objects.count() == 20
