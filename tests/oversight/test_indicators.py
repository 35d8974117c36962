"""Each indicator, on situations small enough to be worked out by hand."""

from decimal import Decimal

import pytest

from callbacks import actions as callbacks
from oversight.models import Weight
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import City
from tests.oversight.stories import (
    accepted,
    answered,
    answered_on_the_spot,
    at,
    not_reached,
    passed,
    referred,
    registered,
    said,
    tally,
    to_call_back,
    value,
)
from workorders import actions
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def test_of_five_appeals_two_are_closed_one_is_open_and_two_do_not_count(city: City) -> None:
    answered_on_the_spot(city, "11-02 09:00")
    referred(city, "11-02 10:00")
    for number, end in enumerate(("declined", "invalid", "withdrawn")):
        order = registered(city, f"11-03 1{number}:00")
        with pretend(at(f"11-03 1{number}:30")):
            if end == "declined":
                actions.decline(order, by=city.wang, reason="military", explanation="不属受理范围")
            elif end == "invalid":
                actions.mark_invalid(order, by=city.wang, reason="空号")
            else:
                referrals.withdraw(order, by=city.wang, reason="市民撤回")
    assert tally("closure") == (2, 3)
    assert value("closure") == pytest.approx(2 / 3)
    assert tally("direct") == (1, 5)
    assert tally("first_time") == (2, 2)


def test_a_reopened_order_is_not_closed_any_more(city: City) -> None:
    order = answered_on_the_spot(city, "11-02 09:00")
    assert tally("closure") == (1, 1)
    with pretend(at("11-10 09:00")):
        actions.reopen(order, by=city.chen, reason="答复有误")
    assert tally("closure") == (0, 1)
    assert tally("direct") == (0, 1)


def test_in_time_late_extended_and_never_answered(city: City) -> None:
    """Five working days from Monday 2 November end on Monday 9 November at 17:30; two more on the 11th."""
    answered(referred(city, "11-02 10:00"), "11-09 17:30", city.zhao)
    answered(referred(city, "11-02 10:00"), "11-09 17:31", city.zhao)
    extended = accepted(referred(city, "11-02 10:00"), "11-02 11:00", city.zhao)
    with pretend(at("11-06 10:00")):
        referrals.request_extension(extended, by=city.zhao, days=2, reason="需更换管道")
        extended = referrals.grant_extension(extended, by=city.wang)
    answered(extended, "11-11 10:00", city.zhao)
    referred(city, "11-02 10:00")  # nobody does anything: open, overdue, late
    assert tally("on_time") == (2, 4)
    assert tally("on_time_first") == (1, 4)


def test_a_limit_that_has_not_run_out_is_not_counted_yet(city: City) -> None:
    answered(referred(city, "11-02 10:00"), "11-03 10:00", city.zhao)
    referred(city, "11-02 10:00")
    assert tally("on_time", "11-09 17:30") == (0, 0)
    assert value("on_time", "11-09 17:30") is None
    assert tally("on_time", "11-09 17:31") == (1, 2)


def test_returned_and_recalled_referrals_drop_out(city: City) -> None:
    returned = referred(city, "11-02 10:00", lead=city.traffic)
    with pretend(at("11-02 11:00")):
        referrals.request_return(returned, by=city.qian, reason="not_our_duty", basis="供水条例")
        referrals.uphold_return(returned, by=city.wang)
    recalled = referred(city, "11-02 10:00")
    with pretend(at("11-10 10:00")):  # after its due time
        referrals.recall(WorkOrder.objects.get(pk=recalled.order_id), by=city.wang, reason="重新派单")
    answered(referred(city, "11-02 10:00"), "11-03 10:00", city.zhao)
    assert tally("on_time") == (1, 1)
    assert tally("on_time_first") == (1, 1)
    assert tally("sign") == (1, 1)


def test_an_answer_sent_back_is_on_time_only_when_the_last_one_is(city: City) -> None:
    part = answered(referred(city, "11-02 10:00"), "11-09 10:00", city.zhao)
    with pretend(at("11-09 11:00")):
        referrals.send_back(part, by=city.he, comment="没有写明措施")
    assert tally("on_time") == (0, 1)  # open again and overdue: its first answer does not count
    part.refresh_from_db()
    answered(part, "11-10 17:00", city.zhao)  # one working day to put it right
    assert tally("on_time") == (1, 1)
    assert tally("on_time_first") == (0, 1)


def test_a_sub_units_part_is_not_counted_beside_its_bureaus(city: City) -> None:
    part = accepted(referred(city, "11-02 10:00"), "11-02 11:00", city.li)
    with pretend(at("11-02 12:00")):
        below = referrals.delegate(part, by=city.li, department=city.water_east)
    answered(below, "11-03 10:00", city.east)
    part.refresh_from_db()
    answered(part, "11-03 12:00", city.zhao)
    assert tally("on_time") == (1, 1)
    assert tally("return_requested") == (0, 1)


def test_accepted_in_time_late_and_not_at_all(city: City) -> None:
    """One working day from Monday 2 November ends on Tuesday 3 November at 17:30."""
    accepted(referred(city, "11-02 10:00"), "11-03 17:30", city.zhao)
    accepted(referred(city, "11-02 10:00"), "11-04 09:00", city.zhao)
    referred(city, "11-02 10:00")
    assert tally("sign") == (1, 3)


