"""重新核算时限: when a year's notice is loaded or a day is edited, open due times are worked out anew, on the record.

Nobody has to say that the calendar changed: the clock compares the calendar in force with the one the open due times
were last worked out by (`Rescheduling`). So an edit is found whoever made it, and after any downtime.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from notices.actions import Message, tell
from staff.alone import Alone
from staff.calendar import WorkingCalendar
from staff.calendars import current
from workorders import deadlines
from workorders.batches import BATCH, Entry, lock_some, record_many
from workorders.models import Rescheduling, Step, WorkOrder
from workorders.models.order import WorkOrderQuerySet
from workorders.models.step import StepQuerySet
from workorders.telling import OFFICERS, Audience

logger = logging.getLogger(__name__)

# Processes go by a calendar they read a few seconds ago; so long after a change none does any more.
SETTLED = timedelta(seconds=20)
# The steps are gone through by one worker at a time; any number, but the same everywhere.
ALONE = 20_240_815

# What else rests on the calendar: apps above enter theirs. Called with the numbers of locked orders.
ALONGSIDE: list[Callable[[Collection[int], WorkingCalendar], None]] = []

WRITTEN = {
    **dict.fromkeys(("due_at", "first_due_at", "remind_at", "yellow_at", "escalate_at", "next_rung_at"), "timestamptz"),
    **dict.fromkeys(("why", "terms"), "jsonb"),
    **{"provisional": "boolean", "next_rung": "text"},
}
# One statement for a batch: the ORM's own takes a hundred times as long to put it together.
WRITE = f"""
UPDATE workorders_step AS step SET {", ".join(f"{name} = new.{name}" for name in WRITTEN)}
FROM jsonb_to_recordset(%s::jsonb) AS new (id bigint, {", ".join(f"{name} {kind}" for name, kind in WRITTEN.items())})
WHERE step.id = new.id
"""  # noqa: S608  names of our own columns


def reschedule(at: datetime) -> int:
    """If the calendar changed, work out anew what rests on it; returns how many due times moved. Safe to run twice."""
    calendar = current()
    fingerprint = calendar.fingerprint()
    latest = Rescheduling.objects.first()
    if latest is None or latest.calendar != fingerprint:
        latest = Rescheduling.objects.create(calendar=fingerprint, seen_at=at)
    if latest.done_at is not None or at - latest.seen_at < SETTLED:
        return 0
    with _alone() as mine:
        if not mine:
            return 0
        checked, moved = _go_through(calendar)
        latest.done_at, latest.checked, latest.moved = at, checked, moved
        latest.save(update_fields=["done_at", "checked", "moved"])
    logger.info("due times worked out anew", extra={"checked": checked, "moved": moved})
    return moved


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this worker is the one."""
    alone = Alone(ALONE)
    try:
        yield alone.holds()
    finally:
        alone.release()


def _resting() -> StepQuerySet:
    """Open steps whose due time the calendar may move."""
    return Step.objects.open().exclude(terms=[])


def _go_through(calendar: WorkingCalendar) -> tuple[int, int]:
    """Every open step that rests on the calendar, a batch of orders a transaction; what was locked comes last."""
    checked = moved = last = 0
    skipped: list[int] = []
    of_order = _resting().filter(order=OuterRef("pk"))
    while True:
        ahead = WorkOrder.objects.filter(Exists(of_order), pk__gt=last).order_by("pk")
        wanted = list(ahead.values_list("pk", flat=True)[:BATCH])
        if not wanted:
            break
        done, counts = _some(WorkOrder.objects.filter(pk__in=wanted), calendar)
        skipped += set(wanted) - done
        checked, moved, last = checked + counts[0], moved + counts[1], wanted[-1]
    for pk in skipped:
        counts = _one(pk, calendar)
        checked, moved = checked + counts[0], moved + counts[1]
    return checked, moved


@transaction.atomic
def _some(orders: WorkOrderQuerySet, calendar: WorkingCalendar) -> tuple[set[int], tuple[int, int]]:
    locked = lock_some(orders)
    return {order.pk for order in locked}, _work_out_anew(locked, calendar)


@transaction.atomic
def _one(pk: int, calendar: WorkingCalendar) -> tuple[int, int]:
    """One order that was in use, waited for."""
    orders = WorkOrder.objects.select_for_update(of=("self",)).filter(pk=pk)
    return _work_out_anew(list(orders), calendar)


def _work_out_anew(orders: Sequence[WorkOrder], calendar: WorkingCalendar) -> tuple[int, int]:
    by_pk = {order.pk: order for order in orders}
    steps = list(_resting().filter(order__in=by_pk).select_related("department").order_by("order_id", "id"))
    steps = [step for step in steps if not all(term["unit"] in deadlines.BY_CLOCK for term in step.terms)]
    changed, moved, entries = [], [], []
    for step in steps:
        before = [getattr(step, name) for name in WRITTEN]
        was = step.due_at
        if deadlines.work_out_anew(step, calendar):
            moved.append(step)
            data = {"step": step.kind, "due": step.due_at.isoformat(), "was": was.isoformat()}
            entries.append(Entry(by_pk[step.order_id], "workorder.rescheduled", data, informative=False))
        if before != [getattr(step, name) for name in WRITTEN]:
            changed.append(step)
    _write(changed)
    record_many(entries)
    for work_out in ALONGSIDE:
        work_out(by_pk, calendar)
    _tell(moved, by_pk)
    return len(steps), len(moved)


def _write(steps: Sequence[Step]) -> None:
    rows = [{"id": step.pk, **{name: getattr(step, name) for name in WRITTEN}} for step in steps]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(rows, default=datetime.isoformat)])


def _tell(moved: Sequence[Step], orders: dict[int, WorkOrder]) -> None:
    """The departments hear of it, once an order."""
    audience = Audience()
    held = {(step.order_id, step.department_id): step.department for step in moved if step.department}
    tell(
        Message(
            recipient=person,
            rule="rescheduled",
            key=f"order:{pk}:rescheduled:{orders[pk].version}",
            case=orders[pk].number,
            data={"unit": department.name},
        )
        for (pk, _department), department in held.items()
        for person in audience.of_department(department, OFFICERS)
    )
