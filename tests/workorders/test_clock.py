"""The ladder, rung by rung: nothing before its minute, once at its minute, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions, clock
from workorders.models import Reminder, Rung, Status, Step, TimeLimit, WorkOrder
from workorders.models.choices import StepKind
from workorders.timeline import lock

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment in the city's time."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


def sweep(moment: datetime) -> None:
    with pretend(moment):
        clock.sweep(moment)


def rungs(step: Step) -> list[str]:
    """The rungs climbed since the step has its present due time, in climbing order."""
    since = Reminder.objects.filter(step=step, due_at__gte=step.due_at)
    return list(since.order_by("pk").values_list("rung", flat=True))


def referred(city: City, moment: datetime = MORNING, **changes: object) -> Referral:
    with pretend(moment):
        return referrals.refer(city.register(**changes), by=city.wang, lead=city.water)


def climbs(step: Step, ladder: list[tuple[str, datetime]]) -> None:
    """Each rung of this ladder comes at its moment: not a second before, once at it, not again after it."""
    for number, (rung, when) in enumerate(ladder):
        before = [name for name, _when in ladder[:number]]
        sweep(when - timedelta(seconds=1))
        assert rungs(step) == before, f"{rung} came before its time"
        sweep(when)
        sweep(when + MINUTE)
        assert rungs(step) == [*before, rung], f"{rung} at {when}"


def test_an_answer_gets_its_yellow_card_a_working_day_before_then_red_then_a_supervisor(city: City) -> None:
    step = referred(city).answer_step
    assert step.due_at == at("2026-11-30T17:30")
    climbs(
        step,
        [
            (Rung.YELLOW, at("2026-11-27T17:30")),  # Friday: the weekend does not count
            (Rung.RED, at("2026-11-30T17:30")),
            (Rung.SUPERVISION, at("2026-12-01T17:30")),
        ],
    )


def test_the_yellow_card_of_a_limit_across_the_national_holiday_comes_on_the_last_working_day_before_it(
    city: City,
) -> None:
    step = referred(city, at("2026-09-30T10:00")).contact_step
    assert step is not None and step.due_at == at("2026-10-08T17:30")
    climbs(
        step,
        [
            (Rung.YELLOW, at("2026-09-30T17:30")),
            (Rung.RED, at("2026-10-08T17:30")),
            (Rung.SUPERVISION, at("2026-10-09T17:30")),
        ],
    )


def test_a_desk_is_reminded_when_four_fifths_of_its_hours_have_passed(city: City) -> None:
    with pretend(MORNING):
        step = city.register().steps.get()
    climbs(
        step,
        [
            (Rung.DUE_SOON, at("2026-11-23T11:36")),
            (Rung.RED, at("2026-11-23T12:00")),
            (Rung.SUPERVISION, at("2026-11-24T17:30")),
        ],
    )


def test_a_life_in_danger_is_counted_by_the_clock_at_night_and_on_a_sunday(city: City) -> None:
    sunday = at("2026-11-29T02:00")
    step = referred(city, sunday, urgency="critical").sign_step
    climbs(
        step,
        [
            (Rung.DUE_SOON, sunday + 12 * MINUTE),
            (Rung.RED, sunday + 15 * MINUTE),
            (Rung.SUPERVISION, sunday + 45 * MINUTE),
        ],
    )


def test_an_extension_moves_the_ladder_and_what_was_climbed_before_it_stays_on_record(city: City) -> None:
    part = referred(city)
    sweep(at("2026-11-27T17:30"))
    with pretend(at("2026-11-28T09:00")):
        referrals.accept(part, by=city.zhao)
        referrals.request_extension(part, by=city.zhao, days=2, reason="需更换管道")
        step = referrals.grant_extension(part, by=city.wang).answer_step
    assert rungs(step) == [] and step.reminders.count() == 1
    assert step.remind_at is not None
    climbs(
        step,
        [
            (Rung.DUE_SOON, step.remind_at),
            (Rung.YELLOW, at("2026-12-01T17:30")),
            (Rung.RED, at("2026-12-02T17:30")),
            (Rung.SUPERVISION, at("2026-12-03T17:30")),
        ],
    )


def test_what_is_done_in_time_climbs_nothing(city: City) -> None:
    part = referred(city)
    with pretend(MORNING + MINUTE):
        part = referrals.accept(part, by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
    sweep(at("2027-03-01T09:00"))
    ended = [part.sign_step, part.contact_step, part.answer_step]
    assert not Reminder.objects.filter(step__in=[step for step in ended if step]).exists()


def test_a_missed_first_contact_and_a_missed_ruling_go_to_a_supervisor_too(city: City) -> None:
    part = referred(city)
    with pretend(MORNING + MINUTE):
        referrals.accept(part, by=city.zhao)
        ruling = referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例").step
    sweep(at("2026-11-26T17:30"))
    assert part.contact_step is not None
    assert rungs(part.contact_step) == [Rung.YELLOW, Rung.RED, Rung.SUPERVISION]
    assert rungs(ruling)[-1] == Rung.SUPERVISION
    assert WorkOrder.objects.get(pk=part.order_id).supervisions.get().ground == "overdue"


def test_a_supervision_has_its_own_ladder_and_supervisors_hear_of_it_every_working_day_until_they_act(
    city: City,
) -> None:
    with pretend(at("2026-11-26T10:00")):
        actions.supervise(city.register(), by=city.chen, reason="群众反映强烈")
    step = Step.objects.get(kind=StepKind.SUPERVISE)
    climbs(
        step,
        [
            (Rung.YELLOW, at("2026-11-26T17:30")),
            (Rung.RED, at("2026-11-27T17:30")),
            (Rung.SUPERVISION, at("2026-11-30T17:30")),
            (Rung.SUPERVISION, at("2026-12-01T17:30")),
        ],
    )


def test_a_callback_that_failed_is_owed_again_inside_the_calling_hours(city: City) -> None:
    part = referred(city)
    with pretend(MORNING + MINUTE):
        part = referrals.accept(part, by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        referrals.pass_answer(part, by=city.he)
    order = WorkOrder.objects.get(pk=part.order_id)
    with pretend(at("2026-11-23T19:30")):
        callbacks.record_attempt(order, by=city.tang, result="no_answer")
    step = order.steps.open().get(kind=StepKind.CALLBACK)
    assert order.callbacks.get().next_try_at == at("2026-11-24T08:30")
    sweep(at("2026-11-24T11:59"))
    assert Rung.RED not in rungs(step)
    sweep(at("2026-11-24T12:00"))
    assert rungs(step)[-1] == Rung.RED


def test_a_shelved_case_is_back_at_the_dispatch_desk_on_its_review_date(city: City) -> None:
    with pretend(MORNING):
        order = referrals.shelve(
            city.register(), by=city.chen, reason="待规划", review_on=at("2026-12-05T00:00").date()
        )
    sweep(at("2026-12-07T08:29"))  # the 5th is a Saturday
    order.refresh_from_db()
    assert order.status == Status.SHELVED
    sweep(at("2026-12-07T08:30"))
    sweep(at("2026-12-07T08:31"))
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.status == Status.REGISTERED and order.holder_pool == "dispatch"
    assert list(order.events.values_list("verb", flat=True)).count("workorder.resumed") == 1


def test_a_shelved_case_whose_supervision_is_overdue_stays_on_the_shelf(city: City) -> None:
    with pretend(MORNING):
        order = actions.supervise(city.register(), by=city.chen, reason="群众反映强烈")
        referrals.shelve(order, by=city.chen, reason="待规划", review_on=at("2026-12-31T00:00").date())
    sweep(at("2026-12-20T09:00"))
    order.refresh_from_db()
    assert order.status == Status.SHELVED


def test_the_clock_makes_no_form_in_progress_stale(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    sweep(MORNING + timedelta(days=7))
    assert lock(order.pk, version=order.version).version == order.version
    assert not order.events.filter(by=None, informative=False).exists()


def test_the_next_action_counts_on_from_the_cards_of_the_clock(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    sweep(MORNING + timedelta(days=7))
    cards = order.events.filter(verb__startswith="clock.").count()
    with pretend(MORNING + timedelta(days=7)):
        actions.amend(order, by=city.chen, version=order.version, title="花园路水管爆裂")
    order.refresh_from_db()
    assert cards > 1 and order.version == 2 + cards == order.events.latest("seq").seq


def test_what_a_switched_off_dispatcher_held_lies_on_the_desk_again(city: City) -> None:
    with pretend(MORNING):
        order = actions.take(city.register(), by=city.wang)
        merged = actions.merge(city.register(), by=city.wang, into=order)
    city.wang.is_active = False
    city.wang.save(update_fields=["is_active"])
    sweep(MORNING + MINUTE)
    order.refresh_from_db()
    merged.refresh_from_db()
    assert order.holder_pool == merged.holder_pool == "dispatch" and order.holder_person is None
    entry = order.events.latest("seq")
    assert (entry.verb, entry.by, entry.data) == ("workorder.released", None, {"person": "王磊"})
    version = order.version
    sweep(MORNING + 2 * MINUTE)
    order.refresh_from_db()
    assert order.version == version


def test_what_a_switched_off_department_holds_goes_to_a_supervisor_once(city: City) -> None:
    order = WorkOrder.objects.get(pk=referred(city).order_id)
    city.water.is_active = False
    city.water.save(update_fields=["is_active"])
    sweep(MORNING + MINUTE)
    sweep(MORNING + 2 * MINUTE)
    supervision = order.supervisions.get()
    assert supervision.ground == "switched_off" and supervision.step.pool == "supervision"
    assert list(city.chen.notices.values_list("rule", "case")) == [("supervised", order.number)]
    with pretend(MORNING + 3 * MINUTE):
        actions.lift(order, by=city.chen, findings="已协调由排水公司接手")
    sweep(MORNING + 4 * MINUTE)
    assert not order.supervisions.filter(lifted_at=None).exists()


def test_a_part_of_the_sweep_that_fails_is_reported_and_stops_no_other(city: City) -> None:
    with pretend(MORNING):
        late = city.register().steps.get()
        shelved = referrals.shelve(
            city.register(), by=city.chen, reason="待规划", review_on=at("2026-11-24T00:00").date()
        )
    TimeLimit.objects.filter(step=StepKind.SUPERVISE).delete()
    with pytest.raises(ExceptionGroup) as failure:
        sweep(MORNING + timedelta(days=3))
    assert failure.group_contains(LookupError)
    assert rungs(late) == [Rung.DUE_SOON, Rung.RED]
    shelved.refresh_from_db()
    assert shelved.status == Status.REGISTERED


def test_a_sweep_needs_as_many_statements_for_thirty_orders_as_for_two(city: City) -> None:
    def statements(count: int) -> int:
        for _number in range(count):
            referred(city)
        later = MORNING + timedelta(days=14)
        with pretend(later), CaptureQueriesContext(connection) as captured:
            done = clock.sweep(later)
        assert done[Rung.RED] == 3 * count == done[Rung.SUPERVISION]
        return len(captured)

    few = statements(2)
    assert statements(30) == few
