"""办结: the doors by which an order is closed, and what its closing does to those that ride with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from staff.models import User
from staff.now import now
from workorders import deadlines, workflow
from workorders.actions.desks import CALLBACK
from workorders.errors import Invalid
from workorders.models import Status, Step
from workorders.models.choices import Closing, DeclineReason, Outcome, StepKind
from workorders.models.order import WorkOrder
from workorders.steps import end_all, end_but_supervision, new_step_within
from workorders.timeline import lock, record

# Police, fire, ambulance, traffic police.
EMERGENCY_NUMBERS = ("110", "119", "120", "122")


@transaction.atomic
def answer_on_the_spot(
    order: WorkOrder, *, by: User, reply: str, outcome: str = Outcome.INFORMED, version: int | None = None
) -> WorkOrder:
    """直接答复: the agent answers, the order is closed and never leaves the hall."""
    order = lock(order.pk, version=version)
    workflow.ON_THE_SPOT.check(order, by)
    order.reply, order.outcome = reply, outcome
    shut(order, "workorder.answered_on_the_spot", by=by, closing=Closing.ON_THE_SPOT, public=reply, outcome=outcome)
    return order


@transaction.atomic
def decline(order: WorkOrder, *, by: User, reason: str, explanation: str, version: int | None = None) -> WorkOrder:
    """不予受理: one of nine grounds, and what the caller was told; an emergency is transferred at once."""
    order = lock(order.pk, version=version)
    workflow.DECLINE.check(order, by)
    if reason == DeclineReason.EMERGENCY and not any(number in explanation for number in EMERGENCY_NUMBERS):
        raise Invalid({"explanation": _("Say to which number the caller was transferred: 110, 119, 120 or 122.")})
    order.decline_reason, order.reply = reason, explanation
    shut(order, "workorder.declined", by=by, status=Status.DECLINED, public=explanation, reason=reason)
    return order


@transaction.atomic
def mark_invalid(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """无效: empty, harassing, a test call. Counted in no rate."""
    order = lock(order.pk, version=version)
    workflow.INVALIDATE.check(order, by)
    shut(order, "workorder.marked_invalid", by=by, status=Status.INVALID, note=reason)
    return order


@transaction.atomic
def close(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """免回访办结: closed without a callback, for a reason on record; counted as exempt, never as satisfied."""
    order = lock(order.pk, version=version)
    workflow.CLOSE.check(order, by)
    shut(order, "workorder.closed", by=by, closing=Closing.EXEMPT, note=reason)
    return order


SHUT = ("closed_at", "closing", "outcome", "reply", "decline_reason")
# What higher apps give up when an order is closed; they enter themselves when they are ready.
AT_CLOSING: list[Callable[[WorkOrder, datetime], None]] = []


LIFTED = "UPDATE workorders_supervision SET lifted_at = %s WHERE order_id = %s AND lifted_at IS NULL"


def _shut(order: WorkOrder, status: str, *, at: datetime, closing: str = "") -> None:
    """Nothing is owed any more. In memory and on the steps; `record` writes the order."""
    end_all(order, at=at)
    with connection.cursor() as cursor:
        cursor.execute(LIFTED, [at, order.pk])
    for give_up in AT_CLOSING:
        give_up(order, at)
    workflow.become(order, status)
    order.closed_at, order.closing = at, closing


def shut(
    order: WorkOrder,
    verb: str,
    *,
    by: User | None,
    closing: str = "",
    status: str = Status.CLOSED,
    note: str = "",
    public: str = "",
    **data: Any,
) -> None:
    """Close an order that is locked, and see to those that ride with it: each citizen gets an answer of his own."""
    _shut(order, status, at=now(), closing=closing)
    # `closing` is in the data of a closing entry and of no other: by it the audit knows one.
    carries = record(order, verb, by=by, note=note, public=public, changed=SHUT, closing=closing, **data)
    if carries:
        answer_riders(order, by=by)


def answer_riders(order: WorkOrder, *, by: User | None) -> None:
    """The order has its answer: so has everyone whose order rides with it."""
    for pk in order.merged.filter(status=Status.MERGED).order_by("pk").values_list("pk", flat=True):
        answer_rider(lock(pk), order, by=by)


def answer_rider(rider: WorkOrder, order: WorkOrder, *, by: User | None) -> None:
    """The order merged into has its answer: the citizen who rode with it is called back too, or needs no call."""
    rider.reply, rider.outcome = order.reply, order.outcome
    if rider.wants_callback():
        await_callback(rider, "workorder.answered_with", by=by, public=order.reply, into=order.number)
    else:
        _shut(rider, Status.CLOSED, at=now(), closing=Closing.EXEMPT)
        told: dict[str, Any] = {"public": order.reply, "into": order.number}
        record(rider, "workorder.answered_with", by=by, changed=SHUT, closing=rider.closing, **told)


def await_callback(order: WorkOrder, verb: str, *, by: User | None, public: str = "", **data: Any) -> bool:
    """The answer stands: the callback desk owes the citizen a call. Whether others ride with the order."""
    at = now()
    end_but_supervision(order, at=at, done=True)
    workflow.become(order, Status.AWAITING_CALLBACK)
    kinds = (StepKind.CALLBACK, StepKind.CLOSE_OUT)
    limits = deadlines.limits_for(order, kinds)
    Step.objects.bulk_create(new_step_within(order, limits[kind], CALLBACK, at=at) for kind in kinds)
    return record(order, verb, by=by, public=public, changed=("reply", "outcome", "merged_into"), **data)
