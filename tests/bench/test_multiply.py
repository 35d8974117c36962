"""The bench's city: as sound as the small one it is made from, only larger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bench.multiply import APART, hanging, multiply, multiply_bare
from loading.demo.load import Wish, load
from loading.demo.plans import cases
from oversight.audit import audit
from oversight.daybook import keep_up, sum_anew
from oversight.models import Entry
from oversight.recounting import wrong_entries, wrong_sums
from workorders.models import Event, Status, Step, Wording, WorkOrder
from workorders.numbers import is_number
from workorders.search import matching

pytestmark = [pytest.mark.django_db(transaction=True, reset_sequences=True), pytest.mark.xdist_group("servers")]

AFTERNOON = datetime(2026, 11, 18, 15, 40, tzinfo=timezone.get_default_timezone())
COPIES = 3


@pytest.fixture
def told(settings: Any, tmp_path: Path) -> int:
    """A life of every kind; how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("triggers are switched off by superusers only: the bench has a server of its own")
    settings.DATA_DIR = tmp_path / "nowhere"
    load(Wish(orders=len(cases()), seed=1, end=AFTERNOON), lambda _what, _done: None)
    return WorkOrder.objects.count()


def test_a_multiplied_city_keeps_every_promise_and_its_copies_are_orders_of_their_own(told: int) -> None:
    indexes = _indexes()
    with connection.cursor() as cursor:  # a day's numbers have six digits, and more when they are used up
        cursor.execute("SELECT setval('workorders_number_seq', 1000000)")

    multiply(COPIES, lambda _words: None)

    assert WorkOrder.objects.count() == told * (1 + COPIES)
    assert [finding.name for finding in audit(AFTERNOON).broken] == []
    assert keep_up() >= told * (1 + COPIES)
    assert wrong_entries() == [] and wrong_sums() == 0
    assert _indexes() == indexes

    copies = WorkOrder.objects.filter(pk__gt=APART)
    assert all(is_number(number) for number in copies.values_list("number", flat=True))
    assert WorkOrder.objects.values("number").distinct().count() == WorkOrder.objects.count()
    first = WorkOrder.objects.filter(pk__lt=APART, status=Status.CLOSED).earliest("pk")
    copy = copies.get(pk=first.pk + 2 * APART)
    assert (first.registered_at - copy.registered_at).days == 14 and copy.content != first.content
    assert copy.events.count() == first.events.count() and copy.steps.count() == first.steps.count()
    assert copy in matching(WorkOrder.objects.all(), copy.address)
    open_ones = WorkOrder.objects.filter(pk__lt=APART).open().values_list("pk", flat=True)
    assert {order.pk % APART for order in copies.open()} == set(open_ones)


def test_bare_copies_are_listed_and_counted_and_nothing_more(told: int) -> None:
    multiply(1, lambda _words: None)
    keep_up()
    entered, steps, events = (
        Entry.objects.filter(order_id__lt=APART).count(),
        Step.objects.count(),
        Event.objects.count(),
    )

    multiply_bare(range(2, 4), lambda _words: None)
    sum_anew()
    keep_up()

    assert WorkOrder.objects.count() == told * 4 and Entry.objects.count() == entered * 4
    assert wrong_sums() == 0
    open_ones = WorkOrder.objects.filter(pk__lt=APART).open()
    assert Step.objects.count() == steps + 2 * Step.objects.filter(order__in=open_ones).count()
    assert Event.objects.count() == events
    bare = WorkOrder.objects.filter(pk__gt=2 * APART)
    assert bare.open().count() == 2 * open_ones.count()
    assert not bare.open().exclude(next_due_at=None).filter(steps=None).exists()


def test_what_hangs_on_an_order_is_found_out_and_not_listed() -> None:
    tables = {one.model for one in hanging()}

    assert {WorkOrder, Step, Event} <= tables and Wording not in tables
    assert all(one.path == () or one.path[-1][1] is WorkOrder for one in hanging())


def _indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'")
        return set(cursor.fetchall())
