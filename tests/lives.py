"""Orders brought to each stage by the actions people call, as little or as much on them as a test wants."""

from __future__ import annotations

from datetime import date

from callbacks import actions as callbacks
from referrals import actions as referrals
from tests.cast import City
from workorders import actions
from workorders.models import WorkOrder


def discontent(city: City, *, supporting: int = 0, notes: int = 0) -> WorkOrder:
    """An order with something of everything on it, at last awaiting a decision."""
    order = city.register()
    for number in range(notes):
        actions.note(order, by=city.lin, text=f"第{number + 1}条备注")
    helpers = [city.traffic, city.town, city.water_east][:supporting]
    part = referrals.refer(order, by=city.wang, lead=city.water, supporting=helpers, instructions="尽快")
    part = referrals.accept(part, by=city.zhao)
    referrals.record_contact(part, by=city.zhao, note="已联系")
    referrals.request_extension(part, by=city.zhao, days=2, reason="等配件")
    referrals.grant_extension(part, by=city.wang, days=2)
    actions.chase(order, by=city.lin, words="请快一点")
    referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复", internal_note="换管")
    part.refresh_from_db()
    referrals.pass_answer(part, by=city.he)
    callbacks.record_attempt(order, by=city.tang, result="busy")
    callbacks.record_result(
        order, by=city.tang, contacted=True, resolution="not_solved", satisfaction=1, why_not="not_solved"
    )
    order.refresh_from_db()
    return order


def one_in_each_queue(city: City) -> None:
    """Orders that leave nobody's queue empty: of the hotline's people and of Water's."""
    city.register()
    shelved, taken, late = city.register(), city.register(), city.register(urgency="critical")
    referrals.shelve(shelved, by=city.chen, reason="明年", review_on=date(2026, 12, 1))
    for by in (city.wang, city.chen):
        actions.take(city.register(), by=by)
    actions.supervise(taken, by=city.chen, reason="领导批示")
    referrals.refer(late, by=city.wang, lead=city.water)
    asked = referrals.accept(referrals.refer(city.register(), by=city.wang, lead=city.water), by=city.zhao)
    referrals.request_extension(asked, by=city.zhao, days=2, reason="等配件")
    for awaits_callback in (False, True):
        part = referrals.accept(referrals.refer(city.register(), by=city.wang, lead=city.water), by=city.zhao)
        referrals.record_contact(part, by=city.zhao, note="已联系")
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        part.refresh_from_db()
        if awaits_callback:
            referrals.pass_answer(part, by=city.he)
    discontent(city)
