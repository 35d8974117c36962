"""The worker was away for a week, or there are four of them: no reminder lost, none doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from notices.models import Notice
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders import scenes
from workorders import batches, clock, telling
from workorders.models import Event, Reminder, Rung, Step, Supervision, WorkOrder
from workorders.models.choices import StepKind
from workorders.timeline import lock

WEEK = timedelta(days=7)
STANDING: list[Callable[[City], object]] = [
    scenes.registered,
    scenes.taken,
    scenes.supervised,
    scenes.with_a_rider,
    scenes.confidential,
    scenes.referred,
    scenes.answered,
    scenes.awaiting_callback,
    scenes.deciding,
    scenes.closed,
]

Climbed = set[tuple[int, str, str, datetime]]


def settle(city: City, *, each: int = 2) -> WorkOrder:
    """Orders in every state, one of them critical, one shelved until Thursday. Returns the shelved one."""
    with pretend(MORNING):
        for scene in STANDING:
            for _number in range(each):
                scene(city)
        referrals.refer(city.register(urgency="critical"), by=city.wang, lead=city.water)
        asking = referrals.refer(city.register(), by=city.wang, lead=city.traffic)
        referrals.request_return(asking, by=city.qian, reason="not_our_duty", basis="供水条例")
        return referrals.shelve(city.register(), by=city.chen, reason="待规划", review_on=date(2026, 11, 26))


def sweep(at: datetime) -> Counter[str]:
    with pretend(at):
        done = clock.sweep(at)
        telling.tell_reminders()
    return done


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside passes every constraint of the database and is rolled back."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)


def climbed(kinds: Callable[[Step], bool]) -> Climbed:
    """Order, step, rung and due time of every rung climbed for steps of these kinds.

    What supervisors are reminded of every working day until they act counts once: after a week away they hear of it
    today, not seven times.
    """
    reminders = Reminder.objects.select_related("step")
    return {
        (r.step.order_id, r.step.kind, r.rung, r.step.due_at if r.step.kind == StepKind.SUPERVISE else r.due_at)
        for r in reminders
        if kinds(r.step)
    }


def is_promised(step: Step) -> bool:
    """Owed since before the week began; what the clock itself opens, it opens when it comes."""
    return step.started_at == MORNING


@pytest.mark.django_db
def test_after_a_week_without_a_worker_one_sweep_has_climbed_what_a_sweep_every_ten_minutes_would(city: City) -> None:
    shelved = settle(city, each=1)
    with undone():
        at = MORNING
        while at <= MORNING + WEEK:
            with pretend(at):
                clock.sweep(at)
            at += timedelta(minutes=10)
        steadily, watched = climbed(is_promised), set(Supervision.objects.values_list("order_id", "ground"))
        assert Reminder.objects.filter(step__kind=StepKind.SUPERVISE).exists()
    with undone():
        sweep(MORNING + WEEK)
        at_once = climbed(is_promised)
        assert at_once == steadily and len(at_once) > 40
        assert Reminder.objects.filter(told=False).count() == 0
        # The only difference: a supervision, and the shelved case's new time at the dispatch desk, begin when the
        # clock comes back. Their own ladders are climbed from there, and lose nothing either.
        unwatched = watched - set(Supervision.objects.values_list("order_id", "ground"))
        assert {order for order, _ground in unwatched} == {shelved.pk}
        late = Step.objects.filter(started_at=MORNING + WEEK)
        assert {step.kind for step in late} == {StepKind.SUPERVISE, StepKind.REFER}
        assert not Reminder.objects.filter(step__in=late).exists()
        sweep(MORNING + 2 * WEEK)
        assert set(Supervision.objects.values_list("order_id", "ground")) == watched
        assert set(late.values_list("next_rung", flat=True)) <= {None, Rung.SUPERVISION}
        assert_told_once()


@pytest.mark.django_db
def test_after_a_week_the_second_sweep_finds_nothing_to_do(city: City) -> None:
    settle(city)
    first = sweep(MORNING + WEEK)
    assert first[Rung.RED] > 20 and first[Rung.SUPERVISION] > 20 and first["resumed"] == 1
    counts = Reminder.objects.count(), Event.objects.count(), Notice.objects.count()
    assert not any(sweep(MORNING + WEEK).values())
    assert (Reminder.objects.count(), Event.objects.count(), Notice.objects.count()) == counts


@pytest.mark.django_db
def test_a_storm_of_many_batches_is_climbed_whole_and_told_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(city)
    with undone():
        whole = sweep(MORNING + WEEK)
        told = set(Notice.objects.values_list("recipient", "key"))
    monkeypatch.setattr(batches, "STEPS", 3)
    monkeypatch.setattr(telling, "BATCH", 3)
    assert sweep(MORNING + WEEK) == whole
    assert set(Notice.objects.values_list("recipient", "key")) == told
    assert not Step.objects.filter(next_rung_at__lte=MORNING + WEEK).exists()
    assert_told_once()


@pytest.mark.django_db
def test_after_a_week_people_hear_only_what_is_still_true(city: City) -> None:
    with pretend(MORNING):
        order = referrals.refer(city.register(), by=city.wang, lead=city.water).order
    sweep(MORNING + timedelta(days=14))
    step_rules = [
        (notice.data["step"], notice.rule)
        for notice in Notice.objects.filter(recipient=city.zhao, case=order.number).exclude(rule="referred")
    ]
    assert sorted(step_rules) == [(kind, "red") for kind in ("answer", "contact", "sign")]
    led = (
        Notice.objects.filter(recipient=city.li, case=order.number)
        .exclude(rule="referred")
        .values_list("rule", flat=True)
    )
    assert Counter(led) == {"red": 3, "supervision": 3}
    assert set(Notice.objects.filter(recipient=city.chen).values_list("rule", flat=True)) == {"supervision"}
    assert not Notice.objects.filter(recipient__in=[city.sun, city.qian]).exists()


@pytest.mark.django_db(transaction=True)
def test_four_workers_sweeping_at_the_same_moment_climb_each_rung_once(city: City) -> None:
    settle(city, each=6)
    at, together = MORNING + WEEK, Barrier(4)

    def work(_number: int) -> Counter[str]:
        try:
            together.wait(timeout=20)
            return sweep(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        done = sum(workers.map(work, range(4)), Counter[str]())
    left = sweep(at)  # what two of them were in each other's way with
    assert (done + left)[Rung.RED] == Reminder.objects.filter(rung=Rung.RED).count()
    assert not any(sweep(at).values())
    assert not Step.objects.filter(next_rung_at__lte=at).exists()
    once = Event.objects.filter(verb__startswith="clock.").values_list("order_id", "verb", "data__step", "data__due")
    assert max(Counter(once).values()) == 1
    open_now = Supervision.objects.filter(lifted_at=None).values_list("order_id", flat=True)
    assert len(open_now) == len(set(open_now))
    assert_told_once()
    for order in WorkOrder.objects.all():
        seqs = list(order.events.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.django_db(transaction=True)
def test_an_order_somebody_works_on_is_passed_over_and_comes_with_the_next_sweep(city: City) -> None:
    with pretend(MORNING):
        at_work, other = city.register(), city.register()
    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        lock(at_work.pk)
        worker.submit(sweep_and_leave, MORNING + timedelta(hours=3)).result(timeout=20)
    cards = Reminder.objects.values_list("step__order", "rung")
    assert set(cards) == {(other.pk, Rung.DUE_SOON), (other.pk, Rung.RED)}
    sweep(MORNING + timedelta(hours=3))
    assert set(cards.all()) == {(pk, rung) for pk in (at_work.pk, other.pk) for rung in (Rung.DUE_SOON, Rung.RED)}


def sweep_and_leave(at: datetime) -> None:
    """In a thread of its own, whose connection ends with it."""
    try:
        sweep(at)
    finally:
        connection.close()


def assert_told_once() -> None:
    """Nobody was told twice of the same rung of the same step for the same moment."""
    told = Notice.objects.values_list("recipient", "key")
    assert not told or max(Counter(told).values()) == 1
    assert not Reminder.objects.filter(told=False).exists()
