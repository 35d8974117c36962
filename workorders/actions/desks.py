"""What lies on a desk, and what comes back to one."""

from __future__ import annotations

from django.db import transaction

from staff.models import User
from staff.now import now
from workorders import workflow
from workorders.models import Holder, Pool, Status
from workorders.models.choices import Erased, StepKind
from workorders.models.order import WorkOrder
from workorders.steps import end_but_supervision, owe
from workorders.timeline import lock, record

DISPATCH = Holder(pool=Pool.DISPATCH)
CALLBACK = Holder(pool=Pool.CALLBACK)
SUPERVISION = Holder(pool=Pool.SUPERVISION)


# What `back_to_dispatch` changes besides status, holder and due time.
BACK = ("lead_department",)


def back_to_dispatch(order: WorkOrder) -> None:
    """Whatever was owed is dropped but supervision, nobody leads, and the dispatch desk owes a decision again."""
    at = now()
    end_but_supervision(order, at=at)
    workflow.become(order, Status.REGISTERED)
    order.lead_department = None
    owe(order, StepKind.REFER, DISPATCH, at=at)


@transaction.atomic
def take(order: WorkOrder, *, by: User, version: int | None = None) -> WorkOrder:
    """认领: a person takes the order off its desk; the due time stays."""
    order = lock(order.pk, version=version)
    workflow.TAKE.check(order, by)
    order.steps.open().filter(pool=order.holder_pool).update(pool=None, person=by)
    record(order, "workorder.taken", by=by, informative=True, pool=order.holder_pool or "")
    return order


@transaction.atomic
def release(order: WorkOrder, *, by: User, version: int | None = None) -> WorkOrder:
    """退回岗位: back to the desk it was taken from, by whoever took it or by a supervisor."""
    order = lock(order.pk, version=version)
    workflow.RELEASE.check(order, by)
    for step in order.steps.open().filter(person=order.holder_person):
        step.pool, step.person = workflow.DESK_OF[StepKind(step.kind)], None
        step.save(update_fields=["pool", "person"])
    record(order, "workorder.released", by=by, informative=True)
    return order


@transaction.atomic
def resume(order: WorkOrder, *, by: User | None, version: int | None = None) -> WorkOrder:
    """恢复办理: off the shelf, by a supervisor or by the clock on the review date, back to the dispatch desk."""
    order = lock(order.pk, version=version)
    workflow.RESUME.check(order, by)
    order.dispatches = 0
    back_to_dispatch(order)
    record(order, "workorder.resumed", by=by, changed=("dispatches", *BACK))
    return order


@transaction.atomic
def reopen(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """重新受理: a supervisor opens a closed order again; it starts at the dispatch desk."""
    order = lock(order.pk, version=version)
    workflow.REOPEN.check(order, by)
    order.closed_at, order.closing, order.outcome, order.decline_reason = (None, "", "", "")
    order.dispatches, order.merged_into, order.erased = (
        0,
        None,
        Erased.NOTHING,
    )  # what is written from now on goes again
    back_to_dispatch(order)
    changed = ("closed_at", "closing", "outcome", "decline_reason", "dispatches", "merged_into", "erased", *BACK)
    record(order, "workorder.reopened", by=by, note=reason, changed=changed)
    return order
