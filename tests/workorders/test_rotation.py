"""A new key comes in front, everything is written anew under it while people work, and the old key may go."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models
from django.http import QueryDict
from django.test import override_settings

from desk import drafts
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import idempotency
from workorders.encryption import EncryptedTextField
from workorders.models import Caller, WorkOrder
from workorders.rotation import left, places, rotate

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(city: City) -> list[WorkOrder]:
    """Five appeals, all under the key of today."""
    with pretend(MORNING):
        return [city.register(caller_name=name) for name in ("王一", "王二", "王三", "王四", "王五")]


@pytest.fixture
def keys(orders: list[WorkOrder], settings: Any) -> tuple[str, str]:
    """The old key, and the new one that has just come in front of it."""
    (old,), new = settings.CALLER_KEYS, Fernet.generate_key().decode()
    settings.CALLER_KEYS = [new, old]
    return old, new


def names() -> list[str]:
    return [caller.name for caller in Caller.objects.order_by("pk")]


def test_the_old_key_may_go_when_everything_is_written_anew(
    city: City, orders: list[WorkOrder], keys: tuple[str, str]
) -> None:
    old, new = keys
    with override_settings(CALLER_KEYS=[old]):
        drafts.keep(city.lin, "intake:1", QueryDict("caller_name=李红"))
        idempotency.once("a-key", {}, lambda: (201, {"name": "王一"}), by=city.lin)
    assert left() == 7
    call_command("rotate_keys", stdout=StringIO())
    with override_settings(CALLER_KEYS=[new]):
        assert left() == 0
        assert names() == ["王一", "王二", "王三", "王四", "王五"]
        kept = drafts.find(city.lin, "intake:1")
        assert kept is not None and kept[0]["caller_name"] == "李红"
        assert idempotency.once("a-key", {}, lambda: (500, {}), by=city.lin) == (201, {"name": "王一"})


def test_a_second_run_finds_nothing_and_writes_nothing(keys: tuple[str, str]) -> None:
    list(rotate())
    assert [progress.old for progress in rotate()] == [0]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "5 rows read, 0 written anew" in out.getvalue()
    assert "Nothing needs an older key" in out.getvalue()


def test_what_was_killed_half_way_goes_on_where_rows_are_still_old(keys: tuple[str, str]) -> None:
    going = rotate(batch=2)
    assert next(going).old == 2
    going.close()
    assert left() == 3
    assert sum(progress.old for progress in rotate(batch=2)) == 3
    assert left() == 0


def test_people_read_and_write_meanwhile(city: City, orders: list[WorkOrder], keys: tuple[str, str]) -> None:
    old, new = keys
    going = rotate(batch=2)
    next(going)
    with pretend(MORNING):
        city.register(caller_name="赵新")
    with override_settings(CALLER_KEYS=[old, new]):  # a process that has not been started anew since
        Caller(order=orders[0], name="王改", phone="1").save(update_fields=["name", "phone"])
    Caller(order=orders[4], name="王后", phone="2").save(update_fields=["name", "phone"])
    assert names() == ["王改", "王二", "王三", "王四", "王后", "赵新"]
    list(going)
    assert left() == 1, "what was written with the old key behind the run waits for the next"
    list(rotate())
    with override_settings(CALLER_KEYS=[new]):
        assert names() == ["王改", "王二", "王三", "王四", "王后", "赵新"]


def test_who_writes_between_reading_and_writing_is_not_overwritten(
    orders: list[WorkOrder], keys: tuple[str, str]
) -> None:
    old, _new = keys

    def quicker(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE workorders_caller kept"):
            with override_settings(CALLER_KEYS=[old]):
                Caller(order=orders[2], name="王快").save(update_fields=["name"])
        return execute(sql, *rest)

    with connection.execute_wrapper(quicker):
        (progress,) = rotate()
    assert (progress.old, progress.overtaken) == (5, 1)
    assert names()[2] == "王快" and left() == 1


def test_a_batch_is_two_statements(keys: tuple[str, str], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2 + 1 + len(places()) - 1):  # read, written, read to the end; nothing elsewhere
        list(rotate())


def test_a_row_that_no_key_opens_is_named_and_left(orders: list[WorkOrder], keys: tuple[str, str]) -> None:
    with override_settings(CALLER_KEYS=[Fernet.generate_key().decode()]):
        Caller(order=orders[1], name="王谁").save(update_fields=["name"])
    with pytest.raises(CommandError, match=f"opens 1 rows: workorders_caller {orders[1].pk}"):
        call_command("rotate_keys", stdout=StringIO())
    assert left() == 1


def test_what_is_left_can_be_asked_without_writing(keys: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="5 rows still need an older key"):
        call_command("rotate_keys", "--check")
    assert left() == 5


def test_numbers_are_found_as_before(orders: list[WorkOrder], keys: tuple[str, str]) -> None:
    list(rotate())
    assert {caller.pk for caller in Caller.by_phone("13812340271")} == {order.pk for order in orders}


def test_no_sealed_column_is_forgotten() -> None:
    """Bytes in the database are a hash, or tokens the rotation knows of."""
    known = {(place.table, column) for place in places() for column in place.columns}
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.BinaryField) and not field.name.endswith("_hash"):
                assert (model._meta.db_table, field.column) in known
    assert len(known) >= 5
    assert all(isinstance(Caller._meta.get_field(name), EncryptedTextField) for name in ("name", "phone", "contact"))
