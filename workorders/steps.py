"""Opening and ending what is owed. Called by actions, under the order's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from staff.calendar import Due
from workorders import deadlines
from workorders.models import Holder, Rung, Step, TimeLimit
from workorders.models.choices import StepKind, Unit
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


def end(steps: Iterable[Step], *, at: datetime, done: bool = True) -> None:
    """End open steps: done, or dropped because they are owed no more."""
    for step in steps:
        step.ended_at, step.done = at, done
        step.next_rung = step.next_rung_at = None
        step.save(update_fields=["ended_at", "done", "next_rung", "next_rung_at"])


def end_kinds(order: WorkOrder, *kinds: str, at: datetime, done: bool = True) -> None:
    """End the order's open steps of these kinds; one statement."""
    order.steps.open().filter(kind__in=kinds).update(ended_at=at, done=done, next_rung=None, next_rung_at=None)


def end_but_supervision(order: WorkOrder, *, at: datetime, done: bool = False) -> None:
    """End what is owed; supervision alone goes on until it is lifted or the order is closed."""
    end_kinds(order, *(kind for kind in StepKind if kind != StepKind.SUPERVISE), at=at, done=done)


def watch_again(order: WorkOrder, *, at: datetime) -> None:
    """Supervision was lifted: what has climbed its whole ladder and is owed still comes back to a supervisor, unless
    it is done within a working day."""
    silent = order.steps.open().filter(next_rung=None).exclude(kind__in=WITHOUT_LADDER)
    silent.update(next_rung=Rung.SUPERVISION, next_rung_at=deadlines.due_after(1, Unit.WORKING_DAYS, at).at)


def end_all(order: WorkOrder, *, at: datetime) -> None:
    """Nothing is owed any more: drop whatever is open."""
    order.steps.open().update(ended_at=at, done=False, next_rung=None, next_rung_at=None)
