"""Everything that can be done to a work order by itself: the table of contents of the business.

Moves of an order that also touch its referrals are in `referrals.actions` (refer, recall, shelve, withdraw), those
that ask the citizen in `callbacks.actions`. Each action: lock, check, change, record, follow up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from staff.models import Area, User
from staff.now import now
from workorders import deadlines, workflow
from workorders.errors import Invalid
from workorders.models import Caller, Category, Chase, Holder, Pool, Reveal, Status, Step, Supervision
from workorders.models.choices import Channel, Closing, DeclineReason, Kind, Outcome, StepKind, Urgency
from workorders.models.order import WorkOrder
from workorders.numbers import next_number, query_code
from workorders.steps import end_all, end_but_supervision, end_kinds, new_step_within, owe, watch_again
from workorders.telling import LEADS, tell_lead
from workorders.timeline import enter, hold, lock, lock_rider, record

DISPATCH = Holder(pool=Pool.DISPATCH)
CALLBACK = Holder(pool=Pool.CALLBACK)
SUPERVISION = Holder(pool=Pool.SUPERVISION)

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


@transaction.atomic
def register(appeal: Appeal, *, by: User | None) -> WorkOrder:
    """受理: the appeal becomes a work order, held by the dispatch desk. `by` is empty for an import."""
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
    order.save(force_insert=True)
    step.order = order
    step.save(force_insert=True)
    if appeal.caller_name or order.has_caller:
        Caller.of(order, name=appeal.caller_name, phone=appeal.caller_phone, contact=appeal.caller_contact).save(
            force_insert=True
        )
    enter(order, "workorder.registered", by=by, data={"channel": order.channel})
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


# Police, fire, ambulance, traffic police.
EMERGENCY_NUMBERS = ("110", "119", "120", "122")


@transaction.atomic
def mark_invalid(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """无效: empty, harassing, a test call. Counted in no rate."""
    order = lock(order.pk, version=version)
    workflow.INVALIDATE.check(order, by)
    shut(order, "workorder.marked_invalid", by=by, status=Status.INVALID, note=reason)
    return order


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
def reveal(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> Caller | None:
    """查看来电人: show who called, for a reason; the look is on record before the name is on the page."""
    order = lock(order.pk, version=version)
    workflow.REVEAL.check(order, by)
    Reveal.objects.create(order=order, by=by, at=now(), reason=reason)
    record(order, "workorder.revealed", by=by, note=reason, informative=True)
    return Caller.objects.filter(order=order).first()


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
def close(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """免回访办结: closed without a callback, for a reason on record; counted as exempt, never as satisfied."""
    order = lock(order.pk, version=version)
    workflow.CLOSE.check(order, by)
    shut(order, "workorder.closed", by=by, closing=Closing.EXEMPT, note=reason)
    return order


@transaction.atomic
def reopen(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """重新受理: a supervisor opens a closed order again; it starts at the dispatch desk."""
    order = lock(order.pk, version=version)
    workflow.REOPEN.check(order, by)
    order.closed_at, order.closing, order.outcome, order.decline_reason = (None, "", "", "")
    order.dispatches, order.merged_into = 0, None
    back_to_dispatch(order)
    changed = ("closed_at", "closing", "outcome", "decline_reason", "dispatches", "merged_into", *BACK)
    record(order, "workorder.reopened", by=by, note=reason, changed=changed)
    return order


SHUT = ("closed_at", "closing", "outcome", "reply", "decline_reason")


# What higher apps give up when an order is closed; they enter themselves when they are ready.
AT_CLOSING: list[Callable[[WorkOrder, datetime], None]] = []


def _shut(order: WorkOrder, status: str, *, at: datetime, closing: str = "") -> None:
    """Nothing is owed any more. In memory and on the steps; `record` writes the order."""
    end_all(order, at=at)
    order.supervisions.filter(lifted_at=None).update(lifted_at=at)
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
    riders = list(order.merged.filter(status=Status.MERGED).order_by("pk"))
    _shut(order, status, at=now(), closing=closing)
    # `closing` is in the data of a closing entry and of no other: by it the audit knows one.
    record(order, verb, by=by, note=note, public=public, changed=SHUT, closing=closing, **data)
    for rider in riders:
        answer_rider(lock(rider.pk), order, by=by)


def answer_rider(rider: WorkOrder, order: WorkOrder, *, by: User | None) -> None:
    """The order merged into has its answer: the citizen who rode with it is called back too, or needs no call."""
    rider.reply, rider.outcome = order.reply, order.outcome
    if rider.wants_callback():
        await_callback(rider, "workorder.answered_with", by=by, public=order.reply, into=order.number)
    else:
        _shut(rider, Status.CLOSED, at=now(), closing=Closing.EXEMPT)
        told: dict[str, Any] = {"public": order.reply, "into": order.number}
        record(rider, "workorder.answered_with", by=by, changed=SHUT, closing=rider.closing, **told)


def await_callback(order: WorkOrder, verb: str, *, by: User | None, public: str = "", **data: Any) -> None:
    """The answer stands: the callback desk owes the citizen a call."""
    at = now()
    end_but_supervision(order, at=at, done=True)
    workflow.become(order, Status.AWAITING_CALLBACK)
    limits = deadlines.limits_for(order, [StepKind.CALLBACK, StepKind.CLOSE_OUT])
    for kind in (StepKind.CALLBACK, StepKind.CLOSE_OUT):
        new_step_within(order, limits[kind], CALLBACK, at=at).save()
    record(order, verb, by=by, public=public, changed=("reply", "outcome", "merged_into"), **data)
