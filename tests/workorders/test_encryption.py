"""Who called: unreadable in the database, found by keyed hash, masked on every page."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from django.test import override_settings

from staff.now import pretend
from staff.sealing import box
from tests.cast import MORNING, City
from workorders.encryption import digits_of, keyed_hash, masked_name, masked_phone
from workorders.models import Caller, WorkOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register(caller_contact="wechat: wangxm1980")


def raw(order: WorkOrder) -> bytes:
    """The caller's whole row as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM workorders_caller WHERE order_id = %s", [order.pk])
        return b"|".join(
            bytes(value) if value is not None and not isinstance(value, int) else b"" for value in cursor.fetchone()
        )


def everywhere(order: WorkOrder) -> str:
    """Everything else that is kept of the order, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o::text || coalesce(string_agg(e::text, ''), '') FROM workorders_workorder o "
            "LEFT JOIN workorders_event e ON e.order_id = o.id WHERE o.id = %s GROUP BY o.id",
            [order.pk],
        )
        return str(cursor.fetchone()[0])


def test_the_program_reads_what_was_said(order: WorkOrder) -> None:
    caller = Caller.objects.get(order=order)
    assert (caller.name, caller.phone, caller.contact) == ("王小明", "13812340271", "wechat: wangxm1980")


def test_nothing_of_the_caller_can_be_read_in_the_database(order: WorkOrder) -> None:
    row = raw(order)
    for secret in ("王小明", "13812340271", "0271", "wangxm1980"):
        assert secret.encode() not in row and secret.encode().hex().encode() not in row
        assert secret not in everywhere(order)


def test_the_same_number_is_never_written_twice_alike_and_still_found_twice(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        second = city.register()
    tokens = _phones([order.pk, second.pk])
    assert tokens[0] != tokens[1]
    assert {caller.pk for caller in Caller.by_phone("138 1234 0271")} == {order.pk, second.pk}


def _phones(pks: list[int]) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM workorders_caller WHERE order_id = ANY(%s)", [pks])
        return [bytes(phone) for (phone,) in cursor.fetchall()]


def test_a_caller_who_said_nothing_leaves_nothing(city: City) -> None:
    with pretend(MORNING):
        silent = city.register(caller_name="", caller_phone="", caller_contact="")
        named = city.register(caller_phone="")
    assert not Caller.objects.filter(order=silent).exists() and not silent.has_caller
    caller = Caller.objects.get(order=named)
    assert caller.phone == "" and caller.phone_hash is None and caller.last_four_hash is None and not named.has_caller


def test_hashes_need_the_key(order: WorkOrder, settings: Any) -> None:
    here = keyed_hash("13812340271")
    settings.CALLER_HASH_KEY = "another-key-of-thirty-two-characters"
    assert keyed_hash("13812340271") != here
    assert Caller.by_phone("13812340271") == []


def test_the_last_four_digits_are_not_hashed_like_a_number_of_four(order: WorkOrder) -> None:
    assert bytes(Caller.objects.get(order=order).last_four_hash or b"") != keyed_hash("0271")


def test_a_new_key_writes_and_the_old_one_still_reads(city: City, order: WorkOrder, settings: Any) -> None:
    old, new = settings.CALLER_KEYS, Fernet.generate_key().decode()
    settings.CALLER_KEYS = [new, *old]
    assert Caller.objects.get(order=order).name == "王小明"
    with pretend(MORNING):
        later = city.register(caller_name="李小红")
    with override_settings(CALLER_KEYS=[new]):
        assert Caller.objects.get(order=later).name == "李小红"
        with pytest.raises(InvalidToken):
            Caller.objects.get(order=order)


def test_a_caller_saved_again_is_written_with_the_new_key(order: WorkOrder, settings: Any) -> None:
    new = Fernet.generate_key().decode()
    settings.CALLER_KEYS = [new, *settings.CALLER_KEYS]
    Caller.objects.get(order=order).save()
    settings.CALLER_KEYS = [new]
    assert Caller.objects.get(order=order).phone == "13812340271"


def test_a_token_somebody_changed_is_not_read(order: WorkOrder) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workorders_caller SET name = %s WHERE order_id = %s", [b"gAAAAAB", order.pk])
    with pytest.raises(InvalidToken):
        Caller.objects.get(order=order)


def test_the_longest_contact_and_odd_characters_come_back_as_they_were(city: City) -> None:
    odd = "🚒 阿卜杜拉·买买提 \u202e" + "长" * 100
    with pretend(MORNING):
        order = city.register(caller_name=odd)
    assert Caller.objects.get(order=order).name == odd
    assert box().decrypt(box().encrypt(odd.encode())).decode() == odd


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812340271", "138****0271"), ("057188886666", "057****6666"), ("88886666", "******66"), ("12", "12"), ("", "")],
)
def test_numbers_are_masked(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(("name", "shown"), [("王小明", "王**"), ("王", "王**"), ("", ""), ("Wang", "W**")])
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_caller_printed_by_accident_is_masked(order: WorkOrder) -> None:
    assert str(Caller.objects.get(order=order)) == "王**"
    assert "王小明" not in repr(Caller.objects.get(order=order))


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13812340271", "13812340271"),
        ("+86 138-1234-0271", "13812340271"),
        ("008613812340271", "13812340271"),
        ("１３８1234 0271", "13812340271"),
        ("86123456", "86123456"),
        ("无", ""),
        ("²³", "23"),
    ],
)
def test_a_number_is_compared_by_its_digits(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits
