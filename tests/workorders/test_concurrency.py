"""Two people on one order at the same moment: nothing is lost, nothing is done twice, one is told why not."""

from __future__ import annotations

from functools import partial

import pytest

from callbacks import actions as callbacks
from notices.models import Notice
from oversight.audit import audit
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.at_once import at_once, refused
from tests.closure.lives import LIVES, accepted, fresh
from workorders import actions
from workorders.models import Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_departments_answering_at_once_do_not_miss_each_other(city: City) -> None:
    with pretend(MORNING):
        lead = accepted(city)
        support = referrals.accept(lead.order.referrals.get(role="supporting"), by=city.qian)
    answer = partial(referrals.answer, outcome="solved", public_reply="已处理")
    results = at_once(
        MORNING,
        partial(answer, lead, by=city.zhao),
        partial(answer, support, by=city.qian),
    )
    order = fresh(lead.order)
    assert order.status == Status.ANSWERED and order.holder_pool == "review"
    # Whoever comes first: the lead does not wait for its support, whose answer then comes too late.
    late = refused(results)
    assert [r.status for r in order.referrals.order_by("pk")] == ["answered", "withdrawn" if late else "answered"]
    assert audit(MORNING).holds


def test_two_people_taking_one_order_one_has_it(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    results = at_once(MORNING, partial(actions.take, order, by=city.wang), partial(actions.take, order, by=city.chen))
    assert len(refused(results)) == 1 and fresh(order).holder_person in (city.wang, city.chen)
    assert order.events.filter(verb="workorder.taken").count() == 1


def test_two_dispatchers_referring_at_once_send_it_once(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    results = at_once(
        MORNING,
        partial(referrals.refer, order, by=city.wang, lead=city.water),
        partial(referrals.refer, order, by=city.chen, lead=city.traffic),
    )
    assert len(refused(results)) == 1 and Referral.objects.filter(order=order).count() == 1
    assert fresh(order).dispatches == 1 and audit(MORNING).holds


def test_a_supporting_unit_added_twice_at_once_is_asked_once(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["referred"](city)
    add = partial(referrals.add_supporting, order, department=city.traffic)
    assert len(refused(at_once(MORNING, partial(add, by=city.wang), partial(add, by=city.chen)))) == 1
    assert order.referrals.filter(department=city.traffic).count() == 1


def test_a_recall_and_an_answer_at_once_leave_one_story(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
    results = at_once(
        MORNING,
        partial(referrals.answer, part, by=city.zhao, outcome="solved", public_reply="已修复"),
        partial(referrals.recall, part.order, by=city.wang, reason="派错单位"),
    )
    assert len(refused(results)) == 1
    assert fresh(part.order).status in (Status.ANSWERED, Status.REGISTERED) and audit(MORNING).holds


def test_two_callback_agents_record_one_verdict(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["awaiting_callback"](city)
    content = partial(callbacks.record_result, order, contacted=True, resolution="solved", satisfaction=5)
    results = at_once(MORNING, partial(content, by=city.tang), partial(content, by=city.chen))
    assert len(refused(results)) == 1 and order.callbacks.count() == 1 and fresh(order).status == Status.CLOSED


def test_two_orders_merged_into_each_other_at_once_are_merged_one_way(city: City) -> None:
    with pretend(MORNING):
        first, second = city.register(), city.register()
    results = at_once(
        MORNING,
        partial(actions.merge, first, by=city.wang, into=second),
        partial(actions.merge, second, by=city.chen, into=first),
    )
    assert len(refused(results)) == 1
    assert sorted([fresh(first).status, fresh(second).status]) == [Status.MERGED, Status.REGISTERED]
    assert audit(MORNING).holds


def test_a_rider_is_chased_and_unmerged_while_its_order_is_answered(city: City) -> None:
    with pretend(MORNING):
        rider = LIVES["merged"](city)
        order = rider.merged_into
        assert order is not None
    at_once(
        MORNING,
        partial(actions.chase, rider, by=city.lin, words="怎么样了"),
        partial(actions.unmerge, rider, by=city.wang),
        partial(actions.answer_on_the_spot, order, by=city.chen, reply="已修复"),
        partial(actions.chase, order, by=city.tang, words="怎么样了"),
    )
    assert fresh(order).status == Status.CLOSED
    assert fresh(rider).status in (Status.REGISTERED, Status.AWAITING_CALLBACK) and audit(MORNING).holds


def test_the_same_citizen_registered_by_two_agents_at_once_has_two_orders_to_merge(city: City) -> None:
    first, second = at_once(MORNING, city.register, city.register)
    with pretend(MORNING):
        actions.merge(second, by=city.lin, into=first)
    assert fresh(second).merged_into == first and audit(MORNING).holds


def test_ten_chases_at_once_are_ten_entries(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["referred"](city)
    at_once(MORNING, *(partial(actions.chase, order, by=city.lin, words=f"第{count}次") for count in range(10)))
    order = fresh(order)
    assert order.chases == 10 and order.events.filter(verb="workorder.chased").count() == 10
    assert Notice.objects.filter(recipient=city.zhao, rule="chased").count() == 10 and audit(MORNING).holds
