"""催办 and 督办: pressure from the citizen and from above."""

from __future__ import annotations

from django.db import transaction

from staff.models import User
from staff.now import now
from workorders import workflow
from workorders.actions.desks import SUPERVISION
from workorders.models import Chase, Supervision
from workorders.models.choices import StepKind
from workorders.models.order import WorkOrder
from workorders.steps import end_kinds, owe, watch_again
from workorders.telling import LEADS, tell_lead
from workorders.timeline import lock, lock_rider, record


@transaction.atomic
def chase(order: WorkOrder, *, by: User, words: str, version: int | None = None) -> WorkOrder:
    """催办: the citizen asks again; it attaches to this order, and whoever handles the one it rides with hears it."""
    order, into = lock_rider(order.pk, version=version)
    workflow.CHASE.check(order, by)
    Chase.objects.create(order=order, at=now(), by=by, words=words)
    order.chases += 1
    record(order, "workorder.chased", by=by, note=words, changed=("chases",), informative=True)
    if into is not None:
        record(into, "workorder.chased", by=by, note=words, informative=True, number=order.number)
    tell_lead(into or order, "chased")
    return order


@transaction.atomic
def supervise(
    order: WorkOrder,
    *,
    by: User | None,
    reason: str = "",
    ground: str = Supervision.Ground.DECISION,
    version: int | None = None,
) -> WorkOrder:
    """督办: a supervisor watches over the order until he lifts it."""
    order = lock(order.pk, version=version)
    workflow.SUPERVISE.check(order, by)
    at = now()
    step = owe(order, StepKind.SUPERVISE, SUPERVISION, at=at)
    Supervision.objects.create(order=order, step=step, ground=ground, reason=reason, opened_at=at, opened_by=by)
    record(order, "workorder.supervised", by=by, note=reason, informative=True, ground=ground)
    tell_lead(order, "supervised", LEADS)
    return order


@transaction.atomic
def lift(order: WorkOrder, *, by: User, findings: str, version: int | None = None) -> WorkOrder:
    """解除督办: what the supervisor found; other steps go on, and what stays overdue comes back to him."""
    order = lock(order.pk, version=version)
    workflow.LIFT.check(order, by)
    at = now()
    end_kinds(order, StepKind.SUPERVISE, at=at)
    watch_again(order, at=at)
    order.supervisions.filter(lifted_at=None).update(lifted_at=at, lifted_by=by, findings=findings)
    record(order, "workorder.lifted", by=by, note=findings, informative=True)
    return order
