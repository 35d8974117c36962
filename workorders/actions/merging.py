"""并单: many callers, one matter."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from staff.models import User
from staff.now import now
from workorders import workflow
from workorders.actions.desks import back_to_dispatch
from workorders.errors import Invalid
from workorders.models import Status, Step
from workorders.models.choices import StepKind
from workorders.models.order import WorkOrder
from workorders.steps import end_but_supervision
from workorders.timeline import lock, lock_rider, record


@transaction.atomic
def merge(order: WorkOrder, *, by: User, into: WorkOrder, version: int | None = None) -> WorkOrder:
    """并单: the same matter is handled once; this citizen still gets a callback of his own."""
    if into.pk == order.pk:
        raise Invalid({"into": _("An order cannot be merged into itself.")})
    # By their keys, so that two orders merged into each other at once do not wait for each other for ever.
    both = {pk: lock(pk, version=version if pk == order.pk else None) for pk in sorted((order.pk, into.pk))}
    order, into = both[order.pk], both[into.pk]
    workflow.MERGE.check(order, by)
    if not into.is_open or into.status == Status.MERGED:
        raise Invalid({"into": _("Only an open order that is not merged itself takes others in.")})
    at = now()
    end_but_supervision(order, at=at)
    workflow.become(order, Status.MERGED)
    order.merged_into = into
    holder, due_at = into.holder, into.next_due_at
    assert holder is not None and due_at is not None
    Step.objects.create(
        order=order,
        kind=StepKind.FOLLOW,
        pool=holder.pool,
        department_id=holder.department_id,
        person_id=holder.person_id,
        started_at=at,
        due_at=due_at,
        first_due_at=due_at,
        why=[{"kind": "follows", "number": into.number}],
    )
    record(order, "workorder.merged", by=by, changed=("merged_into",), into=into.number)
    record(into, "workorder.joined", by=by, informative=True, number=order.number)
    return order


@transaction.atomic
def unmerge(order: WorkOrder, *, by: User | None, version: int | None = None) -> WorkOrder:
    """撤销并单: back to the dispatch desk, as an order of its own."""
    order, into = lock_rider(order.pk, version=version)
    workflow.UNMERGE.check(order, by)
    back_to_dispatch(order)
    order.merged_into = None
    record(order, "workorder.unmerged", by=by, changed=("merged_into",), into=into.number if into else "")
    if into is not None:
        record(into, "workorder.left", by=by, informative=True, number=order.number)
    return order
