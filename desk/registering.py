"""How a call ends: what the intake's buttons do, and what the caller can be told about the answer."""

from __future__ import annotations

from django.db import transaction

from desk.forms import IntakeForm
from staff.calendar import Due
from staff.models import User
from staff.now import now
from workorders import actions, deadlines
from workorders.models import Status, WorkOrder
from workorders.models.choices import StepKind


@transaction.atomic
def finish(form: IntakeForm, *, by: User) -> WorkOrder:
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
