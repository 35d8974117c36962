"""受理: what a citizen brings becomes an order; it is corrected, noted on, and looked behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from staff.models import Area, User
from staff.now import now
from workorders import deadlines, workflow
from workorders.actions.desks import DISPATCH
from workorders.inserting import insert
from workorders.models import Caller, Category, Reveal, Status
from workorders.models.choices import Channel, Kind, StepKind, Urgency
from workorders.models.order import WorkOrder
from workorders.numbers import next_number, query_code
from workorders.steps import end_kinds, new_step_within
from workorders.timeline import entry, hold, lock, record

# What `amend` may change; status and clock change by moves only.
AMENDABLE = (
    "kind",
    "urgency",
    "category",
    "area",
    "address",
    "incident_at",
    "title",
    "content",
    "wants",
    "extra",
    "confidential",
    "reply_wanted",
)


@dataclass(frozen=True)
class Appeal:
    """What a citizen brings, as registered (诉求)."""

    category: Category
    title: str
    content: str
    channel: str = Channel.PHONE
    kind: str = Kind.HELP
    urgency: str = Urgency.NORMAL
    area: Area | None = None
    address: str = ""
    incident_at: datetime | None = None
    wants: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    confidential: bool = False
    reply_wanted: bool = True
    caller_name: str = ""
    caller_phone: str = ""
    caller_contact: str = ""
    source_number: str = ""


@transaction.atomic(savepoint=False)
def register(appeal: Appeal, *, by: User | None) -> WorkOrder:
    """受理: the appeal becomes a work order, held by the dispatch desk. `by` is empty for an import.

    What fails here takes along whatever it is a part of: there is nothing else to be done with half an appeal.
    """
    at = now()
    order = WorkOrder(
        number=next_number(appeal.channel, at),
        query_code=query_code(),
        source_number=appeal.source_number,
        channel=appeal.channel,
        kind=appeal.kind,
        urgency=appeal.urgency,
        category=appeal.category,
        area=appeal.area,
        address=appeal.address,
        incident_at=appeal.incident_at,
        title=appeal.title,
        content=appeal.content,
        wants=appeal.wants,
        extra=appeal.extra,
        confidential=appeal.confidential,
        reply_wanted=appeal.reply_wanted,
        has_caller=bool(appeal.caller_phone or appeal.caller_contact),
        status=Status.REGISTERED,
        registered_at=at,
        registered_by=by,
        version=1,
    )
    step = new_step_within(order, deadlines.limit_for(order, StepKind.REFER), DISPATCH, at=at)
    hold(order, step)
    rows: list[Model] = [order, step, entry(order, "workorder.registered", by=by, data={"channel": order.channel})]
    if appeal.caller_name or order.has_caller:
        rows.append(Caller.of(order, name=appeal.caller_name, phone=appeal.caller_phone, contact=appeal.caller_contact))
    insert(rows)
    return order


@transaction.atomic
def amend(order: WorkOrder, *, by: User, version: int | None = None, **values: Any) -> WorkOrder:
    """修改: correct what was registered. A changed urgency or kind moves no clock that already runs, but a citizen
    whose identity is kept from the unit from now on is not called by it: the first contact is owed no more."""
    order = lock(order.pk, version=version)
    workflow.AMEND.check(order, by)
    if unknown := set(values) - set(AMENDABLE):
        raise TypeError(f"amend does not take {sorted(unknown)}")
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    before = {name: _plain(getattr(order, name)) for name in changed}
    for name in changed:
        setattr(order, name, values[name])
    after = {name: _plain(getattr(order, name)) for name in changed}
    if workflow.hides_caller(order):
        end_kinds(order, StepKind.CONTACT, at=now(), done=False)
    if changed:
        record(order, "workorder.amended", by=by, changed=tuple(changed), before=before, after=after)
    return order


def _plain(value: Any) -> Any:
    """A value as the timeline keeps it."""
    return value if isinstance(value, str | bool | int | dict | None) else str(value)


@transaction.atomic
def note(order: WorkOrder, *, by: User, text: str, version: int | None = None) -> WorkOrder:
    """备注: an internal note on the timeline; the citizen never sees it."""
    order = lock(order.pk, version=version)
    workflow.NOTE.check(order, by)
    record(order, "workorder.noted", by=by, note=text, informative=True)
    return order


@transaction.atomic
def reveal(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> Caller | None:
    """查看来电人: show who called, for a reason; the look is on record before the name is on the page."""
    order = lock(order.pk, version=version)
    workflow.REVEAL.check(order, by)
    Reveal.objects.create(order=order, by=by, at=now(), reason=reason)
    record(order, "workorder.revealed", by=by, note=reason, informative=True)
    return Caller.objects.filter(order=order).first()
