"""From wherever an order can get, people can close it; and where nobody acts, the clock brings it to a supervisor.

First by the tables alone (`tests.closure.possible`), then on the real database for every open status.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notices.models import Notice
from oversight.audit import audit
from referrals import actions as referrals
from staff.calendars import current
from staff.now import pretend
from tests.cast import LIMITS, MORNING, City
from tests.closure.lives import LIVES, fresh
from tests.closure.possible import Way, World, explore, possible
from workorders import actions, clock, telling, workflow
from workorders.models import OPEN_STATUSES, Rung, Status, Supervision, WorkOrder
from workorders.models.choices import StepKind, Unit

# Doors by which an order leaves without an answer: closing has to be possible without them.
WITHOUT_ANSWER = ("workorder.withdraw", "workorder.decline", "workorder.mark_invalid")
DEPARTMENT = {"officer", "lead"}


def closable(usable: Callable[[Way], bool]) -> set[World]:
    """The worlds from which a chain of usable ways leads to `closed`: backwards from there."""
    back: dict[World, list[World]] = {}
    for world, ways in explore().items():
        for way in ways:
            if usable(way):
                back.setdefault(way.to, []).append(world)
    closed = [world for world in explore() if world.status == Status.CLOSED]
    found, waiting = set(closed), deque(closed)
    while waiting:
        for before in back.get(waiting.popleft(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found


def wedged(usable: Callable[[Way], bool]) -> list[World]:
    can = closable(usable)
    return [world for world in explore() if not world.is_closed and world not in can]


# --- by the tables alone


def test_every_status_is_reached() -> None:
    assert {status for status, _lead in possible()} == set(Status)


def test_from_wherever_an_order_can_get_people_can_close_it_with_an_answer() -> None:
    assert wedged(lambda way: bool(way.roles) and way.name not in WITHOUT_ANSWER) == []


def test_the_hotline_can_close_every_order_without_its_departments() -> None:
    assert wedged(lambda way: bool(set(way.roles) - DEPARTMENT) and way.name not in WITHOUT_ANSWER) == []


def test_no_role_alone_is_needed_but_the_supervisors() -> None:
    """Whoever is missing, the others can close; a supervisor can do all of the hotline's work alone."""
    assert wedged(lambda way: "supervisor" in way.roles and way.name not in WITHOUT_ANSWER) == []


def test_a_closed_order_can_be_opened_again() -> None:
    closed = {world: ways for world, ways in explore().items() if world.is_closed}
    assert closed and all(any(way.name == "workorder.reopen" for way in ways) for ways in closed.values())


def test_a_third_dispatch_without_an_owner_leaves_only_designation() -> None:
    at_dispatch = [world for world in explore() if world.status == Status.REGISTERED and world.dispatches == 3]
    names = {way.name for world in at_dispatch for way in explore()[world]}
    assert at_dispatch and "workorder.designate" in names and "workorder.refer" not in names


def test_where_nobody_acts_every_status_comes_to_a_supervisor() -> None:
    """Within two months at the very worst; what is on the shelf, or rides with that, within those and a year."""
    for status in OPEN_STATUSES:
        longest_wait = 366 + 60 if status in (Status.SHELVED, Status.MERGED) else 60
        assert hours_until_supervised(status) <= 24 * longest_wait


def hours_until_supervised(status: str, riding: bool = False) -> float:
    """How long the clock alone needs at most, from the tables: what is owed, its limits, its ladder.

    Limits as in the cast's city, and every working day as long as the longest holidays put off its end.
    """
    kinds = [kind for kind, _pool in workflow.OWED[status]]
    watched = [kind for kind in kinds if kind not in workflow.WITHOUT_LADDER]
    if watched:
        assert workflow.SUPERVISE.clock and status in workflow.SUPERVISE.sources
        return min(longest(kind) for kind in watched) + longest_day()
    if StepKind.SHELF in kinds:  # it comes back by itself, on a day within a year
        assert workflow.RESUME.clock and status in workflow.RESUME.sources and workflow.RESUME.target
        return 24 * 366 + longest_day() + hours_until_supervised(workflow.RESUME.target)
    assert kinds == [StepKind.FOLLOW] and not riding, "what rides with another rides with one that stands by itself"
    return max(hours_until_supervised(carrier, riding=True) for carrier in OPEN_STATUSES if carrier != status)


def longest_day() -> float:
    """Until the next working day ends: over the longest holidays, nine days off."""
    return 24.0 * 10


def longest(kind: str) -> float:
    hours = {Unit.MINUTES: 1 / 60, Unit.HOURS: 1.0, Unit.WORKING_HOURS: longest_day(), Unit.WORKING_DAYS: longest_day()}
    return max(amount * hours[unit] for step, _kind, _urgency, amount, unit, _n, _days in LIMITS if step == kind)


# --- on the real database