def test_returns_asked_for_and_upheld(city: City) -> None:
    """Four referrals of three orders: the first was returned and dispatched anew, the second return was refused."""
    wrong = referred(city, "11-02 10:00", lead=city.traffic)
    with pretend(at("11-02 11:00")):
        referrals.request_return(wrong, by=city.qian, reason="not_our_duty", basis="供水条例")
        referrals.uphold_return(wrong, by=city.wang)
        referrals.refer(WorkOrder.objects.get(pk=wrong.order_id), by=city.wang, lead=city.water)
    refused = referred(city, "11-02 12:00", lead=city.traffic)
    with pretend(at("11-02 14:30")):
        referrals.request_return(refused, by=city.qian, reason="unclear", basis="职责规定")
        referrals.refuse_return(refused, by=city.wang, ruling="请办理")
    referred(city, "11-03 10:00")
    assert tally("return_requested") == (2, 4)
    assert tally("return_upheld") == (1, 4)
    assert tally("accuracy") == (2, 3)  # 1 − 1 upheld return ÷ 3 first dispatches


def test_what_the_citizens_said(city: City) -> None:
    """Five callbacks completed, one of them excluded; one order was reworked and called back twice."""
    said(city, to_call_back(city, "11-02 10:00"), "11-02 15:00", contacted=True, resolution="solved", satisfaction=5)
    said(city, to_call_back(city, "11-02 10:00"), "11-02 15:00", contacted=True, resolution="partly", satisfaction=3)
    order = to_call_back(city, "11-03 10:00")
    order = said(city, order, "11-03 15:00", contacted=False, resolution="not_solved", satisfaction=1)
    with pretend(at("11-03 16:00")):
        callbacks.exclude(order, by=city.chen, reason="诉求不合理")
    order = to_call_back(city, "11-04 10:00")
    order = said(city, order, "11-04 15:00", contacted=False, resolution="not_solved", satisfaction=2)
    with pretend(at("11-04 16:00")):
        callbacks.rework(order, by=city.chen, instructions="请彻底处理")
        part = order.referrals.latest("id")
    order = passed(city, answered(part, "11-05 10:00", city.zhao), "11-05 11:00")
    said(city, order, "11-05 15:00", contacted=True, resolution="solved", satisfaction=4)
    assert tally("response") == (3, 4)
    assert value("resolution") == pytest.approx((2 + 0.5 * 1) / 4)
    assert value("satisfaction") == pytest.approx((2 + 0.5 * 1) / 4)
    assert value("score") == pytest.approx(0.1 * 0.75 + 0.45 * 0.625 + 0.45 * 0.625)
    assert tally("rework") == (1, 5)
    assert tally("first_time") == (3, 4)


def test_weights_are_edited(city: City) -> None:
    order = to_call_back(city, "11-02 10:00")
    said(city, order, "11-02 15:00", contacted=False, resolution="partly", satisfaction=3)
    assert value("resolution") == pytest.approx(0.5)
    Weight.objects.update_or_create(name=Weight.Name.PARTLY, defaults={"value": Decimal("0.8")})
    Weight.objects.update_or_create(name=Weight.Name.RESOLUTION, defaults={"value": Decimal("1")})
    assert value("resolution") == pytest.approx(0.8)
    assert value("score") == pytest.approx(0.1 * 0 + 1 * 0.8 + 0.45 * 0.5)


def test_who_was_not_reached_was_called_but_never_satisfied(city: City) -> None:
    """Four answers passed: one reached, one tried three times, one never called, one closed because no call was due."""
    said(city, to_call_back(city, "11-02 10:00"), "11-02 15:00", contacted=True, resolution="solved", satisfaction=5)
    not_reached(city, to_call_back(city, "11-02 10:00"), "11-02 15:00", "11-03 09:00", "11-03 15:00")
    to_call_back(city, "11-02 10:00")
    order = to_call_back(city, "11-02 10:00")
    with pretend(at("11-02 11:00")):
        actions.close(order, by=city.chen, reason="市民要求不回访")
    assert tally("callback") == (2, 3)
    assert tally("reached") == (1, 2)
    assert tally("satisfaction") == (1, 1)
    assert tally("closure") == (3, 4)


def test_handling_time_is_working_hours_from_dispatch_to_the_passed_answer(city: City) -> None:
    """Monday 10:00 to Tuesday 11:00 are 2 + 3.5 + 2.5 working hours; Friday 16:00 to Monday 9:00 are 1.5 + 0.5."""
    passed(city, answered(referred(city, "11-02 10:00"), "11-02 16:00", city.zhao), "11-03 11:00")
    passed(city, answered(referred(city, "11-06 16:00"), "11-06 17:00", city.zhao), "11-09 09:00")
    assert value("handling_time") == pytest.approx((8 + 2) / 2)


def test_handling_time_knows_holidays_and_make_up_days(city: City) -> None:
    """National Day: 30 September 16:30 to 8 October 9:30 are 1 + 1 hours; Friday 9 October 17:00 to the make-up
    Saturday 9:00 are 0.5 + 0.5."""
    passed(city, answered(referred(city, "09-30 16:30"), "09-30 17:00", city.zhao), "10-08 09:30")
    passed(city, answered(referred(city, "10-09 17:00"), "10-09 17:10", city.zhao), "10-10 09:00")
    assert value("handling_time", query="period=month&on=2026-10-01") == pytest.approx((2 + 1) / 2)


def test_nothing_counted_is_no_figure(city: City) -> None:
    assert value("closure") is None
    assert value("score") is None
    assert value("handling_time") is None
