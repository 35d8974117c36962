"""How a call ends: what the intake's buttons do, and what the caller can be told about the answer."""

from __future__ import annotations

from hashlib import sha256

from desk.forms import IntakeForm
from staff.calendar import Due
from staff.models import User
from staff.now import now
from workorders import actions, deadlines
from workorders.idempotency import Answer, once
from workorders.models import Status, WorkOrder
from workorders.models.choices import StepKind


def finish(form: IntakeForm, *, typed: str, key: str, by: User) -> str:
    """Finish the call and answer the order's number. A form that is sent again, because no answer came or because the
    button was pressed twice, is the same call; with other words it is another one."""

    def done() -> Answer:
        return 302, _end(form, by=by).number

    _status, number = once(f"{key[:80]}:{sha256(typed.encode()).hexdigest()}", {}, done, by=by)
    return str(number)


def _end(form: IntakeForm, *, by: User) -> WorkOrder:
    """The appeal and its end are one: an answer that cannot be given leaves no half-registered order.

    Joining another order registers this caller's appeal and merges it (并单), so he gets a callback of his own; a
    caller who asks after his own live order chases it (催办), and no second order is made.
    """
    data = form.cleaned_data
    if form.end == "chase":
        return actions.chase(form.joined, by=by, words=data["content"])
    order = actions.register(form.appeal(), by=by)
    match form.end:
        case "join":
            return actions.merge(order, by=by, into=form.joined)
        case "answer":
            return actions.answer_on_the_spot(order, by=by, reply=data["reply"], outcome=data["outcome"])
        case "decline":
            return actions.decline(order, by=by, reason=data["decline_reason"], explanation=data["reply"])
        case _:
            return order


def expected_answer(order: WorkOrder) -> Due | None:
    """By when a department referred to now would have to answer; None where nothing is expected any more."""
    if order.status != Status.REGISTERED:
        return None
    return deadlines.due(deadlines.limit_for(order, StepKind.ANSWER), now())
