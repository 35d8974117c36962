"""Whom a referral's moves tell: the department's people, in the transaction of the move."""

from __future__ import annotations

from notices.actions import Message, tell
from referrals.models import Referral
from workorders.models import Urgency
from workorders.telling import OFFICERS, people_of


def tell_department(referral: Referral, rule: str) -> None:
    """One notice for each officer of the department; the order's version makes the occasion unique."""
    order = referral.order
    tell(
        Message(
            recipient=person,
            rule=rule,
            key=f"referral:{referral.pk}:{rule}:{order.version}",
            case=order.number,
            data={"unit": referral.department.name},
        )
        for person in people_of(referral.department, OFFICERS)
    )


def tell_of_referral(referral: Referral) -> None:
    """派单提醒; at once, also by night, where the matter cannot wait."""
    urgent = referral.order.urgency != Urgency.NORMAL
    tell_department(referral, "referred_at_once" if urgent else "referred")
