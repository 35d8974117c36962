"""How an order comes into each state, told once: by the actions of the cast, starting from registering.

A life is lived inside one `pretend`; it returns its order. Every open status has one, and so has what is worth
auditing besides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import now, pretend
from tests.cast import City
from workorders import actions, clock, telling
from workorders.models import WorkOrder

Life = Callable[[City], WorkOrder]
LIVES: dict[str, Life] = {}


def life(told: Life) -> Life:
    LIVES[told.__name__] = told
    return told


def fresh(order: WorkOrder) -> WorkOrder:
    """As the database has it."""
    return WorkOrder.objects.get(pk=order.pk)


@life
def registered(city: City) -> WorkOrder:
    """Lin registered it."""
    return city.register()


@life
def referred(city: City) -> WorkOrder:
    """Wang referred it to Water."""
    order = registered(city)
    referrals.refer(order, by=city.wang, lead=city.water)
    return fresh(order)


def accepted(city: City) -> Referral:
    """Water has it, Traffic supports; the citizen was spoken to."""
    part = referrals.refer(registered(city), by=city.wang, lead=city.water, supporting=[city.traffic])
    referrals.accept(part, by=city.zhao)
    return referrals.record_contact(part, by=city.zhao, note="已联系市民")


@life
def answered(city: City) -> WorkOrder:
    """Water answered, and the answer waits to be reviewed."""
    part = accepted(city)
    support = part.order.referrals.get(role="supporting")
    referrals.accept(support, by=city.qian)
    referrals.answer(support, by=city.qian, outcome="solved", public_reply="已配合围挡")
    referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复漏水管道")
    return fresh(part.order)


@life
def awaiting_callback(city: City) -> WorkOrder:
    """He passed the answer."""
    order = answered(city)
    referrals.pass_answer(order.referrals.get(role="lead"), by=city.he)
    return fresh(order)


@life
def trying(city: City) -> WorkOrder:
    """Tang called once, and nobody answered."""
    order = awaiting_callback(city)
    callbacks.record_attempt(order, by=city.tang, result="no_answer")
    return fresh(order)


@life
def deciding(city: City) -> WorkOrder:
    """The citizen is not content."""
    order = awaiting_callback(city)
    callbacks.record_result(
        order, by=city.tang, contacted=True, resolution="not_solved", satisfaction=2, why_not="not_solved"
    )
    return fresh(order)


@life
def reworked(city: City) -> WorkOrder:
    """Chen had Water do it again."""
    order = deciding(city)
    callbacks.rework(order, by=city.chen, instructions="请彻底修复")
    return fresh(order)


@life
def closed(city: City) -> WorkOrder:
    """The citizen is content."""
    order = awaiting_callback(city)
    callbacks.record_result(order, by=city.tang, contacted=True, resolution="solved", satisfaction=5)
    return fresh(order)


@life
def shelved(city: City) -> WorkOrder:
    """Chen shelved it until the pipe is renewed next month."""
    order = referred(city)
    referrals.shelve(order, by=city.chen, reason="列入明年改造计划", review_on=(now() + timedelta(days=20)).date())
    return fresh(order)


@life
def merged(city: City) -> WorkOrder:
    """The neighbour's call about the same leak rides with the first one."""
    first = registered(city)
    second = city.register(caller_phone="13912345678")
    actions.merge(second, by=city.wang, into=first)
    return fresh(second)


@life
def supervised(city: City) -> WorkOrder:
    """Chen watches over it."""
    order = referred(city)
    actions.supervise(order, by=city.chen, reason="影响大")
    return fresh(order)


@life
def delegated(city: City) -> WorkOrder:
    """Water handed it to its eastern branch."""
    part = accepted(city)
    referrals.delegate(part, by=city.li, department=city.water_east)
    return fresh(part.order)


@life
def asking(city: City) -> WorkOrder:
    """Water says it is not theirs."""
    order = referred(city)
    referrals.request_return(order.referrals.get(), by=city.zhao, reason="not_our_duty", basis="属物业共用管道")
    return fresh(order)


@life
def held(city: City) -> WorkOrder:
    """He took the answer off the review desk to read it."""
    order = answered(city)
    actions.take(order, by=city.he)
    return fresh(order)


@life
def reminded(city: City) -> WorkOrder:
    """Nobody referred it for almost two hours, and then Wang did."""
    order = registered(city)
    with pretend(now() + timedelta(minutes=110)):
        clock.sweep(now())
        telling.tell_reminders()
    return fresh(order)
