"""审核: the hotline reads the lead's answer before the citizen is called."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from referrals import workflow
from referrals.models import Answer, Referral, Status
from referrals.parts import finish, lock_part, parts_of
from referrals.telling import tell_department
from staff.models import User
from staff.now import now
from workorders import deadlines
from workorders.actions import answer_riders, await_callback, shut
from workorders.models import Status as OrderStatus
from workorders.models.choices import Closing, StepKind
from workorders.steps import end_kinds
from workorders.timeline import record
from workorders.workflow import become


@transaction.atomic
def pass_answer(referral: Referral, *, by: User, comment: str = "", version: int | None = None) -> Referral:
    """审核通过: the answer stands; the citizen is called back, and so is everyone whose order was merged into this."""
    referral = lock_part(referral, workflow.PASS_ANSWER, by, version)
    order, at = referral.order, now()
    answer = _review(referral, True, comment, by)
    end_kinds(order, StepKind.REVIEW, at=at)
    others = parts_of(order, "status = 'answered' AND id <> %s", referral.pk)
    for part in (referral, *others):
        part.passed_at = at
        finish(part, Status.PASSED, at=at, done=True)
    order.reply, order.outcome = answer.public_reply, answer.outcome
    told: dict[str, Any] = {
        "note": comment,
        "public": answer.public_reply,
        "referral": referral.pk,
        "unit": referral.department.name,
    }
    if order.wants_callback():
        carries = await_callback(order, "referral.passed", by=by, **told)
        if carries:
            answer_riders(order, by=by)
    else:
        shut(order, "referral.passed", by=by, closing=Closing.EXEMPT, **told)
    return referral


@transaction.atomic
def send_back(referral: Referral, *, by: User, comment: str, version: int | None = None) -> Referral:
    """退回补正: the answer does not do; its clock opens again, with time enough to put it right."""
    referral = lock_part(referral, workflow.SEND_BACK, by, version)
    order, at = referral.order, now()
    _review(referral, False, comment, by)
    end_kinds(order, StepKind.REVIEW, at=at)
    become(order, OrderStatus.REFERRED)
    step = referral.answer_step
    limit = deadlines.limit_for(order, StepKind.CORRECT)
    due = deadlines.due(limit, at)
    step.ended_at, step.done = None, False
    if due.at > step.due_at:
        by_clock = limit.unit in deadlines.BY_CLOCK
        deadlines.set_due(step, due, by_clock=by_clock, terms=deadlines.terms_of(limit, at))
    else:
        deadlines.climb_again(step, at)
    step.save()
    referral.status, referral.answered_at, referral.answered_by = Status.ACCEPTED, None, None
    referral.save(update_fields=["status", "answered_at", "answered_by"])
    record(order, "referral.sent_back", by=by, note=comment, referral=referral.pk, unit=referral.department.name)
    tell_department(referral, "sent_back")
    return referral


def _review(referral: Referral, passed: bool, comment: str, by: User) -> Answer:
    answer = referral.answers.get(reviewed_at=None)
    answer.passed, answer.review = passed, comment
    answer.reviewed_at, answer.reviewed_by = now(), by
    answer.save(update_fields=["passed", "review", "reviewed_at", "reviewed_by"])
    return answer
