"""退单与延期: a department asks, the hotline rules; nothing is granted silently."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from referrals import workflow
from referrals.actions.handling import withdraw_below
from referrals.models import Extension, Referral, ReturnRequest, Role, Ruling, Status
from referrals.parts import copy_due, finish, lock_part, withdraw_live
from referrals.telling import tell_department
from staff.models import User
from staff.now import now
from workorders import deadlines
from workorders.actions import BACK, DISPATCH, back_to_dispatch
from workorders.errors import Invalid
from workorders.models.choices import StepKind
from workorders.steps import end, owe
from workorders.timeline import record


@transaction.atomic
def request_return(
    referral: Referral, *, by: User, reason: str, basis: str, version: int | None = None
) -> ReturnRequest:
    """申请退单: not ours, with a reason code and a legal basis. The clock runs on."""
    referral = lock_part(referral, workflow.REQUEST_RETURN, by, version)
    at = now()
    step = owe(referral.order, StepKind.RULE_RETURN, DISPATCH, at=at)
    request = ReturnRequest.objects.create(
        referral=referral, reason=reason, basis=basis, requested_at=at, requested_by=by, step=step
    )
    _record(referral, "return_requested", by, note=basis, reason=reason)
    return request


@transaction.atomic
def uphold_return(referral: Referral, *, by: User, ruling: str = "", version: int | None = None) -> Referral:
    """同意退单: the part ends; when it was the lead's, the order is back at dispatch to be referred anew."""
    referral = lock_part(referral, workflow.UPHOLD_RETURN, by, version)
    request = referral.pending_return()
    assert request is not None
    _rule(request, True, ruling, by)
    withdraw_below(referral)
    finish(referral, Status.RETURNED, at=now())
    if referral.role == Role.LEAD:
        withdraw_live(referral.order, at=now())
        back_to_dispatch(referral.order)
    _record(referral, "return_upheld", by, note=ruling, changed=BACK, reason=request.reason)
    return referral


@transaction.atomic
def refuse_return(referral: Referral, *, by: User, ruling: str, version: int | None = None) -> Referral:
    """不同意退单: handle it."""
    referral = lock_part(referral, workflow.REFUSE_RETURN, by, version)
    request = referral.pending_return()
    assert request is not None
    _rule(request, False, ruling, by)
    _record(referral, "return_refused", by, note=ruling, reason=request.reason)
    return referral


@transaction.atomic
def request_extension(referral: Referral, *, by: User, days: int, reason: str, version: int | None = None) -> Extension:
    """申请延期: before the due time, with a number of working days and a reason."""
    referral = lock_part(referral, workflow.REQUEST_EXTENSION, by, version)
    if not 1 <= days <= referral.extension_days:
        raise Invalid({"days": _t("From 1 to %(days)s working days.") % {"days": referral.extension_days}})
    at = now()
    step = owe(referral.order, StepKind.RULE_EXTENSION, DISPATCH, at=at)
    extension = Extension.objects.create(
        referral=referral,
        days=days,
        reason=reason,
        due_before=referral.answer_step.due_at,
        requested_at=at,
        requested_by=by,
        step=step,
    )
    _record(referral, "extension_requested", by, note=reason, days=days)
    return extension


@transaction.atomic
def grant_extension(
    referral: Referral, *, by: User, days: int | None = None, ruling: str = "", version: int | None = None
) -> Referral:
    """同意延期: counted from the due time that was; the first due time stays on record."""
    referral = lock_part(referral, workflow.GRANT_EXTENSION, by, version)
    extension = referral.pending_extension()
    assert extension is not None
    granted = extension.days if days is None else days
    if not 1 <= granted <= referral.extension_days:
        raise Invalid({"days": _t("From 1 to %(days)s working days.") % {"days": referral.extension_days}})
    step = referral.answer_step
    deadlines.extend(step, granted)
    step.save(update_fields=CLOCK)
    _extend_below(referral)
    extension.days, extension.due_after = granted, step.due_at
    extension.save(update_fields=["days", "due_after"])
    _rule(extension, True, ruling, by)
    _record(
        referral,
        "extension_granted",
        by,
        note=ruling,
        public=_t("The handling department was given more time, until %(until)s.")
        % {"until": f"{timezone.localtime(step.due_at):%Y-%m-%d %H:%M}"},
        days=granted,
        due=step.due_at.isoformat(),
    )
    return referral


def _extend_below(referral: Referral) -> None:
    """Sub-units, at any depth, have their bureau's time."""
    for part in referral.delegations.live().select_related("answer_step"):
        copy_due(part.answer_step, referral.answer_step, at=now())
        part.answer_step.save(update_fields=CLOCK)
        _extend_below(part)


CLOCK = ["due_at", "why", "terms", "provisional", "remind_at", "yellow_at", "escalate_at", "next_rung", "next_rung_at"]


@transaction.atomic
def refuse_extension(referral: Referral, *, by: User, ruling: str, version: int | None = None) -> Referral:
    """不同意延期: the due time stands."""
    referral = lock_part(referral, workflow.REFUSE_EXTENSION, by, version)
    extension = referral.pending_extension()
    assert extension is not None
    _rule(extension, False, ruling, by)
    _record(referral, "extension_refused", by, note=ruling, days=extension.days)
    return referral


def _rule(request: Ruling, granted: bool, ruling: str, by: User) -> None:
    end([request.step_id], at=now())
    request.granted, request.ruling = granted, ruling
    request.ruled_at, request.ruled_by = now(), by
    request.save(update_fields=["granted", "ruling", "ruled_at", "ruled_by"])


# A ruling is news to the department that asked.
NEWS = ("return_upheld", "return_refused", "extension_granted", "extension_refused")


def _record(referral: Referral, verb: str, by: User, **data: Any) -> None:
    record(referral.order, f"referral.{verb}", by=by, referral=referral.pk, unit=referral.department.name, **data)
    if verb in NEWS:
        tell_department(referral, verb)
