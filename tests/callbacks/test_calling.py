"""未接通: the citizen is tried in calling hours only, three times in different half-days over two days."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from callbacks import actions as callbacks
from callbacks.calling import is_calling_time, next_try
from callbacks.models import Attempt, Callback
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import awaiting_callback, fresh, reach
from workorders import actions
from workorders.errors import NotAllowed
from workorders.models import Status, WorkOrder
from workorders.models.choices import Closing, StepKind

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in the city; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=MORNING.tzinfo)


@pytest.fixture
def order(city: City) -> WorkOrder:
    """A leak whose answer passed on Monday at ten."""
    order: WorkOrder = reach(awaiting_callback, city)
    return order


def try_at(city: City, order: WorkOrder, moment: datetime, result: str = "no_answer") -> Callback:
    with pretend(moment):
        return callbacks.record_attempt(order, by=city.tang, result=result)


@pytest.mark.parametrize(
    ("hour", "minute", "may"),
    [
        (8, 29, False),
        (8, 30, True),
        (11, 59, True),
        (12, 0, False),
        (13, 59, False),
        (14, 0, True),
        (19, 59, True),
        (20, 0, False),
        (21, 0, False),
        (3, 0, False),
    ],
)
def test_citizens_are_called_in_calling_hours_only(
    city: City, order: WorkOrder, hour: int, minute: int, may: bool
) -> None:
    moment = at(24, hour, minute)
    assert is_calling_time(moment) == may
    if may:
        assert try_at(city, order, moment).attempt_count == 1
        return
    with pytest.raises(NotAllowed, match="8:30"):
        try_at(city, order, moment)
    assert not Callback.objects.exists()


@pytest.mark.parametrize(
    ("attempts", "first", "now", "begins", "ends"),
    [
        (1, at(23, 9), at(23, 9), at(23, 14), at(23, 20)),
        (2, at(23, 9), at(23, 15), at(24, 8, 30), at(24, 12)),
        (1, at(23, 15), at(23, 15), at(24, 8, 30), at(24, 12)),
        (2, at(23, 15), at(24, 9), at(24, 14), at(24, 20)),
        (2, at(23, 9), at(24, 9), at(24, 14), at(24, 20)),
        (1, at(30, 15), at(30, 15), at(30, 8, 30) + timedelta(days=1), at(30, 12) + timedelta(days=1)),
    ],
)
def test_the_next_try_falls_into_another_half_day_and_the_last_on_another_day(
    attempts: int, first: datetime, now: datetime, begins: datetime, ends: datetime
) -> None:
    assert next_try(attempts, first, now) == (begins, ends)


def test_not_reached_in_the_morning_the_citizen_is_tried_in_the_afternoon(city: City, order: WorkOrder) -> None:
    try_at(city, order, at(23, 10, 30), "busy")
    with pytest.raises(NotAllowed, match="another half-day"):
        try_at(city, order, at(23, 11))
    callback = try_at(city, order, at(23, 14))
    assert callback.attempt_count == 2 and callback.status == "trying" and callback.next_try_at == at(24, 8, 30)
    with pytest.raises(NotAllowed, match="another half-day"):
        try_at(city, order, at(23, 19))
    assert Attempt.objects.filter(callback=callback, by=city.tang).count() == 2
    assert fresh(order).status == Status.AWAITING_CALLBACK


def test_each_try_has_its_own_clock_and_the_callback_as_a_whole_keeps_its_own(city: City, order: WorkOrder) -> None:
    close_out = order.steps.get(kind=StepKind.CLOSE_OUT)
    try_at(city, order, at(23, 10, 30))
    steps = {step.kind: step for step in order.steps.open()}
    assert steps[StepKind.CALLBACK].due_at == at(23, 20) == fresh(order).next_due_at
    assert steps[StepKind.CLOSE_OUT].due_at == close_out.due_at
    done = order.steps.get(kind=StepKind.CALLBACK, ended_at__isnull=False)
    assert done.done and done.ended_at == at(23, 10, 30)


def test_who_took_the_callback_keeps_it_for_the_next_try(city: City, order: WorkOrder) -> None:
    with pretend(at(23, 10, 30)):
        actions.take(order, by=city.tang)
    try_at(city, order, at(23, 10, 30))
    assert fresh(order).holder_person == city.tang


def test_after_the_third_try_the_citizen_counts_as_not_reached_and_never_as_satisfied(
    city: City, order: WorkOrder
) -> None:
    try_at(city, order, at(23, 10, 30))
    try_at(city, order, at(23, 14, 30), "off")
    callback = try_at(city, order, at(24, 9), "wrong_number")
    order = fresh(order)
    assert order.status == Status.CLOSED and order.closing == Closing.UNREACHABLE and order.next_due_at is None
    assert callback.status == "unreachable" and callback.attempt_count == 3 and callback.next_try_at is None
    assert callback.satisfaction is None and callback.resolution == "" and callback.completed_at is None
    assert not Callback.objects.completed().exists() and not Callback.objects.in_scope().exists()
    assert order.events.latest("seq").verb == "callback.unreachable" and order.outcome == "solved"
    with pytest.raises(NotAllowed):
        try_at(city, order, at(24, 14))


def test_tries_missed_by_the_desk_do_not_count_as_tries(city: City, order: WorkOrder) -> None:
    try_at(city, order, at(23, 10, 30))
    callback = try_at(city, order, at(27, 9))
    assert callback.attempt_count == 2 and callback.next_try_at == at(27, 14)


def test_the_citizen_who_rings_back_is_not_asked_to_wait_for_the_next_half_day(city: City, order: WorkOrder) -> None:
    try_at(city, order, at(23, 10, 30))
    with pretend(at(23, 12, 30)):
        callback = callbacks.record_result(order, by=city.tang, contacted=True, resolution="solved", satisfaction=4)
    assert callback.attempt_count == 2 and callback.round == 1 and callback.next_try_at is None
    assert fresh(order).closing == Closing.CALLED_BACK


def test_a_round_of_calling_ends_with_its_order(city: City, order: WorkOrder) -> None:
    callback = try_at(city, order, at(23, 10, 30))
    with pretend(at(23, 11)):
        actions.close(order, by=city.chen, reason="市民要求不再回访")
    assert fresh(callback).status == "dropped" and fresh(callback).next_try_at is None
