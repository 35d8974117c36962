"""What the referral's actions share: locking a part, sending one out, ending one."""

from __future__ import annotations

from datetime import datetime

from referrals.models import LIVE, Referral, Role, Status
from referrals.telling import tell_of_referral
from staff.calendars import current
from staff.models import Department, User
from workorders import deadlines
from workorders.models import Holder, Kind, Step, WorkOrder
from workorders.models.choices import StepKind
from workorders.steps import new_step_within
from workorders.timeline import lock
from workorders.workflow import Move, hides_caller

# A return is asked for within this many working days of dispatch; later, it is yours (domain rule, 退单时限).
RETURN_WITHIN = 1


def lock_part(referral: Referral, move: Move, by: User | None, version: int | None) -> Referral:
    """Lock the order, read the referral again under the lock, check the move. Returns the fresh referral."""
    order = lock(referral.order_id, version=version)
    fresh = Referral.objects.select_related("department", "sign_step", "contact_step", "answer_step", "parent").get(
        pk=referral.pk
    )
    fresh.order = order
    move.check(fresh, by)
    return fresh


def send(
    order: WorkOrder,
    department: Department,
    role: str,
    *,
    by: User | None,
    at: datetime,
    instructions: str = "",
    designated: bool = False,
    follows: Referral | None = None,
    parent: Referral | None = None,
) -> Referral:
    """Open one part with its clocks. The clock starts now, at dispatch, not when the department signs."""
    is_rework = follows is not None
    holder = Holder(department_id=department.pk)
    limits = deadlines.limits_for(order, [StepKind.SIGN, StepKind.ANSWER], rework=is_rework)
    sign = new_step_within(order, limits[StepKind.SIGN], holder, at=at)
    answer = new_step_within(order, limits[StepKind.ANSWER], holder, at=at)
    if parent is not None:  # a sub-unit has what is left of its bureau's time
        copy_due(answer, parent.answer_step, at=at)
        if sign.due_at > answer.due_at:
            copy_due(sign, parent.answer_step, at=at)
    contact: Step | None = None
    if role == Role.LEAD and owes_contact(order):
        limit = deadlines.limit_for(order, StepKind.CONTACT, rework=is_rework)
        contact = new_step_within(order, limit, holder, at=at)
        contact.save()
    sign.save()
    answer.save()
    referral = Referral.objects.create(
        order=order,
        department=department,
        role=role,
        parent=parent,
        follows=follows,
        designated=designated,
        is_rework=is_rework,
        instructions=instructions,
        sent_at=at,
        sent_by=by,
        return_until=current().add_working_days(at, RETURN_WITHIN).at,
        sign_step=sign,
        contact_step=contact,
        answer_step=answer,
        extensions_allowed=limits[StepKind.ANSWER].extensions,
        extension_days=limits[StepKind.ANSWER].extension_days,
    )
    tell_of_referral(referral)
    return referral


def owes_contact(order: WorkOrder) -> bool:
    """Whether the lead has to speak to the citizen: not for praise, nor where it may not know who he is."""
    return order.has_caller and order.kind != Kind.PRAISE and not hides_caller(order)


def copy_due(step: Step, other: Step, *, at: datetime) -> None:
    """Give a step another's due time and ladder; it climbs what of it lies ahead."""
    step.due_at, step.why, step.provisional = other.due_at, other.why, other.provisional
    step.terms = other.terms
    step.first_due_at = other.due_at if step._state.adding else step.first_due_at
    step.remind_at, step.yellow_at, step.escalate_at = (other.remind_at, other.yellow_at, other.escalate_at)
    deadlines.climb_again(step, at)


def finish(referral: Referral, status: str, *, at: datetime, done: bool = False) -> None:
    """End a part and what it owed; requests that nobody will rule on any more are dropped."""
    Step.objects.filter(pk__in=step_ids(referral), ended_at=None).update(
        ended_at=at, done=done, next_rung=None, next_rung_at=None
    )
    drop_requests(referral, at=at)
    referral.answers.filter(reviewed_at=None).update(reviewed_at=at)
    referral.status = status
    referral.ended_at = at
    referral.save(update_fields=["status", "ended_at"])


def step_ids(referral: Referral) -> list[int]:
    """The clocks of this part."""
    ids = [referral.sign_step_id, referral.contact_step_id, referral.answer_step_id]
    return [pk for pk in ids if pk is not None]


def drop_requests(referral: Referral, *, at: datetime) -> None:
    """Requests overtaken by events: refused by nobody, their rulings owed no more."""
    for requests in (referral.return_requests, referral.extensions):
        for request in requests.filter(ruled_at=None):
            Step.objects.filter(pk=request.step_id).update(ended_at=at, done=False, next_rung=None, next_rung_at=None)
            request.ruled_at, request.granted = at, False
            request.save(update_fields=["ruled_at", "granted"])


def withdraw_live(order: WorkOrder, *, at: datetime) -> list[Referral]:
    """End every part that is not ended: the order is taken away from its departments."""
    parts = list(order.referrals.filter(status__in=[*LIVE, Status.ANSWERED]).select_related("department"))
    for part in parts:
        finish(part, Status.WITHDRAWN, at=at)
    return parts


def lead_of(order: WorkOrder) -> Referral | None:
    """The lead's part that counts now: the latest that was not returned or withdrawn."""
    return (
        order.referrals.filter(role=Role.LEAD)
        .exclude(status__in=[Status.RETURNED, Status.WITHDRAWN])
        .select_related("department", "answer_step")
        .order_by("-id")
        .first()
    )
