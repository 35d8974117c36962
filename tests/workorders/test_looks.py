"""Who has seen which order is written down, once in a quarter of an hour, and nobody rubs it out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions
from workorders.looks import look
from workorders.models import Look, Reveal, WorkOrder

pytestmark = pytest.mark.django_db

Door = Look.Door


def looked(order: WorkOrder, by: User, door: Look.Door = Door.PAGE, address: str = "10.1.2.3") -> bool:
    return look(order, door, by=by, request=RequestFactory().get("/", REMOTE_ADDR=address))


def test_a_look_says_who_when_through_which_door_and_from_where(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        assert looked(order, city.zhao)
    kept = order.looks.get()
    assert (kept.person, kept.at, kept.door, kept.address) == (city.zhao, MORNING, "page", "10.1.2.3")


def test_of_an_ipv6_address_the_network_is_kept(city: City) -> None:
    looked(order := city.register(), city.zhao, address="2001:db8:1:2:3:4:5:6")
    assert order.looks.get().address == "2001:db8:1:2::/64"


def test_looking_again_in_the_same_quarter_of_an_hour_writes_nothing_later_it_does(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        looked(order, city.zhao)
    with pretend(MORNING + timedelta(minutes=14, seconds=59)):
        looked(order, city.zhao)
    assert order.looks.count() == 1
    with pretend(MORNING + timedelta(minutes=15)):
        looked(order, city.zhao)
    assert [kept.at for kept in order.looks.order_by("id")] == [MORNING, MORNING + timedelta(minutes=15)]


def test_other_people_other_doors_and_other_orders_are_looks_of_their_own(city: City) -> None:
    with pretend(MORNING):
        orders = [city.register(), city.register()]
        for order in orders:
            for who in (city.zhao, city.chen):
                for door in (Door.PAGE, Door.PRINT):
                    looked(order, who, door)
    assert Look.objects.count() == 8


def test_a_look_does_not_wait_for_whoever_works_on_the_order(city: City) -> None:
    """A checked foreign key would lock the order's row: `FOR UPDATE` and `FOR KEY SHARE` exclude each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = 'workorders_look'::regclass AND contype = 'f'"
        )
        assert cursor.fetchone() == (0,)


def test_what_was_seen_is_neither_changed_nor_rubbed_out(city: City) -> None:
    order = city.register()
    looked(order, city.zhao)
    actions.reveal(order, by=city.lin, reason="核对地址")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("workorders_look", "workorders_reveal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER what_was_seen_is_never_emptied")  # off in tests alone
            for change in ("UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"):
                with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                    cursor.execute(change.format(table))
    assert Look.objects.count() == Reveal.objects.count() == 1


def test_what_is_older_than_half_a_year_may_be_forgotten(city: City) -> None:
    order = city.register()
    with pretend(timezone.now() - timedelta(days=200)):
        looked(order, city.zhao)
    looked(order, city.chen)
    Look.objects.filter(at__lt=timezone.now() - timedelta(days=190)).delete()
    assert order.looks.get().person == city.chen


@pytest.mark.parametrize(("listed", "index"), [("order_id", "a_look_is_written_once"), ("person_id", "look_of_person")])
def test_looks_are_found_by_order_and_by_person_through_an_index(listed: str, index: str, city: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM workorders_look WHERE {listed} = 1 ORDER BY at DESC LIMIT 50")  # noqa: S608  names of this test
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
