"""The notice of 2027 is loaded, a day is edited: open due times are worked out anew, on the record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notices.models import Notice
from referrals import actions as referrals
from referrals.models import Referral
from staff.explain import explain
from staff.models import CalendarDay, CalendarYear
from staff.now import pretend
from tests.cast import City
from workorders import actions, clock
from workorders.models import Reminder, Rescheduling, Rung, Step, WorkOrder
from workorders.rescheduling import SETTLED, reschedule

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment in the city's time."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


FRIDAY_5_FEB = at("2027-02-05T10:00")


def referred(city: City, moment: datetime, **changes: object) -> Referral:
    with pretend(moment):
        return referrals.refer(city.register(**changes), by=city.wang, lead=city.water)


def notice_of_2027() -> None:
    """New Year from the 1st to the 3rd; Spring Festival from 5 to 12 February, worked on Sunday the 14th."""
    CalendarDay.objects.filter(date__year=2027).delete()
    days = [(date(2027, 1, day), False, "元旦") for day in (1, 2, 3)]
    days += [(date(2027, 2, day), False, "春节") for day in range(5, 13)]
    days += [(date(2027, 2, 14), True, "春节")]
    CalendarDay.objects.bulk_create(CalendarDay(date=day, is_working=works, name=name) for day, works, name in days)
    CalendarYear.objects.filter(year=2027).update(is_official=True, source="国办发明电〔2026〕")


def days_off(*days: date) -> None:
    for day in days:
        CalendarDay.objects.update_or_create(date=day, defaults={"is_working": False, "name": "台风停工"})


def worked_out(moment: datetime) -> int:
    """The clock sees the calendar of this moment, and goes through the steps when every process has it."""
    with pretend(moment):
        assert reschedule(moment) == 0
    with pretend(moment + SETTLED):
        return reschedule(moment + SETTLED)


def events(order_id: int) -> list[dict[str, str]]:
    return [
        event.data
        for event in WorkOrder.objects.get(pk=order_id).events.filter(verb="workorder.rescheduled").order_by("seq")
    ]


def test_the_notice_of_2027_moves_what_reaches_into_it_and_takes_the_doubt_away(city: City) -> None:
    part = referred(city, FRIDAY_5_FEB)
    step = part.answer_step
    assert step.provisional and step.why[-1] == {"kind": "provisional", "year": 2027}
    before = step.due_at
    notice_of_2027()
    assert worked_out(FRIDAY_5_FEB + MINUTE) == 3
    step = Step.objects.get(pk=step.pk)
    assert step.due_at == step.first_due_at == at("2027-02-18T17:30") != before
    assert not step.provisional
    with translation.override("en"):
        assert explain(step.why) == [
            "Counted from Fri 5 Feb 2027 10:00.",
            "Sat 6 Feb 2027 – Sat 13 Feb 2027: days off (Spring Festival).",
            "Sun 14 Feb 2027: working day 1 of 5, worked by notice (Spring Festival).",
            "Mon 15 Feb 2027: working day 2 of 5.",
            "Tue 16 Feb 2027: working day 3 of 5.",
            "Wed 17 Feb 2027: working day 4 of 5.",
            "Thu 18 Feb 2027: working day 5 of 5.",
            "Due Thu 18 Feb 2027 17:30.",
        ]
    assert step.yellow_at == at("2027-02-17T17:30")
    assert step.escalate_at == at("2027-02-19T17:30")
    (entry,) = (entry for entry in events(part.order_id) if entry["step"] == "answer")
    assert [datetime.fromisoformat(entry[name]) for name in ("was", "due")] == [before, step.due_at]
    order = WorkOrder.objects.get(pk=part.order_id)
    assert order.next_due_at == at("2027-02-14T17:30")  # to be accepted by then
    assert order.events.latest("seq").seq == order.version
    told = Notice.objects.filter(rule="rescheduled", case=order.number).values_list("recipient__username", flat=True)
    assert sorted(told) == ["li", "zhao"]


def test_a_due_time_that_stays_loses_its_doubt_without_an_entry(city: City) -> None:
    part = referred(city, at("2027-03-01T10:00"))
    assert part.answer_step.provisional
    version = WorkOrder.objects.get(pk=part.order_id).version
    notice_of_2027()
    assert worked_out(at("2027-03-01T11:00")) == 0
    assert not Step.objects.open().filter(provisional=True).exists()
    assert WorkOrder.objects.get(pk=part.order_id).version == version
    assert Rescheduling.objects.filter(done_at__isnull=False, checked=3, moved=0).count() == 1


def test_an_extension_is_counted_again_from_the_limit_that_moved(city: City) -> None:
    part = referred(city, at("2027-01-28T10:00"))
    with pretend(at("2027-01-29T10:00")):
        referrals.accept(part, by=city.zhao)
        referrals.request_extension(part, by=city.zhao, days=3, reason="需更换管道")
        step = referrals.grant_extension(part, by=city.wang).answer_step
    assert step.first_due_at == at("2027-02-04T17:30")
    days_off(date(2027, 2, 1))  # the first limit loses a day, and what was added to it starts a day later
    worked_out(at("2027-01-29T11:00"))
    step.refresh_from_db()
    first, due = step.first_due_at, step.due_at
    notice_of_2027()
    days_off(date(2027, 2, 1))
    worked_out(at("2027-01-29T12:00"))
    step.refresh_from_db()
    assert step.first_due_at == at("2027-02-14T17:30") > first
    assert step.due_at == at("2027-02-17T17:30") > due
    assert [term["amount"] for term in step.terms] == [5, 3]


def test_working_hours_at_the_desk_are_worked_out_anew_too(city: City) -> None:
    with pretend(at("2026-11-23T16:30")):
        order = city.register()
    assert order.next_due_at == at("2026-11-24T09:30")
    days_off(date(2026, 11, 24))
    worked_out(at("2026-11-23T16:40"))
    order.refresh_from_db()
    assert order.next_due_at == at("2026-11-25T09:30")


def test_a_sub_unit_has_its_bureaus_new_time_and_a_merged_order_follows(city: City) -> None:
    part = referred(city, at("2026-11-23T10:00"))
    with pretend(at("2026-11-23T10:30")):
        rider = actions.merge(city.register(), by=city.wang, into=WorkOrder.objects.get(pk=part.order_id))
        part = referrals.accept(part, by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        below = referrals.delegate(part, by=city.li, department=city.water_east)
        referrals.accept(below, by=city.east)
    days_off(date(2026, 11, 25))
    worked_out(at("2026-11-23T11:00"))
    due = Step.objects.get(pk=part.answer_step_id).due_at
    assert due == Step.objects.get(pk=below.answer_step_id).due_at == at("2026-12-01T17:30")
    rider.refresh_from_db()
    assert rider.next_due_at == due


def test_a_day_off_leaves_the_department_its_working_day_to_ask_for_a_return(city: City) -> None:
    part = referred(city, at("2026-11-23T10:00"))
    assert part.return_until == at("2026-11-24T17:30")
    days_off(date(2026, 11, 24))
    worked_out(at("2026-11-23T11:00"))
    with pretend(at("2026-11-25T17:00")):
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例")


def test_what_runs_by_the_clock_what_is_done_and_what_is_closed_stays_as_it_was(city: City) -> None:
    critical = referred(city, at("2026-11-24T02:00"), urgency="critical").answer_step
    done = referred(city, at("2026-11-23T10:00"))
    with pretend(at("2026-11-23T10:30")):
        done = referrals.accept(done, by=city.zhao)
    days_off(date(2026, 11, 24))
    worked_out(at("2026-11-24T03:00"))
    assert Step.objects.get(pk=critical.pk).due_at == critical.due_at
    assert Step.objects.get(pk=done.sign_step_id).due_at == done.sign_step.due_at == at("2026-11-24T17:30")
    assert Step.objects.get(pk=done.answer_step_id).due_at == at("2026-12-01T17:30")


def test_a_day_off_declared_on_the_day_takes_the_red_card_into_the_past(city: City) -> None:
    sign = referred(city, at("2026-11-23T10:00")).sign_step
    with pretend(at("2026-11-24T18:00")):
        clock.sweep(at("2026-11-24T18:00"))
    assert Reminder.objects.filter(step=sign, rung=Rung.RED).exists()
    days_off(date(2026, 11, 24))
    worked_out(at("2026-11-24T19:00"))
    sign.refresh_from_db()
    assert (sign.due_at, sign.next_rung) == (at("2026-11-25T17:30"), Rung.YELLOW)
    with pretend(at("2026-11-25T17:30")):
        clock.sweep(at("2026-11-25T17:30"))
    assert Reminder.objects.filter(step=sign, rung=Rung.RED).count() == 2  # one for each due time, both on record


def test_a_ladder_whose_due_time_stays_repeats_no_rung(city: City) -> None:
    sign = referred(city, at("2026-11-23T10:00")).sign_step
    with pretend(at("2026-11-24T17:30")):
        clock.sweep(at("2026-11-24T17:30"))
    days_off(date(2026, 11, 25))  # the day on which a supervisor would have been told
    worked_out(at("2026-11-24T18:00"))
    sign.refresh_from_db()
    assert (sign.next_rung, sign.next_rung_at) == (Rung.SUPERVISION, at("2026-11-26T17:30"))


def test_the_same_calendar_is_gone_through_once(city: City) -> None:
    referred(city, FRIDAY_5_FEB)
    notice_of_2027()
    assert worked_out(FRIDAY_5_FEB + MINUTE) == 3
    with CaptureQueriesContext(connection) as captured:
        assert reschedule(FRIDAY_5_FEB + timedelta(hours=1)) == 0
    assert len(captured) <= 2
    days_off(date(2027, 2, 15))
    assert worked_out(FRIDAY_5_FEB + timedelta(hours=2)) == 1


def test_it_needs_as_many_statements_for_thirty_orders_as_for_two(city: City) -> None:
    def statements(count: int, day: date) -> int:
        for _number in range(count):
            referred(city, at("2026-11-23T10:00"))
        days_off(day)
        with pretend(at("2026-11-23T11:00")):
            reschedule(at("2026-11-23T11:00"))
        with pretend(at("2026-11-23T12:00")), CaptureQueriesContext(connection) as captured:
            assert reschedule(at("2026-11-23T12:00")) >= 3 * count
        return len(captured)

    few = statements(2, date(2026, 11, 24))
    assert statements(30, date(2026, 11, 25)) == few


@pytest.mark.django_db(transaction=True)
def test_an_order_somebody_works_on_meanwhile_is_waited_for(city: City) -> None:
    busy, free = (referred(city, FRIDAY_5_FEB) for _number in range(2))
    notice_of_2027()
    moment = FRIDAY_5_FEB + MINUTE
    with pretend(moment):
        reschedule(moment)
    locked, finish = Signal(), Signal()

    def work() -> None:
        try:
            with transaction.atomic(), pretend(moment):
                actions.note(WorkOrder.objects.get(pk=busy.order_id), by=city.wang, text="正在处理")
                locked.set()
                assert finish.wait(20)
        finally:
            connection.close()

    def clock_goes_round() -> int:
        try:
            with pretend(moment + SETTLED):
                return reschedule(moment + SETTLED)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        working = people.submit(work)
        assert locked.wait(20)
        rescheduling = people.submit(clock_goes_round)
        finish.set()
        working.result(30)
        assert rescheduling.result(30) == 6
    for part in (busy, free):
        assert Step.objects.get(pk=part.answer_step_id).due_at == at("2027-02-18T17:30")
        order = WorkOrder.objects.get(pk=part.order_id)
        seqs = list(order.events.values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
