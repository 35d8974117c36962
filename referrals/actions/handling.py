"""办理: what a department does with what it was handed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from referrals import workflow
from referrals.models import Answer, Referral, Role, Status
from referrals.parts import end_owed, finish, live_supporting, lock_part, send
from staff.models import Department, User
from staff.now import now
from workorders.errors import Invalid
from workorders.models import Holder, Outcome, Pool
from workorders.models import Status as OrderStatus
from workorders.models.choices import StepKind
from workorders.steps import end, owe
from workorders.timeline import record
from workorders.workflow import become


@transaction.atomic
def accept(referral: Referral, *, by: User, version: int | None = None) -> Referral:
    """签收: the department takes the work order on."""
    referral = lock_part(referral, workflow.ACCEPT, by, version)
    at = now()
    end([referral.sign_step_id], at=at)
    referral.status, referral.accepted_at, referral.accepted_by = (Status.ACCEPTED, at, by)
    referral.save(update_fields=["status", "accepted_at", "accepted_by"])
    _record(referral, "accepted", by)
    return referral


@transaction.atomic
def record_contact(referral: Referral, *, by: User, note: str, version: int | None = None) -> Referral:
    """首次联系: the department spoke to the citizen. A sub-unit's contact counts for its bureau."""
    referral = lock_part(referral, workflow.CONTACT, by, version)
    at = now()
    part: Referral | None = referral
    while part is not None:
        if part.contacted_at is None:
            part.contacted_at = at
            part.save(update_fields=["contacted_at"])
        if part.contact_step_id is not None:
            end([part.contact_step_id], at=at)
        part = part.parent
    _record(referral, "contacted", by, note=note)
    return referral


@transaction.atomic
def delegate(
    referral: Referral, *, by: User, department: Department, instructions: str = "", version: int | None = None
) -> Referral:
    """下派: to a sub-unit, which has what is left of the time; the bureau's own clock runs on. Returns the new part."""
    referral = lock_part(referral, workflow.DELEGATE, by, version)
    if department.pk == referral.department_id or not referral.department.covers(department):
        raise Invalid({"department": _("Choose a unit below your own.")})
    if not department.is_active:
        raise Invalid({"department": _("This department takes no work any more.")})
    if referral.order.referrals.live().filter(department=department).exists():
        raise Invalid({"department": _("This department has the order already.")})
    at = now()
    part = send(referral.order, department, Role.SUBUNIT, by=by, at=at, instructions=instructions, parent=referral)
    referral.status = Status.DELEGATED
    referral.save(update_fields=["status"])
    _record(referral, "delegated", by, note=instructions, to=department.name)
    return part


@transaction.atomic
def take_back(referral: Referral, *, by: User, reason: str, version: int | None = None) -> Referral:
    """收回: the bureau takes the matter back from its sub-unit and handles it itself."""
    referral = lock_part(referral, workflow.TAKE_BACK, by, version)
    withdraw_below(referral)
    referral.status = Status.ACCEPTED
    referral.save(update_fields=["status"])
    _record(referral, "taken_back", by, note=reason)
    return referral


def withdraw_below(referral: Referral) -> None:
    """End what sub-units still had of this part, at any depth."""
    for part in referral.delegations.live():
        withdraw_below(part)
        finish(part, Status.WITHDRAWN, at=now())


@transaction.atomic
def answer(
    referral: Referral,
    *,
    by: User,
    outcome: str,
    public_reply: str,
    internal_note: str = "",
    version: int | None = None,
) -> Referral:
    """答复: what was done, what the citizen is told, what stays inside.

    A sub-unit answers to its bureau, a supporting unit to the lead; the lead's answer closes the department side
    and goes to the review desk.
    """
    referral = lock_part(referral, workflow.ANSWER, by, version)
    if outcome not in Outcome.values:
        raise Invalid({"outcome": _("Not an outcome.")})
    order, at = referral.order, now()
    Answer.objects.create(
        referral=referral,
        outcome=outcome,
        public_reply=public_reply,
        internal_note=internal_note,
        given_at=at,
        given_by=by,
        reviewed_at=None if referral.role == Role.LEAD else at,
    )
    end_owed(referral, [referral.sign_step_id, referral.answer_step_id], at=at)
    referral.status, referral.answered_at, referral.answered_by = (Status.ANSWERED, at, by)
    referral.save(update_fields=["status", "answered_at", "answered_by"])
    if referral.role == Role.LEAD:
        for part in live_supporting(order):
            withdraw_below(part)
            finish(part, Status.WITHDRAWN, at=at)
        become(order, OrderStatus.ANSWERED)
        owe(order, StepKind.REVIEW, Holder(pool=Pool.REVIEW), at=at)
    elif referral.role == Role.SUBUNIT and referral.parent is not None:
        finish(referral, Status.PASSED, at=at, done=True)
        referral.parent.status = Status.ACCEPTED
        referral.parent.save(update_fields=["status"])
    _record(referral, "answered", by, note=internal_note, public=public_reply, outcome=outcome)
    return referral


def _record(referral: Referral, verb: str, by: User | None, *, note: str = "", public: str = "", **data: Any) -> None:
    record(
        referral.order,
        f"referral.{verb}",
        by=by,
        note=note,
        public=public,
        referral=referral.pk,
        unit=referral.department.name,
        role=referral.role,
        **data,
    )
