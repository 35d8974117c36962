"""The timeline is added to and never changed: by nobody, not even past the application."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.lives import LIVES, fresh
from workorders import actions, clock
from workorders.errors import Stale

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("life", LIVES)
def test_entries_count_from_one_and_only_cards_come_after_the_orders_version(city: City, life: str) -> None:
    with pretend(MORNING):
        order = LIVES[life](city)
    entries = list(order.events.order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert all(entry.verb.startswith("clock.") and entry.informative for entry in entries[order.version :])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE workorders_event SET note = 'nothing happened'",
        "UPDATE workorders_event SET informative = true WHERE seq = 1",
        "DELETE FROM workorders_event",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(city: City, sql: str) -> None:
    with pretend(MORNING):
        city.register()
    with pytest.raises(IntegrityError, match="added to, never changed"), transaction.atomic():
        connection.cursor().execute(sql)


def test_the_database_refuses_to_empty_the_timeline(city: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workorders_event ENABLE TRIGGER timeline_is_never_emptied")  # off in tests alone
        with pytest.raises(IntegrityError, match="added to, never changed"), transaction.atomic():
            cursor.execute("TRUNCATE workorders_event")


def test_an_order_with_a_timeline_cannot_be_deleted(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    with transaction.atomic():
        connection.cursor().execute("DELETE FROM workorders_workorder WHERE id = %s", [order.pk])
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_what_only_informs_makes_no_form_stale(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    later = MORNING + timedelta(hours=2)
    with pretend(later):
        clock.sweep(later)  # cards
        actions.note(order, by=city.wang, text="市民语气急")
        actions.chase(order, by=city.lin, words="怎么还没人来")
        assert fresh(order).version > 3
        actions.amend(order, by=city.wang, version=1, title="花园路水管爆裂")


def test_a_stale_form_is_told_what_came_in_between_and_changes_nothing(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        actions.amend(order, by=city.wang, title="花园路水管爆裂")
        with pytest.raises(Stale) as stopped:
            actions.amend(order, by=city.lin, version=1, title="别的")
    assert [(event.verb, event.by) for event in stopped.value.newer] == [("workorder.amended", city.wang)]
    assert fresh(order).title == "花园路水管爆裂" and fresh(order).version == 2


def test_an_entry_knows_who_and_of_which_department_and_the_clock_is_nobody(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["delegated"](city)
    accepted = order.events.get(verb="referral.accepted")
    assert accepted.by == city.zhao and accepted.department == "市水务集团"
    assert order.events.get(verb="workorder.registered").department == ""
    later = MORNING + timedelta(days=20)
    with pretend(later):
        clock.sweep(later)
    card = order.events.filter(verb="clock.red").first()
    assert card is not None and card.by is None and card.at == later and card.informative
