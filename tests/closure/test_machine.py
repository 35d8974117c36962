"""People of every role make legal and illegal moves on several orders, time jumps, the clock sleeps and catches up:
after every step every promise of the closure guarantee holds.

The same search every time; `CLOSURE_EXAMPLES=300 CLOSURE_STEPS=60` in the environment make it a long one at random.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from oversight.audit import audit
from oversight.promises import CLOCK
from staff.models import Department, User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.doing import ACTS, MOVES, do
from tests.closure.lives import LIVES
from tests.closure.possible import MATTERS, possible
from workorders import actions, clock, telling
from workorders.errors import Invalid, NotAllowed, Stale
from workorders.models import WorkOrder
from workorders.workflow import Move

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("CLOSURE_EXAMPLES", "14"))
STEPS = int(os.environ.get("CLOSURE_STEPS", "20"))
MOST_ORDERS = 4
JUMPS = [timedelta(minutes=20), timedelta(hours=3), timedelta(hours=20), timedelta(days=2), timedelta(days=9)]
# What only the clock keeps; not asked while it sleeps.
KEPT_BY_THE_CLOCK = {promise.name for promise in CLOCK} - {
    "supervision_and_its_step_go_together",
    "nothing_falls_silent",
}


def test_every_move_of_the_law_can_be_made_here() -> None:
    assert {(move.record, move.name) for move in MOVES} == ACTS.keys()


def test_whatever_people_do_and_however_time_passes_every_promise_holds(city: City) -> None:
    Department.objects.create(code="water-east-2", name="水务东区二所", kind="utility", parent=city.water_east)

    class Hotline(House):
        people = [
            city.lin,
            city.wang,
            city.zhao,
            city.li,
            city.east,
            city.qian,
            city.he,
            city.tang,
            city.chen,
            city.sun,
        ]
        town = city

    run_state_machine_as_test(
        Hotline,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize="CLOSURE_EXAMPLES" not in os.environ,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class House(RuleBasedStateMachine):
    """A city at a moment; everything is undone when the example ends."""

    people: list[User]
    town: City

    def __init__(self) -> None:
        super().__init__()
        self.at = MORNING
        self.clock_sleeps = False
        self.town.he.is_active = True
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.undone.callback(transaction.set_rollback, True)

    def teardown(self) -> None:
        self.undone.close()

    @initialize(life=st.sampled_from(sorted(LIVES)))
    def an_order_stands_somewhere(self, life: str) -> None:
        """So that the search need not find its way to the callback by luck each time."""
        with pretend(self.at):
            LIVES[life](self.town)

    # --- what happens

    @precondition(lambda self: WorkOrder.objects.count() < MOST_ORDERS)
    @rule(
        kind=st.sampled_from(["help", "question", "report", "praise"]),
        urgency=st.sampled_from(["normal", "normal", "critical"]),
        phone=st.sampled_from(["13812340271", "13812340271", ""]),
    )
    def register(self, kind: str, urgency: str, phone: str) -> None:
        with pretend(self.at):
            self.town.register(kind=kind, urgency=urgency, caller_phone=phone)

    @rule(data=st.data(), moves=st.integers(2, 8))
    def people_do_what_is_open_to_them(self, data: st.DataObject, moves: int) -> None:
        with pretend(self.at):
            for _count in range(moves):
                order = data.draw(st.sampled_from(self.orders()), "order")
                offers: list[tuple[Move, Any]] = [
                    (move, record)
                    for record in self.records_of(order)
                    for move in MOVES
                    if move.record == record_name(record) and record.status in move.sources
                    for _time in range(weight(move))
                    if any(move.open_to(record, person) for person in self.people)
                ]
                move, record = data.draw(st.sampled_from(offers), "move")
                able = [person for person in self.people if move.open_to(record, person)]
                self.make(move, record, data.draw(st.sampled_from(able), "person"), data)
                self.every_promise_holds()

    @rule(data=st.data())
    def somebody_tries_anything(self, data: st.DataObject) -> None:
        with pretend(self.at):
            order = data.draw(st.sampled_from(self.orders()), "order")
            record = data.draw(st.sampled_from(self.records_of(order)), "record")
            move = data.draw(st.sampled_from([move for move in MOVES if move.record == record_name(record)]), "move")
            self.make(move, record, data.draw(st.sampled_from(self.people), "person"), data)

    @rule(data=st.data(), seen=st.integers(1, 20))
    def somebody_saves_an_old_page(self, data: st.DataObject, seen: int) -> None:
        order = data.draw(st.sampled_from(self.orders()), "order")
        newer = order.events.filter(seq__gt=seen, informative=False).exists()
        before = self.everything()
        with pretend(self.at):
            try:
                actions.amend(order, by=self.town.chen, version=seen, title="标题已改")
            except Stale:
                assert newer and self.everything() == before
            except NotAllowed:
                assert not newer
            else:
                assert not newer

    @rule(jump=st.sampled_from(JUMPS), clock_sleeps=st.sampled_from([False, False, True]))
    def time_passes(self, jump: timedelta, clock_sleeps: bool) -> None:
        self.at += jump
        self.clock_sleeps = clock_sleeps

    @rule()
    def somebody_leaves_and_another_comes_back(self) -> None:
        """He of the review desk; the clock puts back what he had taken."""
        he = self.town.he
        he.is_active = not he.is_active
        User.objects.filter(pk=he.pk).update(is_active=he.is_active)
        self.clock_sleeps = False

    # --- what holds after everything

    @invariant()
    def every_promise_holds(self) -> None:
        with pretend(self.at):
            if not self.clock_sleeps:
                clock.sweep(self.at)
                telling.tell_reminders()
                assert not any(clock.sweep(self.at).values()), "a second sweep finds nothing to do"
            connection.check_constraints()
            result = audit(self.at, grace=timedelta(0))
        broken = [one for one in result.broken if not (self.clock_sleeps and one.name in KEPT_BY_THE_CLOCK)]
        assert not broken, broken

    @invariant()
    def the_tables_know_where_everything_is(self) -> None:
        """The abstract state space covers the real one: `test_state_space` proves what it proves about this house."""
        for order in self.orders():
            lead = order.referrals.filter(role="lead").order_by("-pk").first()
            assert (order.status, lead.status if lead else None) in possible()

    # --- how

    def make(self, move: Move, record: Any, person: User, data: st.DataObject) -> None:
        """Legal: done, or its input refused. Illegal: refused, and nothing has changed."""
        why_not = move.refusal(record, person)
        before = self.everything()
        note(f"{self.at:%a %d %H:%M} {person.username}: {record_name(record)} {record.pk} {move.name} — {why_not}")
        try:
            do(move, record, person, data.draw)
        except Invalid:
            assert self.everything() == before
        except NotAllowed:
            # A call has its hours besides: that is no matter of status and person.
            assert (why_not is not None or move.name == "record_attempt") and self.everything() == before
        else:
            assert why_not is None, f"{move.name} was done although: {why_not}"

    def orders(self) -> list[WorkOrder]:
        return list(WorkOrder.objects.select_related("category").order_by("pk"))

    def records_of(self, order: WorkOrder) -> list[Any]:
        """The order and its parts."""
        parts = order.referrals.select_related("order", "department", "contact_step", "answer_step")
        return [order, *parts.order_by("pk")]

    def everything(self) -> list[tuple[Any, ...]]:
        """All that a move could change."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT 'o', t::text FROM workorders_workorder t UNION ALL SELECT 's', t::text FROM workorders_step t
                UNION ALL SELECT 'r', t::text FROM referrals_referral t
                UNION ALL SELECT 'e', count(*)::text FROM workorders_event t
                UNION ALL SELECT 'c', t::text FROM callbacks_callback t
                UNION ALL SELECT 'v', t::text FROM workorders_supervision t ORDER BY 1, 2
                """
            )
            return list(cursor.fetchall())


def weight(move: Move) -> int:
    """How often a move is chosen beside the others: what leads on most, a look at the caller least."""
    name = f"{move.record}.{move.name}"
    if name in MATTERS and name not in ENDS:
        return 6
    return 1


# An order that ended early has less to show.
ENDS = {
    f"workorder.{name}" for name in ("decline", "mark_invalid", "withdraw", "answer_on_the_spot", "recall", "shelve")
}


def record_name(record: Any) -> str:
    return "workorder" if isinstance(record, WorkOrder) else "referral"
