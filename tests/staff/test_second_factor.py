"""Who has a second factor gives its code after the password; whose role needs one sets it up before anything else."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from desk import drafts
from staff import roles, second_factor, tokens
from staff.models import FailedSignIns, RecoveryCode, SecondFactor, Token, User
from staff.now import pretend
from tests.browser import Visit
from tests.cast import MORNING, City
from workorders import rotation

pytestmark = pytest.mark.django_db

PASSWORD = "hotline-12345"
SCRIPT = {"X-Desk-Script": "1"}
HELD = "Signing in failed too often. Try again at"


def at(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=seconds)


def code_of(secret: str, seconds: float = 0) -> str:
    """What the app with this secret shows, seconds after ten o'clock."""
    return TOTP(b32decode(secret.replace(" ", "")), 6, SHA1(), 30).generate(at(seconds).timestamp()).decode()  # noqa: S303  as apps do


def sends(client: Client, url: str, seconds: float = 0, **data: str) -> Any:
    headers = SCRIPT if data.pop("script", "") else None
    with pretend(at(seconds)):
        return client.post(url, data, headers=headers)


class Phone:
    """A person's app, at his pages."""

    def __init__(self, person: User, client: Client | None = None, seconds: float = 0) -> None:
        """He turns it on, signed in."""
        self.client = client or signed_in(person)
        with pretend(at(seconds)):
            page = self.client.get("/second-factor/")
        form = page.context["form"]
        self.secret: str = form.offer.secret
        page = sends(self.client, "/second-factor/", seconds, signed=form.offer.signed, code=self.code(seconds))
        self.recovery_codes: list[str] = page.context["codes"]

    def code(self, seconds: float = 0) -> str:
        return code_of(self.secret, seconds)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def password(client: Client, name: str = "lin", seconds: float = 0, said: str = PASSWORD, **more: str) -> Any:
    return sends(client, "/sign-in/", seconds, username=name, password=said, **more)


def gives(client: Client, code: str, seconds: float = 0, name: str = "lin", **more: str) -> Any:
    """The password, then this code."""
    form = password(client, name, seconds).context["form"]
    return sends(client, "/sign-in/code/", seconds, ticket=form["ticket"].value(), code=code, **more)


def is_in(client: Client) -> bool:
    return client.get("/orders/").status_code == 200


def wrong(answer: Any) -> str:
    return " ".join(str(one) for errors in answer.context["form"].errors.values() for one in errors)


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


def test_a_recovery_code_opens_once_in_place_of_the_app(city: City) -> None:
    phone = Phone(city.lin)
    assert len(set(phone.recovery_codes)) == 10
    assert gives(Client(), phone.recovery_codes[3].upper().replace("-", ""), 60).status_code == 302
    assert wrong(gives(Client(), phone.recovery_codes[3], 60))
    assert gives(Client(), phone.recovery_codes[4], 60).status_code == 302
    assert phone.client.get("/second-factor/").context["left"] == 8


def test_what_is_kept_tells_neither_the_secret_nor_the_codes(city: City) -> None:
    phone = Phone(city.lin)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT convert_from(secret, 'UTF8') FROM staff_secondfactor UNION SELECT hashed FROM staff_recoverycode"
        )
        kept = " ".join(row[0] for row in cursor.fetchall())
    plain = [phone.secret.replace(" ", ""), *phone.recovery_codes]
    assert len(kept) > 700 and not any(one.lower() in kept.lower() for one in plain)
    assert not any(one.replace("-", "") in kept for one in phone.recovery_codes)
    assert phone.recovery_codes[0] not in phone.client.get("/second-factor/").content.decode()


def test_the_secret_comes_under_a_new_key_like_callers(city: City) -> None:
    phone, (old,), new = Phone(city.lin), settings.CALLER_KEYS, Fernet.generate_key().decode()
    with override_settings(CALLER_KEYS=[new, old]):
        assert rotation.left() == 1
        list(rotation.rotate())
        assert rotation.left() == 0
    with override_settings(CALLER_KEYS=[new]):
        assert gives(Client(), phone.code(60), 60).status_code == 302


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


def test_it_is_on_only_after_the_apps_first_code(city: City) -> None:
    lin = signed_in(city.lin)
    offer = sends(lin, "/second-factor/").context["form"].offer
    no = sends(lin, "/second-factor/", signed=offer.signed, code="000000")
    assert wrong(no).startswith("This is not its code now") and no.context["form"].offer == offer, "the same to scan"
    for signed, seconds, person in (
        (offer.signed, 1801, lin),
        (offer.signed, 0, signed_in(city.wang)),
        ("made-up", 0, lin),
    ):
        no = sends(person, "/second-factor/", seconds, signed=signed, code=code_of(offer.secret, seconds))
        assert wrong(no).startswith("This took too long") and no.context["form"].offer.secret != offer.secret
    assert not SecondFactor.objects.exists()


