"""Taking from a desk, chasing, looking at who called, supervision: what goes on beside the way of an order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.models import Notice
from referrals import actions as referrals
from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import answered, awaiting_callback, closed, fresh, sent
from workorders import actions
from workorders.errors import NotAllowed
from workorders.models import Chase, Reveal, Status, Supervision, WorkOrder
from workorders.models.choices import StepKind
from workorders.moves import ChaseForm, LiftForm, RevealForm, SuperviseForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def told(person: User, rule: str) -> int:
    return Notice.objects.filter(recipient=person, rule=rule).count()


def test_wang_takes_an_order_off_the_dispatch_desk_and_the_due_time_stays(city: City, order: WorkOrder) -> None:
    due_at = order.next_due_at
    with pretend(MORNING + timedelta(minutes=30)):
        actions.take(order, by=city.wang)
    order = fresh(order)
    assert order.holder_person == city.wang and order.holder_pool is None and order.next_due_at == due_at
    assert order.events.latest("seq").data == {"pool": "dispatch"}


def test_what_wang_took_nobody_takes_a_second_time(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.take(order, by=city.wang)
        with pytest.raises(NotAllowed, match="No desk holds it"):
            actions.take(order, by=city.chen)
    assert fresh(order).holder_person == city.wang


def test_what_wang_took_can_still_be_done_by_others(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.take(order, by=city.wang)
        referrals.refer(order, by=city.chen, lead=city.water)
    assert fresh(order).holder_department == city.water


def test_put_back_it_is_at_the_desk_it_came_from(city: City) -> None:
    with pretend(MORNING):
        for order, person, desk in (
            (city.register(), city.wang, "dispatch"),
            (answered(city), city.he, "review"),
            (awaiting_callback(city), city.tang, "callback"),
        ):
            actions.take(order, by=person)
            assert fresh(order).holder_person == person
            actions.release(order, by=person)
            assert fresh(order).holder_pool == desk and fresh(order).holder_person is None


def test_both_clocks_of_a_callback_are_in_the_hands_of_who_took_it(city: City) -> None:
    with pretend(MORNING):
        order = actions.take(awaiting_callback(city), by=city.tang)
    steps = order.steps.open()
    assert {step.kind: step.person for step in steps} == {
        StepKind.CALLBACK: city.tang,
        StepKind.CLOSE_OUT: city.tang,
    }


def test_a_callback_agent_does_not_take_from_the_dispatch_desk(city: City, order: WorkOrder) -> None:
    with pretend(MORNING), pytest.raises(NotAllowed, match="desk"):
        actions.take(order, by=city.tang)


def test_a_chase_attaches_to_the_order_and_tells_the_lead(city: City) -> None:
    with pretend(MORNING):
        order = sent(city).order
        for count in (1, 2):
            actions.chase(order, by=city.lin, words="怎么还没人来")
            assert fresh(order).chases == count
    assert WorkOrder.objects.count() == 1 and Chase.objects.filter(order=order, by=city.lin).count() == 2
    assert told(city.zhao, "chased") == 2 and told(city.qian, "chased") == 0
    event = fresh(order).events.latest("seq")
    assert event.verb == "workorder.chased" and event.note == "怎么还没人来" and event.informative


def test_a_chase_moves_no_clock(city: City, order: WorkOrder) -> None:
    with pretend(MORNING + timedelta(minutes=5)):
        actions.chase(order, by=city.tang, words="怎么还没人来")
    assert fresh(order).next_due_at == order.next_due_at and not Notice.objects.filter(rule="chased").exists()


def test_what_is_closed_is_not_chased(city: City) -> None:
    with pretend(MORNING):
        order = closed(city)
        with pytest.raises(NotAllowed):
            ChaseForm(order, city.lin, {"words": "还在漏"}).run()
    assert not Chase.objects.exists()


def test_revealing_the_caller_needs_a_reason_and_is_on_record(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        empty = RevealForm(order, city.lin, {"reason": " "})
        assert empty.run() is None and "reason" in empty.errors and not Reveal.objects.exists()
        caller = RevealForm(order, city.lin, {"reason": "回电核实地址"}).run()
    assert caller.name == "王小明" and caller.phone == "13812340271"
    look = Reveal.objects.get()
    assert (look.order, look.by, look.at, look.reason) == (order, city.lin, MORNING, "回电核实地址")
    event = fresh(order).events.latest("seq")
    assert event.verb == "workorder.revealed" and event.by == city.lin and event.note == "回电核实地址"
    assert "13812340271" not in str(event.data)


def test_the_handling_unit_may_see_whom_it_has_to_call(city: City) -> None:
    with pretend(MORNING):
        order = sent(city).order
        caller = actions.reveal(order, by=city.zhao, reason="联系市民")
    assert caller is not None and caller.phone == "13812340271"


@pytest.mark.parametrize("changes", [{"confidential": True}, {"kind": "report"}])
def test_reports_and_confidential_orders_hide_the_caller_from_departments(
    city: City, changes: dict[str, object]
) -> None:
    with pretend(MORNING):
        order = sent(city, **changes).order
        for person in (city.zhao, city.li):
            with pytest.raises(NotAllowed, match="kept from handling units"):
                actions.reveal(order, by=person, reason="联系市民")
        assert not Reveal.objects.exists()
        assert actions.reveal(order, by=city.tang, reason="回访") is not None
    assert order.referrals.get().contact_step is None


def test_looking_for_a_caller_who_left_nothing_is_on_record_as_well(city: City) -> None:
    with pretend(MORNING):
        order = city.register(caller_name="", caller_phone="")
        assert actions.reveal(order, by=city.lin, reason="核实") is None
    assert Reveal.objects.filter(order=order).count() == 1


def test_a_supervisor_watches_an_order_until_she_lifts_it(city: City) -> None:
    with pretend(MORNING):
        order = sent(city).order
        SuperviseForm(order, city.chen, {"reason": "媒体关注"}).run()
        watch = Supervision.objects.get(order=order)
        assert watch.ground == "decision" and watch.opened_by == city.chen and watch.reason == "媒体关注"
        assert watch.step.pool == "supervision" and watch.step.is_open
        assert told(city.li, "supervised") == 1 and told(city.zhao, "supervised") == 0
        with pytest.raises(NotAllowed, match="already"):
            actions.supervise(order, by=city.chen, reason="再次督办")
    with pretend(MORNING + timedelta(hours=1)):
        LiftForm(order, city.chen, {"findings": "已派抢修队"}).run()
        watch = fresh(watch)
        assert watch.lifted_at is not None and watch.lifted_by == city.chen and watch.findings == "已派抢修队"
        assert not watch.step.is_open and watch.step.done
        with pytest.raises(NotAllowed, match="not under supervision"):
            actions.lift(order, by=city.chen, findings="再次解除")
        actions.supervise(order, by=city.chen, reason="又有投诉")
    assert fresh(order).supervisions.count() == 2


def test_supervision_changes_nothing_of_what_departments_owe(city: City) -> None:
    with pretend(MORNING):
        order = fresh(sent(city).order)
        before = {step.kind: step.due_at for step in order.steps.open()}
        actions.supervise(order, by=city.chen, reason="媒体关注")
        during = {step.kind: step.due_at for step in order.steps.open()}
        actions.lift(order, by=city.chen, findings="已派抢修队")
    assert during.items() >= before.items()
    assert {step.kind: step.due_at for step in order.steps.open()} == before
    assert fresh(order).status == Status.REFERRED


def test_closing_an_order_ends_its_supervision(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.supervise(order, by=city.chen, reason="媒体关注")
        actions.answer_on_the_spot(order, by=city.lin, reply="抢修队已到场")
    watch = Supervision.objects.get(order=order)
    assert watch.lifted_at == MORNING and watch.lifted_by is None and not order.steps.open().exists()
