"""督办 by the clock: what nobody acted on, and what lies with a department that is no more, goes to a supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from notices.actions import Message, tell
from workorders import deadlines
from workorders.actions import SUPERVISION
from workorders.batches import Entry, lock_some, record_many
from workorders.models import Reminder, Rung, Status, Step, Supervision, TimeLimit, WorkOrder
from workorders.models.choices import StepKind, Unit
from workorders.steps import new_step_within
from workorders.telling import supervisors


def escalate(at: datetime) -> int:
    """Nobody acted after the red card: a supervisor watches over the order as well. A batch of orders a transaction."""
    total = 0
    while count := _escalate_some(at):
        total += count
    return total


@transaction.atomic
def _escalate_some(at: datetime) -> int:
    due = Step.objects.open().filter(next_rung=Rung.SUPERVISION, next_rung_at__lte=at)
    orders = {
        order.pk: order for order in lock_some(WorkOrder.objects.filter(Exists(due.filter(order=OuterRef("pk")))))
    }
    steps = list(due.filter(order__in=orders).select_related("department").order_by("order_id", "id"))
    climbed = set(
        Reminder.objects.filter(step__in=steps, rung=Rung.SUPERVISION).values_list("step_id", "due_at")
    )  # for the same moment nobody is told twice; the last rung comes again, so the moment is its own, not the step's
    late = [step for step in steps if (step.pk, step.next_rung_at) not in climbed]
    Reminder.objects.bulk_create(
        Reminder(step=step, rung=Rung.SUPERVISION, due_at=step.next_rung_at or at, at=at) for step in late
    )
    again = deadlines.due_after(1, Unit.WORKING_DAYS, at).at  # above the supervisors is nobody: they hear of it daily
    done = Step.objects.filter(pk__in=[step.pk for step in steps])
    done.filter(kind=StepKind.SUPERVISE).update(next_rung_at=again)
    done.exclude(kind=StepKind.SUPERVISE).update(next_rung=None, next_rung_at=None)
    watched = set(Supervision.objects.filter(order__in=orders, lifted_at=None).values_list("order_id", flat=True))
    unwatched = dict.fromkeys(step.order_id for step in late if step.order_id not in watched)
    _watch([orders[pk] for pk in unwatched], Supervision.Ground.OVERDUE, at)
    record_many([Entry(orders[step.order_id], "clock.supervision", _what_was_due(step)) for step in late])
    return len(steps)


def _what_was_due(step: Step) -> dict[str, str]:
    unit = step.department.name if step.department else ""
    return {"step": step.kind, "due": step.due_at.isoformat(), "unit": unit}


def watch_switched_off(at: datetime) -> int:
    """A department was switched off with work in its hands: a supervisor has to see to it. Once an order."""
    total = 0
    while count := _watch_some(at):
        total += count
    return total


@transaction.atomic
def _watch_some(at: datetime) -> int:
    watched = Supervision.objects.filter(Q(lifted_at=None) | Q(ground=Supervision.Ground.SWITCHED_OFF))
    left = WorkOrder.objects.filter(holder_department__is_active=False).exclude(status=Status.MERGED)
    orders = lock_some(left.exclude(Exists(watched.filter(order=OuterRef("pk")))))
    ground = Supervision.Ground.SWITCHED_OFF
    _watch(orders, ground, at)
    record_many([Entry(order, "workorder.supervised", {"ground": ground.value}) for order in orders])
    audience = supervisors() if orders else []
    tell(
        Message(recipient=person, rule="supervised", key=f"order:{order.pk}:switched_off", case=order.number)
        for order in orders
        for person in audience
    )
    return len(orders)


def _watch(orders: Sequence[WorkOrder], ground: str, at: datetime) -> None:
    """Open a supervision on each of these locked orders, which have none; the caller records."""
    rows = list(TimeLimit.objects.filter(step=StepKind.SUPERVISE)) if orders else []
    steps: list[Step] = []
    for order in orders:
        limit = deadlines.most_specific(order, rows).get(StepKind.SUPERVISE)
        if limit is None:
            raise deadlines.NoLimit(StepKind.SUPERVISE.value)
        steps.append(new_step_within(order, limit, SUPERVISION, at=at))
    Step.objects.bulk_create(steps)
    Supervision.objects.bulk_create(
        Supervision(order=step.order, step=step, ground=ground, opened_at=at) for step in steps
    )