def test_the_picture_is_for_eyes_only_and_says_whose_and_where(city: City) -> None:
    lin = signed_in(city.lin)
    answer = lin.get("/second-factor/")
    picture = answer.context["form"].offer.picture
    assert (
        picture.startswith("<svg")
        and "style=" not in picture
        and "http" not in picture.replace("http://www.w3.org", "")
    )
    assert picture in answer.content.decode() and "no-store" in answer["Cache-Control"]
    told = second_factor._totp(b"0" * 20).get_provisioning_uri("lin", "云州市 12345")
    assert unquote(told).startswith("otpauth://totp/云州市 12345:lin?")


def test_off_again_takes_password_and_code(city: City) -> None:
    phone = Phone(city.lin)
    for said, code in (("wrong", phone.code(60)), (PASSWORD, "000000")):
        no = sends(phone.client, "/second-factor/", 60, password=said, code=code)
        assert wrong(no).startswith("Password or code is wrong")
    assert FailedSignIns.objects.get(person=city.lin).level == 2
    yes = sends(phone.client, "/second-factor/", 60, password=PASSWORD, code=phone.code(60))
    assert yes["Location"] == "/second-factor/" and not RecoveryCode.objects.exists()
    assert password(Client())["Location"] == "/"
    history = LogEntry.objects.filter(object_id=str(city.lin.pk), user=city.lin)
    assert sorted(history.values_list("change_message", flat=True)) == [
        "second factor turned off",
        "second factor turned on",
    ]


def test_an_administrator_resets_it_on_the_record_but_not_one_above_him(city: City) -> None:
    Phone(city.lin)
    city.chen.is_superuser = True
    city.chen.save(update_fields=["is_superuser"])
    Phone(city.chen)
    roles.admit(city.admin)
    office = signed_in(city.admin)
    chosen = {"action": "reset_second_factor", "_selected_action": [city.lin.pk, city.wang.pk, city.chen.pk]}
    answer = office.post("/admin/staff/user/", chosen, follow=True)
    assert "1 second factor reset." in answer.content.decode()
    assert list(SecondFactor.objects.values_list("person__username", flat=True)) == ["chen"]
    assert password(Client())["Location"] == "/"
    history = office.get(f"/admin/staff/user/{city.lin.pk}/history/").content.decode()
    assert "second factor reset" in history and "管理员" in history


# --- needed by a role


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
    here = signed_in(needed.chen)
    Phone(needed.chen)
    assert here.get("/orders/")["Location"].startswith("/second-factor/")
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


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_same_code_at_once_one_gets_in(city: City) -> None:
    phone = Phone(city.lin)

    def give(_nth: int) -> bool:
        try:
            with pretend(at(60)):
                return second_factor._take(city.lin, phone.code(60))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as both:
        assert sorted(both.map(give, range(4))) == [False, False, False, True]


@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_a_life_in_the_browser_set_up_sign_out_and_in_again(
    visit: Visit, clock: Callable[[datetime], None], city: City
) -> None:
    clock(MORNING)
    page = visit(city.lin, "/second-factor/")
    secret = page.locator(".offer-secret").inner_text()
    page.locator("main").get_by_role("textbox", name="Code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("The second factor is on.").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    recovery = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_label("林月", exact=True).click()
    page.get_by_role("button", name="Sign out").click()

    clock(at(60))
    page.get_by_label("Username").fill("lin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("main").get_by_role("textbox", name="Code").fill(code_of(secret, 60))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()

    page.goto("/register/")
    typed = page.locator("[name=content]")
    typed.fill("花园路漏水")
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=title]").fill("花园路")
    overlay = page.locator("#signed-out")
    overlay.get_by_label(re.compile("Password of")).fill(PASSWORD)
    overlay.get_by_role("button", name="Sign in").click()
    overlay.get_by_label("Code").fill("000000")
    overlay.get_by_role("button", name="Sign in").click()
    overlay.get_by_text("This code is wrong").wait_for()
    overlay.get_by_label("Code").fill(recovery)
    overlay.get_by_role("button", name="Sign in").click()
    overlay.wait_for(state="hidden")
    assert typed.input_value() == "花园路漏水"
    page.locator("[name=title]").fill("花园路水管")
    page.get_by_text("saved").first.wait_for()
    assert drafts.count(city.lin) == 1
