"""What the referral's actions share: locking a part, sending one out, ending one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

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


PART = "SELECT * FROM referrals_referral WHERE id = %s"


def lock_part(referral: Referral, move: Move, by: User | None, version: int | None) -> Referral:
    """Lock the order, read the referral again under the lock, check the move. Returns the fresh referral."""
    order = lock(referral.order_id, version=version)
    fresh: Referral = Referral.objects.raw(PART, [referral.pk])[0]
    fresh.order = order
    if by is not None and by.department is not None and by.department_id == fresh.department_id:
        fresh.department = by.department
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
    kinds = [StepKind.SIGN, StepKind.ANSWER]
    if role == Role.LEAD and owes_contact(order):
        kinds.append(StepKind.CONTACT)
    limits = deadlines.limits_for(order, kinds, rework=is_rework)
    sign = new_step_within(order, limits[StepKind.SIGN], holder, at=at)
    answer = new_step_within(order, limits[StepKind.ANSWER], holder, at=at)
    if parent is not None:  # a sub-unit has what is left of its bureau's time
        copy_due(answer, parent.answer_step, at=at)
        if sign.due_at > answer.due_at:
            copy_due(sign, parent.answer_step, at=at)
    contact: Step | None = None
    if StepKind.CONTACT in kinds:
        contact = new_step_within(order, limits[StepKind.CONTACT], holder, at=at)
    Step.objects.bulk_create(step for step in (contact, sign, answer) if step is not None)
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


# What a part still waits for: requests nobody will rule on any more are refused by nobody, their rulings owed no more.
DROPPED = """
WITH returns AS (
    UPDATE referrals_returnrequest SET ruled_at = %(at)s, granted = false
    WHERE referral_id = %(part)s AND ruled_at IS NULL RETURNING step_id
), extensions AS (
    UPDATE referrals_extension SET ruled_at = %(at)s, granted = false
    WHERE referral_id = %(part)s AND ruled_at IS NULL RETURNING step_id
)"""
# The keys are one array, found beforehand: of two ways to a step the database would read every step there is.
ENDED = """
UPDATE workorders_step SET ended_at = %(at)s, next_rung = NULL, next_rung_at = NULL,
    done = %(done)s AND id = ANY(%(steps)s::bigint[])
WHERE ended_at IS NULL AND id = ANY(
    %(steps)s::bigint[] || ARRAY(SELECT step_id FROM returns UNION ALL SELECT step_id FROM extensions)
)"""
FINISHED = """, answers AS (
    UPDATE referrals_answer SET reviewed_at = %(at)s WHERE referral_id = %(part)s AND reviewed_at IS NULL
), finished AS (
    UPDATE referrals_referral SET status = %(status)s, ended_at = %(at)s, passed_at = %(passed_at)s WHERE id = %(part)s
)"""


def end_owed(referral: Referral, steps: list[int | None], *, at: datetime) -> None:
    """These clocks of the part are done, and its requests are overtaken by events."""
    with connection.cursor() as cursor:
        cursor.execute(DROPPED + ENDED, {"at": at, "part": referral.pk, "done": True, "steps": steps})


def finish(referral: Referral, status: str, *, at: datetime, done: bool = False) -> None:
    """End a part and what it owed."""
    referral.status, referral.ended_at = status, at
    steps = [referral.sign_step_id, referral.contact_step_id, referral.answer_step_id]
    asked: dict[str, Any] = {"at": at, "part": referral.pk, "done": done, "steps": steps}
    with connection.cursor() as cursor:
        cursor.execute(DROPPED + FINISHED + ENDED, asked | {"status": status, "passed_at": referral.passed_at})


OF_ORDER = "SELECT * FROM referrals_referral WHERE order_id = %s AND "


def parts_of(order: WorkOrder, which: str, *values: Any) -> list[Referral]:
    """Parts of an order by a condition in SQL, the oldest first: each move asks for some, in plain SQL as it locks."""
    parts: list[Referral] = list(Referral.objects.raw(f"{OF_ORDER}{which} ORDER BY id", [order.pk, *values]))
    for part in parts:
        part.order = order
    return parts


def withdraw_live(order: WorkOrder, *, at: datetime) -> list[Referral]:
    """End every part that is not ended: the order is taken away from its departments."""
    parts = list(order.referrals.filter(status__in=[*LIVE, Status.ANSWERED]).select_related("department"))
    for part in parts:
        finish(part, Status.WITHDRAWN, at=at)
    return parts


def lead_of(order: WorkOrder) -> Referral | None:
    """The lead's part that counts now: the latest that was not returned or withdrawn."""
    leads = parts_of(order, "role = 'lead' AND status NOT IN ('returned', 'withdrawn')")
    return leads[-1] if leads else None


def live_supporting(order: WorkOrder) -> list[Referral]:
    """What supporting units still have of it."""
    return parts_of(order, "role = 'supporting' AND status = ANY(%s)", [status.value for status in LIVE])
