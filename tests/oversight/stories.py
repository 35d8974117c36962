"""What happens to appeals in the board's tests: short lives by actions, at moments of November 2026."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from callbacks import actions as callbacks
from oversight.filters import Asked
from oversight.indicators import BY_NAME, Tally
from oversight.ledger import Ledger
from referrals import actions as referrals
from referrals.models import Referral
from staff.models import Department, User
from staff.now import pretend
from tests.cast import City
from workorders import actions
from workorders.models import WorkOrder

# Monday 30 November, in the evening: all of the month's time limits below have run out.
END_OF_MONTH = "11-30 20:00"


def at(moment: str) -> datetime:
    """`11-02 10:00` of 2026, by the city's clock."""
    naive = datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M")  # made aware in the next line
    return naive.replace(tzinfo=timezone.get_default_timezone())


def registered(city: City, moment: str, **changes: object) -> WorkOrder:
    with pretend(at(moment)):
        return city.register(**changes)


def referred(city: City, moment: str, lead: Department | None = None, **changes: object) -> Referral:
    """Registered and referred in one breath."""
    order = registered(city, moment, **changes)
    with pretend(at(moment)):
        return referrals.refer(order, by=city.wang, lead=lead or city.water)


def accepted(part: Referral, moment: str, by: User) -> Referral:
    with pretend(at(moment)):
        return referrals.accept(part, by=by)


def answered(part: Referral, moment: str, by: User) -> Referral:
    """Accepted and the citizen contacted, where that was not done yet, and answered."""
    with pretend(at(moment)):
        if part.accepted_at is None:
            part = referrals.accept(part, by=by)
        if part.contact_step_id is not None and part.contacted_at is None:
            part = referrals.record_contact(part, by=by, note="已联系市民")
        return referrals.answer(part, by=by, outcome="solved", public_reply="已处理")


def passed(city: City, part: Referral, moment: str) -> WorkOrder:
    with pretend(at(moment)):
        referrals.pass_answer(part, by=city.he)
    return WorkOrder.objects.get(pk=part.order_id)


def to_call_back(city: City, moment: str) -> WorkOrder:
    """Referred to the waterworks, answered and passed at once."""
    part = answered(referred(city, moment), moment, city.zhao)
    return passed(city, part, moment)


def said(
    city: City, order: WorkOrder, moment: str, *, contacted: bool, resolution: str, satisfaction: int
) -> WorkOrder:
    """Called back."""
    why_not = "" if resolution != "not_solved" and satisfaction >= 3 else "not_solved"
    with pretend(at(moment)):
        callbacks.record_result(
            order,
            by=city.tang,
            contacted=contacted,
            resolution=resolution,
            satisfaction=satisfaction,
            why_not=why_not,
        )
    return WorkOrder.objects.get(pk=order.pk)


def not_reached(city: City, order: WorkOrder, *moments: str) -> WorkOrder:
    for moment in moments:
        with pretend(at(moment)):
            callbacks.record_attempt(order, by=city.tang, result="no_answer")
    return WorkOrder.objects.get(pk=order.pk)


def answered_on_the_spot(city: City, moment: str, **changes: object) -> WorkOrder:
    order = registered(city, moment, **changes)
    with pretend(at(moment)):
        return actions.answer_on_the_spot(order, by=city.lin, reply="已解答")


def ledger(moment: str = END_OF_MONTH, query: str = "") -> Ledger:
    """What the board counts when it is looked at in a moment."""
    with pretend(at(moment)):
        return Ledger(Asked.of(QueryDict(query)))


def tally(name: str, moment: str = END_OF_MONTH, query: str = "") -> tuple[int, int]:
    """Hits and n of an indicator, in all."""
    found = ledger(moment, query).counted.total.get(name, Tally())
    return found.hits, found.n


