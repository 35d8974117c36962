"""Everything that can be done in calling a citizen back; its moves stand in `workorders.workflow`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from callbacks.calling import ATTEMPTS, is_calling_time, next_try
from callbacks.models import Attempt, Callback, Resolution, Satisfaction, Status, Verdict
from referrals.actions import rework as send_again
from referrals.parts import lead_of
from staff.calendar import Due
from staff.models import Department, User
from staff.now import now
from workorders import workflow
from workorders.actions import shut, supervise
from workorders.errors import Invalid, NotAllowed
from workorders.models import Holder, Pool, Supervision, WorkOrder
from workorders.models import Status as OrderStatus
from workorders.models.choices import Closing, StepKind
from workorders.steps import end_kinds, new_step, owe
from workorders.timeline import lock, record

# In plain SQL, as every order is locked: the one is asked at each call, the other at each closing.
ROUNDS = "SELECT * FROM callbacks_callback WHERE order_id = %s ORDER BY round"
GIVEN_UP = """
UPDATE callbacks_callback SET status = 'dropped', next_try_at = NULL WHERE order_id = %s AND status = 'trying'
"""


def _trying(order: WorkOrder, at: datetime) -> Callback:
    """The round that goes on, or a new one that begins with this action and is not written yet."""
    rounds: list[Callback] = list(Callback.objects.raw(ROUNDS, [order.pk]))
    if rounds and rounds[-1].status == Status.TRYING:
        rounds[-1].order = order
        return rounds[-1]
    handled = lead_of(order.merged_into or order)
    department_id = handled.department_id if handled else None
    return Callback(order=order, round=len(rounds) + 1, department_id=department_id, opened_at=at)


@transaction.atomic
def record_attempt(order: WorkOrder, *, by: User, result: str, note: str = "", version: int | None = None) -> Callback:
    """未接通: the citizen was not reached. The next try falls into another half-day; after the last the order is
    closed as not reached: kept in the callback rate, out of satisfaction, never counted as satisfied."""
    order = lock(order.pk, version=version)
    workflow.ATTEMPT.check(order, by)
    at = now()
    if not is_calling_time(at):
        raise NotAllowed(_("Citizens are called from 8:30 to 12:00 and from 14:00 to 20:00."))
    callback = _trying(order, at)
    if callback.next_try_at is not None and at < callback.next_try_at:
        raise NotAllowed(_("The next try belongs into another half-day."))
    callback.attempt_count += 1
    if callback.attempt_count >= ATTEMPTS:
        callback.status, callback.next_try_at = Status.UNREACHABLE, None
        _not_reached(callback, at, by, result, note)
        shut(order, "callback.unreachable", by=by, closing=Closing.UNREACHABLE, note=note, result=result)
        return callback
    begins, ends = next_try(callback.attempt_count, callback.opened_at, at)
    callback.next_try_at = begins
    _not_reached(callback, at, by, result, note)
    old = order.steps.open().filter(kind=StepKind.CALLBACK).first()
    holder = old.holder if old else Holder(pool=Pool.CALLBACK)
    end_kinds(order, StepKind.CALLBACK, at=at)
    due = Due(at=ends, lines=[{"kind": "retry", "from": begins.isoformat(), "to": ends.isoformat()}], provisional=False)
    new_step(order, StepKind.CALLBACK, holder, due, at=at, by_clock=True).save()
    record(order, "callback.attempted", by=by, note=note, result=result, attempt=callback.attempt_count)
    return callback


def _not_reached(callback: Callback, at: datetime, by: User, result: str, note: str) -> None:
    callback.save()
    Attempt.objects.create(callback=callback, at=at, by=by, result=result, note=note)


@transaction.atomic
def record_result(
    order: WorkOrder,
    *,
    by: User,
    contacted: bool,
    resolution: str,
    satisfaction: int,
    manner: int | None = None,
    why_not: str = "",
    opinion: str = "",
    version: int | None = None,
) -> Callback:
    """回访结果: what the citizen said. Content: closed. Not content: a person decides within a limit."""
    order = lock(order.pk, version=version)
    workflow.RESULT.check(order, by)
    if resolution not in Resolution.values or satisfaction not in Satisfaction.values:
        raise Invalid({"resolution": _("Both questions need an answer.")})
    at = now()
    callback = _trying(order, at)
    callback.status, callback.completed_at, callback.completed_by = (Status.COMPLETED, at, by)
    callback.attempt_count, callback.next_try_at = callback.attempt_count + 1, None
    callback.contacted, callback.resolution = contacted, resolution
    callback.satisfaction, callback.manner = satisfaction, manner
    callback.why_not, callback.opinion = why_not, opinion
    if not callback.is_content and not why_not:
        raise Invalid({"why_not": _("Say why the citizen is not content.")})
    callback.save()
    said: dict[str, Any] = {
        "resolution": resolution,
        "satisfaction": satisfaction,
        "contacted": contacted,
        "round": callback.round,
    }
    if callback.is_content:
        shut(order, "callback.completed", by=by, closing=Closing.CALLED_BACK, note=opinion, **said)
        return callback
    end_kinds(order, StepKind.CALLBACK, StepKind.CLOSE_OUT, at=at)
    workflow.become(order, OrderStatus.DECIDING)
    owe(order, StepKind.DECIDE, Holder(pool=Pool.DECISION), at=at)
    record(order, "callback.completed", by=by, note=opinion, **said)
    if order.reworks and not order.supervisions.filter(lifted_at=None).exists():
        supervise(order, by=None, ground=Supervision.Ground.UNSATISFIED)
    return callback


@transaction.atomic
def rework(
    order: WorkOrder, *, by: User, instructions: str, lead: Department | None = None, version: int | None = None
) -> WorkOrder:
    """重办: the unit's fault; it does the matter again, under a new limit."""
    order = lock(order.pk, version=version)
    workflow.REWORK.check(order, by)
    _decide(order, Verdict.REWORK, instructions, by)
    send_again(order, by=by, instructions=instructions, lead=lead)
    order.refresh_from_db()
    return order


@transaction.atomic
def close_as_explained(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """解释办结: lawful and explained; the citizen's rating stays as given."""
    order = lock(order.pk, version=version)
    workflow.EXPLAINED.check(order, by)
    _decide(order, Verdict.EXPLAINED, reason, by)
    shut(order, "callback.closed_as_explained", by=by, closing=Closing.AS_EXPLAINED, note=reason)
    return order


@transaction.atomic
def exclude(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """剔除办结: beyond duty or unreasonable; out of the rates, on record with who decided and why."""
    order = lock(order.pk, version=version)
    workflow.EXCLUDE.check(order, by)
    _decide(order, Verdict.EXCLUDED, reason, by)
    shut(order, "callback.excluded", by=by, closing=Closing.EXCLUDED, note=reason)
    return order


def give_up(order: WorkOrder, at: datetime) -> None:
    """The order was closed by another door: nobody is called any more. Entered in `workorders.actions.AT_CLOSING`."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, [order.pk])


def _decide(order: WorkOrder, verdict: str, reason: str, by: User) -> None:
    callback = order.callbacks.latest("round")
    callback.verdict, callback.verdict_reason = verdict, reason
    callback.verdict_at, callback.verdict_by = now(), by
    callback.save(update_fields=["verdict", "verdict_reason", "verdict_at", "verdict_by"])
