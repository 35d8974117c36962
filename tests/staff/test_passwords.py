"""A password is ten characters or more, and not what is tried first: here, by Chinese habit, or for this person."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from staff.passwords import OWN, WORDS, own
from tests.cast import City
from tests.staff.phones import PASSWORD, signed_in

GUESSED = [
    *("1q2w3e4r5t", "qwerty123456", "woaini1314a", "woaini5201314", "5201314520a", "qweasdzxc123", "1qaz2wsx3edc"),
    *("aa123456789", "asd123456789", "zhang123456", "li5201314li", "nishishui123", "wodemima123", "nihao@2026!"),
    *("p@ssw0rd123", "Passw0rd2026", "monkey123456", "aaaaaaaaaaaa", "abcd1234!@#$", "zaq12wsx3e", "admin@12345"),
    *(
        "hotline-12345",
        "12345Rexian",
        "rexian@2026",
        "gongdan12345",
        "云州市12345热线",
        "云州热线2026",
        "政府服务中心工单",
    ),
]
GOOD = [
    *("pinwheel90", "pinwheel-90", "correct-horse-battery", "Tr0ub4dor&3", "x%9$&!@#Q~kW", "kitchen-lamp7"),
    *("花园路十二号的猫爱吃鱼", "muqin-de-chufang", "first-tree-property"),
]


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", GOOD)
def test_what_is_ones_own_is_one(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(("password", "right"), [("pinwheel9", False), ("pinwheel90", True), ("2750193846", False)])
def test_it_is_ten_characters_or_more_and_not_digits_only(password: str, right: bool) -> None:
    if right:
        validate_password(password)
        return
    with pytest.raises(ValidationError):
        validate_password(password)


def test_every_word_that_is_entered_is_crossed_out() -> None:
    assert all(own(word, WORDS) == 0 for word in WORDS)
    assert own("pinwheel", WORDS) == 8 > OWN


def test_what_the_installation_calls_itself_is_none(settings: Any) -> None:
    validate_password("yunzhou-12345")
    settings.PASSWORD_WORDS = ["yunzhou"]
    for password in ("yunzhou-12345", "YunZhou@2026"):
        with pytest.raises(ValidationError, match="easy to guess"):
            validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["zhaoming@2026", "ming13900112233", "水务局赵明12345", "zhao-zhao-zhao"])
def test_nor_is_what_is_known_of_the_person(city: City, password: str) -> None:
    city.zhao.username, city.zhao.phone, city.zhao.email = "zhaoming", "13900112233", "zhao@water.example"
    with pytest.raises(ValidationError):
        validate_password(password, city.zhao)
    validate_password("pinwheel-90", city.zhao)


@pytest.mark.django_db
def test_ones_own_name_is_too_like_it(city: City) -> None:
    city.lin.username = "linyue.hotline"
    with pytest.raises(ValidationError, match="similar"):
        validate_password("linyue.hotline1", city.lin)


@pytest.mark.django_db
def test_who_changes_it_reads_why_not_beside_the_field_and_it_stays_as_it_was(city: City) -> None:
    lin: Client = signed_in(city.lin)
    new = {"old_password": PASSWORD, "new_password1": "woaini5201314", "new_password2": "woaini5201314"}
    answer = lin.post("/password/", new, headers={"Accept-Language": "zh-hans"})
    assert answer.status_code == 200 and "woaini5201314" not in answer.content.decode()
    assert "密码容易被猜到" in answer.content.decode()
    city.lin.refresh_from_db()
    assert city.lin.check_password(PASSWORD)


@pytest.mark.django_db
def test_in_chinese_the_rules_speak_as_the_hotline_does_and_call_nobody_ni(city: City) -> None:
    page = signed_in(city.lin).post(
        "/password/",
        {"old_password": "wrong", "new_password1": "12345", "new_password2": "12345"},
        headers={"Accept-Language": "zh-hans"},
    )
    words = page.content.decode()
    assert "至少10个字符" in words and "密码过短，至少须有10个字符" in words and "旧密码错误" in words
    with override("zh-hans"):
        said = [*password_validators_help_texts(), words]
    assert all("你" not in text and "This password" not in text for text in said)
