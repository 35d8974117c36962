"""Which limit holds for a step, and when it falls due. Pure but for reading the limits and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from staff.calendar import Due, WorkingCalendar
from staff.calendars import current
from staff.reading import read
from workorders.models import Rung, Step, TimeLimit
from workorders.models.choices import Unit
from workorders.models.order import WorkOrder
from workorders.workflow import WITHOUT_LADDER

# Units the working calendar has no part in.
BY_CLOCK = (Unit.MINUTES, Unit.HOURS)

# A reminder goes out when this share of the limit has passed.
SOON = Decimal("0.8")


class NoLimit(LookupError):
    """No time limit is laid down for this step: an administrator has to add one."""


class Term(TypedDict):
    """One limit a due time was worked out from. Without a `start` it goes on where the one before ended (延期)."""

    amount: int
    unit: str
    start: NotRequired[str]


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


# The rows that may hold for an appeal of this kind, urgency and category; the categories above it count too.
LIMITS = """
SELECT row.* FROM workorders_timelimit AS row JOIN workorders_category AS category ON category.id = %s
WHERE row.step = ANY(%s) AND row.kind IN ('', %s) AND row.urgency IN ('', %s)
    AND (row.category_id IS NULL OR strpos(category.path, '/' || row.category_id || '/') > 0)
"""


def limits_for(order: WorkOrder, kinds: Iterable[str], *, rework: bool = False) -> dict[str, TimeLimit]:
    """The limit in force for each step kind of this order; one query.

    The most specific row wins: a rework row for a rework, then the deepest category, then urgency, then kind.
    """
    wanted = [str(kind) for kind in kinds]
    asked = [order.category_id, wanted, order.kind, order.urgency]
    best = most_specific(order, read(TimeLimit, LIMITS, asked), rework=rework)
    missing = [kind for kind in wanted if kind not in best]
    if missing:
        raise NoLimit(", ".join(missing))
    return best


def most_specific(order: WorkOrder, rows: Iterable[TimeLimit], *, rework: bool = False) -> dict[str, TimeLimit]:
    """Of these rows the one in force for each step kind of this order; most name no category, and none is read then."""
    best: dict[str, tuple[tuple[Any, ...], TimeLimit]] = {}
    for row in rows:
        if row.kind not in ("", order.kind) or row.urgency not in ("", order.urgency):
            continue
        lineage = order.category.lineage() if row.category_id else []
        if (row.for_rework and not rework) or (row.category_id and row.category_id not in lineage):
            continue
        # A life in danger does not wait for a rework's three days: urgency outranks the rest.
        depth = lineage.index(row.category_id) + 1 if row.category_id else 0
        rank = (row.urgency != "" and row.urgency != "normal", row.for_rework, depth, bool(row.urgency), bool(row.kind))
        if row.step not in best or rank > best[row.step][0]:
            best[row.step] = (rank, row)
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


def terms_of(limit: TimeLimit, start: datetime) -> list[Term]:
    """What a step under this limit is worked out from."""
    return [{"amount": limit.amount, "unit": limit.unit, "start": start.isoformat()}]


def ladder(
    kind: str, start: datetime, due_at: datetime, *, by_clock: bool, calendar: WorkingCalendar | None = None
) -> Ladder:
    """When to remind, to show the yellow and the red card, and to hand the matter to a supervisor.

    Yellow: one working day before due, where the limit is longer than that. Supervision: one working day after
    the red card; for limits in clock time, after half the limit again and at least half an hour. For supervision
    itself the last rung comes again each working day, so that it never falls silent.
    """
    if kind in WITHOUT_LADDER:
        return Ladder(None, None, due_at, None)
    calendar = calendar or current()
    length = due_at - start
    remind_at: datetime | None = start + length * float(SOON)
    yellow_at = None if by_clock else calendar.working_days_before(due_at, 1)
    if yellow_at is not None and yellow_at <= start:
        yellow_at = None
    if yellow_at is not None and remind_at is not None and remind_at >= yellow_at:
        remind_at = None  # the yellow card comes first and says the same
    if by_clock:
        escalate_at = due_at + max(length / 2, timedelta(minutes=30))
    else:
        escalate_at = calendar.add_working_days(due_at, 1).at
    return Ladder(remind_at, yellow_at, due_at, escalate_at)


def set_due(
    step: Step, due: Due, *, by_clock: bool, terms: Sequence[Term] = (), calendar: WorkingCalendar | None = None
) -> None:
    """Give an open step its due time, explanation and ladder; rungs climbed for an earlier due time count no more."""
    climb = ladder(step.kind, step.started_at, due.at, by_clock=by_clock, calendar=calendar)
    step.due_at, step.terms = due.at, list(terms)
    step.why = due.lines
    step.provisional = due.provisional
    step.remind_at, step.yellow_at, step.escalate_at = (climb.remind_at, climb.yellow_at, climb.escalate_at)
    if step.kind in WITHOUT_LADDER:
        step.next_rung = step.next_rung_at = None
    else:
        step.next_rung, step.next_rung_at = climb.rungs()[0]


def extend(step: Step, days: int) -> None:
    """延期: so many working days more, counted from the due time that was."""
    due = current().add_working_days(step.due_at, days)
    set_due(step, due, by_clock=False, terms=[*step.terms, {"amount": days, "unit": Unit.WORKING_DAYS}])


def work_out_anew(step: Step, calendar: WorkingCalendar) -> bool:
    """Work an open step's due time out again from its terms, by another calendar; whether the due time moved.

    The first due time moves with it: by the right calendar it never was another. A new due time has a new ladder;
    where it stays, only the rungs still ahead may come at other moments.
    """
    terms: list[Term] = step.terms
    dues: list[Due] = []
    for term in terms:
        start = datetime.fromisoformat(term["start"]) if "start" in term else dues[-1].at
        dues.append(due_after(term["amount"], term["unit"], start, calendar))
    before, rung, was_first = step.due_at, step.next_rung, step.first_due_at == step.due_at
    by_clock = all(term["unit"] in BY_CLOCK for term in terms)
    set_due(step, dues[-1], by_clock=by_clock, terms=terms, calendar=calendar)
    if was_first:
        step.first_due_at = step.due_at
    elif datetime.fromisoformat(terms[0].get("start", "")) == step.started_at:
        step.first_due_at = dues[0].at
    if step.due_at == before:
        ahead = list(Rung)[list(Rung).index(Rung(rung)) :] if rung else []
        _climb_from(step, lambda one, _when: one in ahead)
    return step.due_at != before


def climb_again(step: Step, at: datetime) -> None:
    """A step that starts on a ladder already begun: rungs behind are not repeated, but overdue it shows a red card."""
    _climb_from(step, lambda rung, when: when > at or rung == Rung.RED)


def _climb_from(step: Step, is_ahead: Callable[[Rung, datetime], bool]) -> None:
    """The next rung is the first that is still ahead."""
    rungs = Ladder(step.remind_at, step.yellow_at, step.due_at, step.escalate_at).rungs()
    step.next_rung, step.next_rung_at = next((one for one in rungs if is_ahead(*one)), (None, None))
