"""Where an order and a referral can stand, each reached by actions, by name. Everything happens on Monday morning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import WorkOrder

Scene = Callable[[City], Any]
M = TypeVar("M", bound=Model)


def registered(city: City, **changes: Any) -> WorkOrder:
    return city.register(**changes)


def dispatched(times: int) -> Scene:
    """Back at dispatch after so many attempts to find an owner."""

    def scene(city: City) -> WorkOrder:
        order = city.register()
        for _time in range(times):
            referrals.refer(order, by=city.wang, lead=city.traffic)
            order = referrals.recall(order, by=city.wang, reason="派错单位")
        return order

    return scene


def taken(city: City) -> WorkOrder:
    return actions.take(city.register(), by=city.wang)


def supervised(city: City) -> WorkOrder:
    return actions.supervise(city.register(), by=city.chen, reason="媒体关注")


def with_a_rider(city: City) -> WorkOrder:
    order = city.register()
    actions.merge(city.register(caller_phone="13900001111"), by=city.wang, into=order)
    return fresh(order)


def confidential(city: City) -> WorkOrder:
    return city.register(confidential=True)


def referred(city: City) -> WorkOrder:
    return fresh(sent(city).order)


def answered(city: City) -> WorkOrder:
    return fresh(part_answered(city).order)


def awaiting_callback(city: City) -> WorkOrder:
    return fresh(part_passed(city).order)


def deciding(city: City) -> WorkOrder:
    order = awaiting_callback(city)
    verdict = {"contacted": True, "resolution": "not_solved", "satisfaction": 1, "why_not": "not_solved"}
    callbacks.record_result(order, by=city.tang, **verdict)  # type: ignore[arg-type]  # a dict of mixed values
    return fresh(order)


def shelved(city: City) -> WorkOrder:
    return referrals.shelve(city.register(), by=city.chen, reason="待管网改造", review_on=date(2026, 12, 25))


def merged(city: City) -> WorkOrder:
    into = city.register()
    return actions.merge(city.register(caller_phone="13900001111"), by=city.wang, into=into)


def closed(city: City) -> WorkOrder:
    return actions.answer_on_the_spot(city.register(), by=city.lin, reply="请关总阀，抢修队已出发")


def declined(city: City) -> WorkOrder:
    return actions.decline(city.register(), by=city.lin, reason="jurisdiction", explanation="属邻市管辖")


def withdrawn(city: City) -> WorkOrder:
    return referrals.withdraw(city.register(), by=city.lin, reason="市民撤诉")


def invalid(city: City) -> WorkOrder:
    return actions.mark_invalid(city.register(), by=city.lin, reason="试拨")


ORDERS: dict[str, Scene] = {
    "registered": registered,
    "dispatched twice": dispatched(2),
    "dispatched three times": dispatched(3),
    "taken by Wang": taken,
    "supervised": supervised,
    "with a rider": with_a_rider,
    "confidential": confidential,
    "referred": referred,
    "answered": answered,
    "awaiting callback": awaiting_callback,
    "deciding": deciding,
    "shelved": shelved,
    "merged": merged,
    "closed": closed,
    "declined": declined,
    "withdrawn": withdrawn,
    "invalid": invalid,
}


def sent(city: City, **changes: Any) -> Referral:
    return referrals.refer(city.register(**changes), by=city.wang, lead=city.water)


def accepted(city: City, **changes: Any) -> Referral:
    return referrals.accept(sent(city, **changes), by=city.zhao)


def contacted(city: City, **changes: Any) -> Referral:
    return referrals.record_contact(accepted(city, **changes), by=city.zhao, note="已电话联系")


def return_asked(city: City) -> Referral:
    part = sent(city)
    referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例第三条")
    return part


def return_asked_while_handling(city: City) -> Referral:
    part = contacted(city)
    referrals.request_return(part, by=city.zhao, reason="wrong_area", basis="供水条例第三条")
    return part


def return_refused(city: City) -> Referral:
    return referrals.refuse_return(return_asked(city), by=city.wang, ruling="首接负责")


def extension_asked(city: City) -> Referral:
    part = contacted(city)
    referrals.request_extension(part, by=city.zhao, days=3, reason="需开挖")
    return part


def extension_granted(city: City) -> Referral:
    return referrals.grant_extension(extension_asked(city), by=city.wang)


def critical(city: City) -> Referral:
    return contacted(city, urgency="critical")


def delegated(city: City) -> Referral:
    part = accepted(city)
    referrals.delegate(part, by=city.li, department=city.water_east)
    return Referral.objects.get(pk=part.pk)


def below_sent(city: City) -> Referral:
    return delegated(city).delegations.get()


def below_accepted(city: City) -> Referral:
    return referrals.accept(below_sent(city), by=city.east)


def supporting_sent(city: City) -> Referral:
    lead = referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.traffic])
    return lead.order.referrals.get(department=city.traffic)


def supporting_accepted(city: City) -> Referral:
    return referrals.accept(supporting_sent(city), by=city.qian)


def supporting_answered(city: City) -> Referral:
    part = supporting_accepted(city)
    return referrals.answer(part, by=city.qian, outcome="solved", public_reply="已疏导交通")


def designated(city: City) -> Referral:
    return referrals.designate(dispatched(2)(city), by=city.wang, lead=city.water, instructions="由水务集团牵头")


def reworked(city: City) -> Referral:
    order = callbacks.rework(deciding(city), by=city.chen, instructions="请彻底修复")
    return order.referrals.latest("pk")


def part_answered(city: City) -> Referral:
    return referrals.answer(contacted(city), by=city.zhao, outcome="solved", public_reply="已修复")


def part_passed(city: City) -> Referral:
    return referrals.pass_answer(part_answered(city), by=city.he)


def part_returned(city: City) -> Referral:
    return referrals.uphold_return(return_asked(city), by=city.wang)


def part_withdrawn(city: City) -> Referral:
    part = sent(city)
    referrals.recall(part.order, by=city.wang, reason="派错单位")
    return Referral.objects.get(pk=part.pk)


PARTS: dict[str, Scene] = {
    "sent": sent,
    "accepted": accepted,
    "contacted": contacted,
    "too late to return": sent,
    "past due": contacted,
    "return asked": return_asked,
    "return asked while handling": return_asked_while_handling,
    "return refused": return_refused,
    "extension asked": extension_asked,
    "extension granted": extension_granted,
    "critical": critical,
    "delegated": delegated,
    "sub-unit's, sent": below_sent,
    "sub-unit's, accepted": below_accepted,
    "supporting, sent": supporting_sent,
    "supporting, accepted": supporting_accepted,
    "supporting, answered": supporting_answered,
    "designated": designated,
    "reworked": reworked,
    "answered": part_answered,
    "passed": part_passed,
    "returned": part_returned,
    "withdrawn": part_withdrawn,
}

# The moment at which moves are tried, where it is not the same morning.
LATER: dict[str, datetime] = {
    "too late to return": MORNING + timedelta(days=2),
    "past due": MORNING + timedelta(days=10),
}


def reach(scene: Scene, city: City) -> Any:
    """The record of a scene, as it is in the database."""
    with pretend(MORNING):
        return fresh(scene(city))


def fresh(record: M) -> M:
    """The record read again."""
    return type(record)._default_manager.get(pk=record.pk)
