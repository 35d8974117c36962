"""Which limit holds for a step, and when it falls due. Pure but for reading the limits and the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from staff.calendar import Due, WorkingCalendar
from staff.calendars import current
from workorders.models import Rung, Step, TimeLimit
from workorders.models.choices import StepKind, Unit
from workorders.models.order import WorkOrder
from workorders.workflow import WITHOUT_LADDER

# A reminder goes out when this share of the limit has passed.
SOON = Decimal("0.8")


class NoLimit(LookupError):
    """No time limit is laid down for this step: an administrator has to add one."""


@dataclass(frozen=True)
class Ladder:
    """The moments at which the clock acts on a step that nobody ends."""

    remind_at: datetime | None
    yellow_at: datetime | None
    red_at: datetime
    escalate_at: datetime | None

    def rungs(self) -> list[tuple[Rung, datetime]]:
        """In climbing order."""
        named = [
            (Rung.DUE_SOON, self.remind_at),
            (Rung.YELLOW, self.yellow_at),
            (Rung.RED, self.red_at),
            (Rung.SUPERVISION, self.escalate_at),
        ]
        return [(rung, at) for rung, at in named if at is not None]


def limits_for(order: WorkOrder, kinds: Iterable[str], *, rework: bool = False) -> dict[str, TimeLimit]:
    """The limit in force for each step kind of this order; one query.

    The most specific row wins: a rework row for a rework, then the deepest category, then urgency, then kind.
    """
    wanted = list(kinds)
    lineage = order.category.lineage()
    rows = TimeLimit.objects.filter(step__in=wanted, kind__in=["", order.kind], urgency__in=["", order.urgency])
    best: dict[str, tuple[tuple[Any, ...], TimeLimit]] = {}
    for row in rows:
        if (row.for_rework and not rework) or (row.category_id and row.category_id not in lineage):
            continue
        # A life in danger does not wait for a rework's three days: urgency outranks the rest.
        depth = lineage.index(row.category_id) + 1 if row.category_id else 0
        rank = (row.urgency != "" and row.urgency != "normal", row.for_rework, depth, bool(row.urgency), bool(row.kind))
        if row.step not in best or rank > best[row.step][0]:
            best[row.step] = (rank, row)
    missing = [kind for kind in wanted if kind not in best]
    if missing:
        raise NoLimit(", ".join(missing))
    return {kind: row for kind, (_rank, row) in best.items()}


def limit_for(order: WorkOrder, kind: str, *, rework: bool = False) -> TimeLimit:
    """The one limit in force for a step."""
    return limits_for(order, [kind], rework=rework)[kind]


def due(limit: TimeLimit, start: datetime, calendar: WorkingCalendar | None = None) -> Due:
    """When a limit that starts now ends, with its explanation."""
    return due_after(limit.amount, limit.unit, start, calendar)


def due_after(amount: int, unit: str, start: datetime, calendar: WorkingCalendar | None = None) -> Due:
    """`amount` of `unit` after `start`; working units by the city's calendar, the others by the clock."""
    calendar = calendar or current()
    match unit:
        case Unit.MINUTES:
            return calendar.add_clock(start, timedelta(minutes=amount))
        case Unit.HOURS:
            return calendar.add_clock(start, timedelta(hours=amount))
        case Unit.WORKING_HOURS:
            return calendar.add_working_hours(start, Decimal(amount))
        case _:
            return calendar.add_working_days(start, amount)


def ladder(kind: str, start: datetime, due_at: datetime, *, by_clock: bool) -> Ladder:
    """When to remind, to show the yellow and the red card, and to hand the matter to a supervisor.

    Yellow: one working day before due, where the limit is longer than that. Supervision: one working day after
    the red card; for limits in clock time, after half the limit again and at least half an hour.
    """
    if kind in WITHOUT_LADDER:
        return Ladder(None, None, due_at, None)
    calendar = current()
    length = due_at - start
    remind_at: datetime | None = start + length * float(SOON)
    yellow_at = None if by_clock else calendar.working_days_before(due_at, 1)
    if yellow_at is not None and yellow_at <= start:
        yellow_at = None
    if yellow_at is not None and remind_at is not None and remind_at >= yellow_at:
        remind_at = None  # the yellow card comes first and says the same
    if kind == StepKind.SUPERVISE:
        escalate_at = None
    elif by_clock:
        escalate_at = due_at + max(length / 2, timedelta(minutes=30))
    else:
        escalate_at = calendar.add_working_days(due_at, 1).at
    return Ladder(remind_at, yellow_at, due_at, escalate_at)


def set_due(step: Step, due: Due, *, by_clock: bool) -> None:
    """Give an open step its due time, explanation and ladder; rungs climbed for an earlier due time count no more."""
    climb = ladder(step.kind, step.started_at, due.at, by_clock=by_clock)
    step.due_at = due.at
    step.why = due.lines
    step.provisional = due.provisional
    step.remind_at, step.yellow_at, step.escalate_at = (climb.remind_at, climb.yellow_at, climb.escalate_at)
    if step.kind in WITHOUT_LADDER:
        step.next_rung = step.next_rung_at = None
    else:
        step.next_rung, step.next_rung_at = climb.rungs()[0]


def climb_again(step: Step, at: datetime) -> None:
    """A step opened again keeps its due time; the rungs still ahead are climbed, those behind are not repeated."""
    climb = Ladder(step.remind_at, step.yellow_at, step.due_at, step.escalate_at)
    step.next_rung, step.next_rung_at = next(((rung, when) for rung, when in climb.rungs() if when > at), (None, None))
