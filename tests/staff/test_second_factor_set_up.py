"""The second factor is turned on by its first code and off by password and code; what is kept tells nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client, override_settings

from desk import drafts
from staff import second_factor
from staff.models import FailedSignIns, RecoveryCode, SecondFactor
from tests.browser import Visit
from tests.cast import MORNING, City
from tests.staff.phones import PASSWORD, Phone, at, code_of, gives, password, sends, signed_in, wrong
from workorders import rotation

pytestmark = pytest.mark.django_db


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
