"""One appeal from the call to its closing, by the people of the hotline."""

from datetime import timedelta

import pytest

from callbacks import actions as callbacks
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import clock
from workorders.models import Status, WorkOrder

pytestmark = pytest.mark.django_db


def test_an_appeal_is_returned_re_referred_reworked_and_closed(city: City) -> None:
    at = MORNING
    with pretend(at):
        order = city.register()
        assert order.holder_pool == "dispatch" and order.next_due_at == at + timedelta(hours=2)
        first = referrals.refer(order, by=city.wang, lead=city.traffic)
    with pretend(at + timedelta(hours=1)):
        referrals.request_return(first, by=city.qian, reason="not_our_duty", basis="供水条例：由供水企业负责")
    with pretend(at + timedelta(hours=2)):
        referrals.uphold_return(first, by=city.wang, ruling="同意")
        order.refresh_from_db()
        assert order.status == Status.REGISTERED and order.holder_pool == "dispatch"
        second = referrals.refer(order, by=city.wang, lead=city.water)
    with pretend(at + timedelta(hours=5)):
        second = referrals.accept(second, by=city.zhao)
        second = referrals.record_contact(second, by=city.zhao, note="已联系市民")
        before = second.answer_step.due_at
        referrals.request_extension(second, by=city.zhao, days=3, reason="需更换管道")
        second = referrals.grant_extension(second, by=city.wang)
        assert second.answer_step.due_at > before == second.answer_step.first_due_at
    with pretend(at + timedelta(days=1)):
        second = referrals.answer(second, by=city.zhao, outcome="solved", public_reply="已修复漏水管道")
        referrals.pass_answer(second, by=city.he)
        order.refresh_from_db()
        assert order.status == Status.AWAITING_CALLBACK and order.reply == "已修复漏水管道"
    with pretend(at + timedelta(days=1, hours=5)):
        callbacks.record_result(
            order, by=city.tang, contacted=True, resolution="not_solved", satisfaction=2, why_not="not_solved"
        )
        order = WorkOrder.objects.get(pk=order.pk)
        assert order.status == Status.DECIDING
        callbacks.rework(order, by=city.chen, instructions="请彻底修复")
        order.refresh_from_db()
        assert order.status == Status.REFERRED and order.reworks == 1
        third = order.referrals.latest("id")
        assert third.is_rework and third.follows == second
    with pretend(at + timedelta(days=2)):
        third = referrals.accept(third, by=city.zhao)
        third = referrals.record_contact(third, by=city.zhao, note="再次上门")
        third = referrals.answer(third, by=city.zhao, outcome="solved", public_reply="已更换整段管道")
        referrals.pass_answer(third, by=city.he)
    with pretend(at + timedelta(days=2, hours=5)):
        order.refresh_from_db()
        callbacks.record_result(order, by=city.tang, contacted=True, resolution="solved", satisfaction=5)
    order.refresh_from_db()
    assert order.status == Status.CLOSED and order.holder is None and order.next_due_at is None
    seqs = list(order.events.values_list("seq", flat=True))
    assert seqs == list(range(1, order.version + 1))


def test_if_nobody_acts_the_clock_hands_the_order_to_a_supervisor(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    later = MORNING + timedelta(days=14)
    with pretend(later):
        clock.sweep(later)
        done = clock.sweep(later)
    assert not any(done.values())
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.supervisions.filter(lifted_at=None).count() == 1
    verbs = list(order.events.values_list("verb", flat=True))
    assert verbs.count("clock.red") == 3  # sign, contact, answer
