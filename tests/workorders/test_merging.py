"""并单: many callers, one matter; it is handled once, and each citizen is called back himself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks import actions as callbacks
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import closed, fresh
from workorders import actions
from workorders.errors import Invalid, NotAllowed
from workorders.models import Status, WorkOrder
from workorders.models.choices import Closing, StepKind
from workorders.moves import MergeForm

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def pair(city: City) -> tuple[WorkOrder, WorkOrder]:
    """Mr Wang's leak, and Mrs Li's of the same pipe, merged into it."""
    with pretend(MORNING):
        first = city.register()
        second = city.register(caller_name="李小红", caller_phone="13900001111")
    with pretend(MORNING + HOUR):
        actions.merge(second, by=city.lin, into=first)
    return fresh(first), fresh(second)


def along(first: WorkOrder, second: WorkOrder) -> tuple[WorkOrder, WorkOrder]:
    first, second = fresh(first), fresh(second)
    assert second.holder == first.holder and second.next_due_at == first.next_due_at
    return first, second


def test_a_merged_order_has_the_holder_and_due_time_of_the_one_it_rides_with(
    city: City, pair: tuple[WorkOrder, WorkOrder]
) -> None:
    first, second = along(*pair)
    assert second.status == Status.MERGED and second.merged_into == first and second.holder_pool == "dispatch"
    with pretend(MORNING + HOUR):
        part = referrals.refer(first, by=city.wang, lead=city.water)
        first, second = along(first, second)
        assert second.holder_department == city.water
        part = referrals.record_contact(referrals.accept(part, by=city.zhao), by=city.zhao, note="已联系")
        along(first, second)
        referrals.request_extension(part, by=city.zhao, days=5, reason="开挖")
        part = referrals.grant_extension(part, by=city.wang)
        first, second = along(first, second)
        assert second.next_due_at == part.answer_step.due_at
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        assert along(first, second)[1].holder_pool == "review"


def test_both_citizens_get_the_answer_and_a_callback_of_their_own(
    city: City, pair: tuple[WorkOrder, WorkOrder]
) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        part = referrals.accept(referrals.refer(first, by=city.wang, lead=city.water), by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        referrals.pass_answer(part, by=city.he)
    first, second = fresh(first), fresh(second)
    assert {first.status, second.status} == {Status.AWAITING_CALLBACK}
    assert second.reply == first.reply == "已修复" and second.outcome == "solved"
    with pretend(MORNING + 5 * HOUR):
        content = callbacks.record_result(first, by=city.tang, contacted=True, resolution="solved", satisfaction=5)
        not_content = callbacks.record_result(
            second, by=city.tang, contacted=False, resolution="not_solved", satisfaction=1, why_not="not_contacted"
        )
    assert content.department == not_content.department == city.water
    assert fresh(first).status == Status.CLOSED and fresh(second).status == Status.DECIDING
    with pretend(MORNING + 5 * HOUR):
        callbacks.rework(fresh(second), by=city.he, instructions="请联系李女士")
    second = fresh(second)
    again = second.referrals.get()
    assert again.follows == part and again.department == city.water and again.is_rework
    assert second.merged_into is None and second.reworks == 1 and fresh(first).reworks == 0


def test_an_answer_on_the_spot_reaches_the_second_citizen_too(city: City, pair: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        actions.answer_on_the_spot(first, by=city.lin, reply="抢修队已到场")
    second = fresh(second)
    assert second.status == Status.AWAITING_CALLBACK and second.reply == "抢修队已到场"
    assert second.events.latest("seq").verb == "workorder.answered_with"


def test_whom_nobody_can_call_is_closed_with_the_answer(city: City) -> None:
    with pretend(MORNING):
        first, anonymous = city.register(), city.register(caller_phone="", caller_name="")
        actions.merge(anonymous, by=city.lin, into=first)
        actions.answer_on_the_spot(first, by=city.lin, reply="抢修队已到场")
    anonymous = fresh(anonymous)
    assert anonymous.status == Status.CLOSED and anonymous.closing == Closing.EXEMPT and anonymous.next_due_at is None


def test_unmerged_it_is_an_order_of_its_own_at_dispatch(city: City, pair: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        referrals.refer(first, by=city.wang, lead=city.water)
        actions.unmerge(second, by=city.wang)
    first, second = fresh(first), fresh(second)
    assert second.status == Status.REGISTERED and second.merged_into is None and second.holder_pool == "dispatch"
    assert second.steps.open().get().kind == StepKind.REFER
    assert first.holder_department == city.water and first.merged.count() == 0
    assert [first.events.latest("seq").verb, second.events.latest("seq").verb] == [
        "workorder.left",
        "workorder.unmerged",
    ]


def test_both_timelines_tell_of_the_merge(pair: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = pair
    joined, merged = first.events.latest("seq"), second.events.latest("seq")
    assert (joined.verb, joined.data) == ("workorder.joined", {"number": second.number}) and joined.informative
    assert (merged.verb, merged.data) == ("workorder.merged", {"into": first.number})
    assert first.merged.count() == 1


def test_whoever_carries_others_is_not_declined_merged_or_withdrawn(
    city: City, pair: tuple[WorkOrder, WorkOrder]
) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        third = city.register(caller_phone="13700002222")
        with pytest.raises(NotAllowed, match="unmerge"):
            actions.decline(first, by=city.lin, reason="handled", explanation="已处理")
        with pytest.raises(NotAllowed, match="unmerge"):
            actions.mark_invalid(first, by=city.lin, reason="重复")
        with pytest.raises(NotAllowed, match="unmerge"):
            actions.merge(first, by=city.lin, into=third)
        with pytest.raises(NotAllowed, match="unmerge"):
            referrals.withdraw(first, by=city.lin, reason="自己修好了")
        actions.unmerge(second, by=city.lin)
        referrals.withdraw(first, by=city.lin, reason="自己修好了")
    assert fresh(first).status == Status.WITHDRAWN and fresh(second).status == Status.REGISTERED


def test_a_rider_may_let_go_of_his_own_appeal(city: City, pair: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        referrals.withdraw(second, by=city.lin, reason="不再追究")
    assert fresh(second).status == Status.WITHDRAWN and fresh(first).status == Status.REGISTERED
    with pretend(MORNING + HOUR):
        referrals.withdraw(fresh(first), by=city.lin, reason="自己修好了")
    assert fresh(first).status == Status.WITHDRAWN


def test_only_an_open_order_that_is_not_merged_itself_takes_others_in(
    city: City, pair: tuple[WorkOrder, WorkOrder]
) -> None:
    with pretend(MORNING + HOUR):
        third, shut = city.register(caller_phone="13700002222"), closed(city)
        for into in (third, pair[1], shut):
            with pytest.raises(Invalid):
                actions.merge(third, by=city.lin, into=into)
    assert fresh(third).status == Status.REGISTERED


def test_the_form_finds_the_other_order_by_its_number(city: City, pair: tuple[WorkOrder, WorkOrder]) -> None:
    with pretend(MORNING + HOUR):
        third = city.register(caller_phone="13700002222")
        unknown = MergeForm(third, city.lin, {"into": "20260101P0000018"})
        assert unknown.run() is None and "into" in unknown.errors
        assert MergeForm(third, city.lin, {"into": f" {pair[0].number.lower()} "}).run() is not None
    assert fresh(third).merged_into == pair[0]


def test_who_joins_while_the_answer_is_reviewed_or_called_back_is_called_back_too(city: City) -> None:
    with pretend(MORNING):
        first = city.register()
        part = referrals.accept(referrals.refer(first, by=city.wang, lead=city.water), by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        second = actions.merge(city.register(caller_phone="13900001111"), by=city.lin, into=first)
        referrals.pass_answer(part, by=city.he)
        third = actions.merge(city.register(caller_phone="13700002222"), by=city.lin, into=fresh(first))
        assert along(first, third)[1].holder_pool == "callback"
        callbacks.record_result(fresh(first), by=city.tang, contacted=True, resolution="solved", satisfaction=4)
    assert {fresh(second).status, fresh(third).status} == {Status.AWAITING_CALLBACK}
    assert fresh(third).reply == "已修复"


def test_a_chase_of_a_rider_is_heard_where_the_matter_is_handled(city: City, pair: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = pair
    with pretend(MORNING + HOUR):
        referrals.refer(first, by=city.wang, lead=city.water)
        actions.chase(second, by=city.lin, words="还在漏")
    assert fresh(second).chases == 1 and fresh(first).chases == 0
    assert fresh(first).events.latest("seq").verb == "workorder.chased"
    assert city.zhao.notices.filter(rule="chased", case=first.number).count() == 1