def value(name: str, moment: str = END_OF_MONTH, query: str = "") -> float | None:
    """The figure itself."""
    counted = ledger(moment, query)
    return BY_NAME[name].value(counted.counted.total, counted.weights)


def a_month_of_everything(city: City) -> None:
    """Every indicator has hits and misses, several departments, categories and areas, and some of it late."""
    answered_on_the_spot(city, "11-02 09:00")
    answered_on_the_spot(city, "10-20 09:00", area=None)
    order = registered(city, "11-02 09:10")
    with pretend(at("11-02 09:20")):
        actions.decline(order, by=city.wang, reason="proceedings", explanation="已在诉讼中")
    order = registered(city, "11-02 09:30", area=None)
    with pretend(at("11-02 09:40")):
        actions.mark_invalid(order, by=city.wang, reason="空号")
    part = referred(city, "11-02 10:00", lead=city.traffic)
    with pretend(at("11-02 11:00")):
        referrals.request_return(part, by=city.qian, reason="not_our_duty", basis="供水条例")
    with pretend(at("11-02 14:30")):
        referrals.uphold_return(part, by=city.wang)
        part = referrals.refer(WorkOrder.objects.get(pk=part.order_id), by=city.wang, lead=city.water)
    order = passed(city, answered(part, "11-03 10:00", city.zhao), "11-03 15:00")
    said(city, order, "11-04 09:00", contacted=True, resolution="solved", satisfaction=5)
    part = referred(city, "11-03 10:00", lead=city.traffic, category=city.parking)
    with pretend(at("11-03 11:00")):
        referrals.request_return(part, by=city.qian, reason="unclear", basis="职责规定")
    with pretend(at("11-03 15:00")):
        referrals.refuse_return(part, by=city.wang, ruling="请办理")
    order = passed(city, answered(part, "11-12 10:00", city.qian), "11-12 16:00")
    order = said(city, order, "11-13 10:00", contacted=False, resolution="not_solved", satisfaction=1)
    with pretend(at("11-13 15:00")):
        callbacks.rework(order, by=city.chen, instructions="请彻底处理")
        part = order.referrals.latest("id")
    order = passed(city, answered(part, "11-16 10:00", city.qian), "11-16 15:00")
    said(city, order, "11-17 10:00", contacted=True, resolution="partly", satisfaction=3)
    part = accepted(referred(city, "11-04 10:00", area=None), "11-06 10:00", city.zhao)
    with pretend(at("11-10 10:00")):
        referrals.request_extension(part, by=city.zhao, days=2, reason="需更换管道")
        part = referrals.grant_extension(part, by=city.wang)
    order = passed(city, answered(part, "11-12 10:00", city.zhao), "11-12 14:30")
    not_reached(city, order, "11-12 15:00", "11-13 09:00", "11-13 15:00")
    order = to_call_back(city, "11-09 10:00")
    order = said(city, order, "11-09 15:00", contacted=False, resolution="not_solved", satisfaction=2)
    with pretend(at("11-09 16:00")):
        callbacks.exclude(order, by=city.chen, reason="诉求不合理")
    to_call_back(city, "11-16 10:00")
    order = to_call_back(city, "11-17 10:00")
    with pretend(at("11-17 11:00")):
        actions.close(order, by=city.chen, reason="市民要求不回访")
    order = registered(city, "11-18 10:00")
    with pretend(at("11-18 11:00")):
        referrals.withdraw(order, by=city.wang, reason="市民撤回")
    referred(city, "11-18 10:00", lead=city.town, category=city.parking)
    part = accepted(referred(city, "11-19 10:00", lead=city.water_east), "11-19 11:00", city.east)
    referred(city, "11-30 10:00", lead=city.traffic)
    order = registered(city, "11-30 15:00", area=None)
    with pretend(at("11-30 15:10")):
        actions.take(order, by=city.chen)
    order = registered(city, "11-24 09:00")
    with pretend(at("11-24 09:10")):
        actions.merge(order, by=city.wang, into=part.order)
