"""挂账, closing without a callback, reopening: a supervisor's decisions about an order as a whole."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from referrals import actions as referrals
from referrals.moves import ShelveForm
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import awaiting_callback, deciding, declined, dispatched, fresh, sent
from workorders import actions, clock
from workorders.errors import NotAllowed
from workorders.models import Status, WorkOrder
from workorders.models.choices import Closing, StepKind

pytestmark = pytest.mark.django_db


def opening(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 8, 30, tzinfo=timezone.get_default_timezone())


def shelve(city: City, order: WorkOrder, review_on: date) -> WorkOrder:
    with pretend(MORNING):
        return referrals.shelve(
            order, by=city.chen, reason="待管网改造", review_on=review_on, public="已列入明年改造计划"
        )


@pytest.mark.parametrize(
    ("review_on", "at"),
    [
        (date(2026, 11, 24), opening(2026, 11, 24)),
        (date(2026, 12, 26), opening(2026, 12, 28)),  # a Saturday
        (date(2027, 1, 1), opening(2027, 1, 4)),  # New Year's Day, a Friday
    ],
)
def test_a_shelved_case_comes_back_as_the_first_working_day_from_its_review_date_opens(
    city: City, review_on: date, at: datetime
) -> None:
    with pretend(MORNING):
        order = city.register()
    order = fresh(shelve(city, order, review_on))
    assert order.status == Status.SHELVED and order.holder_pool == "supervision" and order.next_due_at == at
    event = order.events.latest("seq")
    assert event.note == "待管网改造" and event.public == "已列入明年改造计划"
    assert event.data == {"review_on": review_on.isoformat()}


def test_the_clock_takes_it_off_the_shelf_on_that_day_and_not_before(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    shelve(city, order, date(2026, 12, 26))
    for at, status in ((opening(2026, 12, 27), Status.SHELVED), (opening(2026, 12, 28), Status.REGISTERED)):
        with pretend(at):
            clock.sweep(at)
        assert fresh(order).status == status
    order = fresh(order)
    assert order.holder_pool == "dispatch" and order.dispatches == 0
    event = order.events.latest("seq")
    assert event.verb == "workorder.resumed" and event.by is None


def test_chen_takes_it_off_the_shelf_earlier(city: City) -> None:
    with pretend(MORNING):
        order = shelve(city, dispatched(3)(city), date(2026, 12, 26))
        actions.resume(order, by=city.chen)
        order = fresh(order)
        assert order.status == Status.REGISTERED and order.steps.open().get().kind == StepKind.REFER
        referrals.refer(order, by=city.wang, lead=city.water)
    assert fresh(order).dispatches == 1


def test_departments_are_let_go_when_a_case_is_shelved(city: City) -> None:
    with pretend(MORNING):
        part = sent(city)
        referrals.request_return(part, by=city.zhao, reason="unclear", basis="职责不明")
    order = fresh(shelve(city, part.order, date(2026, 12, 26)))
    assert fresh(part).status == "withdrawn" and fresh(part).pending_return() is None
    assert order.lead_department is None and order.steps.open().get().kind == StepKind.SHELF


@pytest.mark.parametrize("review_on", ["2026-11-23", "2026-11-22", "2028-11-23", ""])
def test_a_review_date_lies_ahead_and_within_a_year(city: City, review_on: str) -> None:
    with pretend(MORNING):
        order = city.register()
        form = ShelveForm(order, city.chen, {"reason": "待管网改造", "review_on": review_on})
        assert form.run() is None and "review_on" in form.errors
    assert fresh(order).status == Status.REGISTERED


def test_supervision_goes_on_over_a_shelved_case(city: City) -> None:
    with pretend(MORNING):
        order = actions.supervise(city.register(), by=city.chen, reason="媒体关注")
    order = shelve(city, order, date(2026, 12, 26))
    assert order.supervisions.filter(lifted_at=None).exists()
    assert {step.kind for step in order.steps.open()} == {StepKind.SHELF, StepKind.SUPERVISE}


@pytest.mark.parametrize("place", [awaiting_callback, deciding])
def test_closed_without_a_callback_it_counts_as_exempt_and_never_as_satisfied(city: City, place: object) -> None:
    assert callable(place)
    with pretend(MORNING):
        order: WorkOrder = place(city)
        actions.close(order, by=city.chen, reason="市民要求不再回访")
    order = fresh(order)
    assert order.status == Status.CLOSED and order.closing == Closing.EXEMPT and order.outcome == "solved"
    assert order.events.latest("seq").note == "市民要求不再回访"
    assert not order.callbacks.filter(satisfaction__gte=3).exists()


def test_a_reopened_order_starts_at_the_dispatch_desk(city: City) -> None:
    with pretend(MORNING):
        order = actions.close(awaiting_callback(city), by=city.chen, reason="市民要求不再回访")
    with pretend(MORNING + timedelta(days=1)):
        actions.reopen(order, by=city.chen, reason="市民再次来电，问题重现")
        order = fresh(order)
        assert order.status == Status.REGISTERED and order.holder_pool == "dispatch"
        assert (order.closed_at, order.closing, order.outcome) == (None, "", "")
        assert order.dispatches == 0 and order.lead_department is None
        assert order.next_due_at == MORNING + timedelta(days=1, hours=2)
        referrals.refer(order, by=city.wang, lead=city.traffic)
    assert fresh(order).lead_department == city.traffic and order.referrals.count() == 2


def test_a_declined_appeal_is_taken_on_after_all(city: City) -> None:
    with pretend(MORNING):
        order = actions.reopen(declined(city), by=city.chen, reason="经核实属本市管辖")
    order = fresh(order)
    assert order.status == Status.REGISTERED and order.decline_reason == "" and order.closed_at is None


def test_nobody_but_a_supervisor_reopens(city: City) -> None:
    with pretend(MORNING):
        order = declined(city)
        for person in (city.lin, city.wang, city.he, city.tang, city.admin, city.zhao):
            with pytest.raises(NotAllowed):
                actions.reopen(order, by=person, reason="试一试")
    assert fresh(order).status == Status.DECLINED