def moments(start: datetime, days: int) -> Iterable[datetime]:
    """Noon and evening of each day."""
    for day in range(days):
        for hour in (12, 18):
            at = (start + timedelta(days=day)).replace(hour=hour, minute=30)
            if at > start:
                yield at


def sweep(at: datetime) -> None:
    with pretend(at):
        clock.sweep(at)
        telling.tell_reminders()
        connection.check_constraints()


def supervised_by_the_desk(order: WorkOrder) -> bool:
    """A supervisor watches over it, and owes the next look."""
    order = fresh(order.merged_into if order.status == Status.MERGED and order.merged_into else order)
    rows = Supervision.objects.filter(order=order, lifted_at=None, step__ended_at=None, step__pool="supervision")
    return rows.filter(step__kind=StepKind.SUPERVISE).exists()


def latest(order: WorkOrder) -> datetime:
    """When the ladder of what is owed ends; a shelved order's begins anew on its review date, a merged one's is that
    of the order it rides with."""
    order = fresh(order)
    if order.status == Status.MERGED and order.merged_into:
        return latest(order.merged_into)
    if order.status == Status.SHELVED:
        back = order.steps.open().get(kind=StepKind.SHELF).due_at
        refer = current().add_working_days(back, 1)
        return current().add_working_days(refer.at, 1).at
    ends = [step.escalate_at for step in order.steps.open() if step.escalate_at]
    return min(ends)


OPEN_LIVES = [name for name in LIVES if name != "closed"]


@pytest.mark.django_db
def test_every_open_status_has_a_life(city: City) -> None:
    with pretend(MORNING):
        assert {LIVES[name](city).status for name in OPEN_LIVES} == set(OPEN_STATUSES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN_LIVES)
def test_where_nobody_acts_the_clock_brings_it_to_a_supervisor(city: City, name: str) -> None:
    with pretend(MORNING):
        order = LIVES[name](city)
        bound = latest(order)
    for at in moments(MORNING, 60):
        sweep(at)
        assert audit(at).holds
        if supervised_by_the_desk(order):
            break
        assert at <= bound, f"due at a supervisor's {timezone.localtime(bound)}, and nobody watches"
    else:
        raise AssertionError("nobody watches after two months")


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN_LIVES)
def test_after_a_year_without_anybody_nothing_has_fallen_silent(city: City, name: str) -> None:
    """The clock too slept all the time: one sweep, and a supervisor has it."""
    with pretend(MORNING):
        order = LIVES[name](city)
    year = MORNING + timedelta(days=365)
    for _count in range(4):  # shelved: back first, then referred to nobody, then supervised
        sweep(year)
        year += timedelta(days=10)
    assert supervised_by_the_desk(order) and audit(year - timedelta(days=10)).holds


@pytest.mark.django_db
def test_supervision_that_is_ignored_shows_its_red_card_and_comes_back_each_working_day(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["supervised"](city)
    step = order.steps.open().get(kind=StepKind.SUPERVISE)
    told: list[str] = []
    for at in moments(MORNING, 12):
        sweep(at)
        told += Notice.objects.filter(recipient=city.chen, at=at).values_list("rule", flat=True)
    assert step.reminders.filter(rung=Rung.RED).count() == 1
    # Tuesday evening it is due; from Wednesday evening on, every working day until Friday of the week after.
    assert step.reminders.filter(rung=Rung.SUPERVISION).count() == 8
    assert told.count("supervision") >= 8 and "red" in told


@pytest.mark.django_db
def test_a_lifted_supervision_comes_back_while_the_matter_is_still_overdue(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["referred"](city)
    late = MORNING + timedelta(days=14)
    sweep(late)
    with pretend(late):
        actions.lift(order, by=city.chen, findings="已电话催促")
    sweep(late)
    assert not supervised_by_the_desk(order)
    with pretend(late):
        next_day = current().add_working_days(late, 1).at
    sweep(next_day)
    assert supervised_by_the_desk(order)
    assert order.supervisions.count() == 2 and audit(next_day).holds


@pytest.mark.django_db
def test_supervision_stays_when_the_order_goes_back_to_dispatch(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["supervised"](city)
        referrals.recall(order, by=city.wang, reason="派错单位")
        assert supervised_by_the_desk(order) and audit(MORNING).holds
        referrals.shelve(fresh(order), by=city.chen, reason="待改造", review_on=(MORNING + timedelta(days=9)).date())
        assert supervised_by_the_desk(order) and audit(MORNING).holds


@pytest.mark.django_db
def test_what_is_merged_into_a_shelved_order_comes_back_with_it(city: City) -> None:
    with pretend(MORNING):
        shelved = LIVES["shelved"](city)
        rider = city.register()
        actions.merge(rider, by=city.wang, into=shelved)
        back = fresh(shelved).next_due_at
        assert back is not None and fresh(rider).next_due_at == back
    sweep(back)
    assert fresh(shelved).status == Status.REGISTERED and fresh(rider).next_due_at == fresh(shelved).next_due_at
    assert audit(back).holds
