"""Opening and ending what is owed. Called by actions, under the order's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from staff.calendar import Due
from workorders import deadlines
from workorders.models import Holder, Rung, Step, TimeLimit
from workorders.models.choices import Unit
from workorders.models.order import WorkOrder
from workorders.workflow import WITHOUT_LADDER


def new_step(
    order: WorkOrder,
    kind: str,
    holder: Holder,
    due: Due,
    *,
    at: datetime,
    by_clock: bool,
    terms: Sequence[deadlines.Term] = (),
) -> Step:
    """An unsaved open step with its ladder."""
    step = Step(
        order=order,
        kind=kind,
        pool=holder.pool,
        department_id=holder.department_id,
        person_id=holder.person_id,
        started_at=at,
        first_due_at=due.at,
    )
    deadlines.set_due(step, due, by_clock=by_clock, terms=terms)
    return step


def new_step_within(order: WorkOrder, limit: TimeLimit, holder: Holder, *, at: datetime, kind: str = "") -> Step:
    """An unsaved step for a limit (one row of the limit table)."""
    due, by_clock = deadlines.due(limit, at), limit.unit in deadlines.BY_CLOCK
    terms = deadlines.terms_of(limit, at)
    return new_step(order, kind or limit.step, holder, due, at=at, by_clock=by_clock, terms=terms)


def owe(order: WorkOrder, kind: str, holder: Holder, *, at: datetime, rework: bool = False) -> Step:
    """Open a step by the limit in force."""
    step = new_step_within(order, deadlines.limit_for(order, kind, rework=rework), holder, at=at)
    step.save()
    return step


END = """
UPDATE workorders_step SET ended_at = %s, done = %s, next_rung = NULL, next_rung_at = NULL
WHERE ended_at IS NULL AND """


def _end(which: str, *values: int | list[int] | list[str], at: datetime, done: bool) -> None:
    """End the open ones of these steps: done, or dropped because they are owed no more; one plain statement."""
    with connection.cursor() as cursor:
        cursor.execute(END + which, [at, done, *values])


def end(steps: Iterable[int | None], *, at: datetime) -> None:
    """End steps that are done, by their keys; an ended one stays as it ended."""
    _end("id = ANY(%s)", [pk for pk in steps if pk is not None], at=at, done=True)


def end_kinds(order: WorkOrder, *kinds: str, at: datetime, done: bool = True) -> None:
    """End the order's open steps of these kinds."""
    _end("order_id = %s AND kind = ANY(%s)", order.pk, [str(kind) for kind in kinds], at=at, done=done)


def end_but_supervision(order: WorkOrder, *, at: datetime, done: bool = False) -> None:
    """End what is owed; supervision alone goes on until it is lifted or the order is closed."""
    _end("order_id = %s AND kind <> 'supervise'", order.pk, at=at, done=done)


def watch_again(order: WorkOrder, *, at: datetime) -> None:
    """Supervision was lifted: what has climbed its whole ladder and is owed still comes back to a supervisor, unless
    it is done within a working day."""
    silent = order.steps.open().filter(next_rung=None).exclude(kind__in=WITHOUT_LADDER)
    silent.update(next_rung=Rung.SUPERVISION, next_rung_at=deadlines.due_after(1, Unit.WORKING_DAYS, at).at)


def end_all(order: WorkOrder, *, at: datetime) -> None:
    """Nothing is owed any more: drop whatever is open."""
    _end("order_id = %s", order.pk, at=at, done=False)
