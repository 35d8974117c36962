"""What a draft becomes: an order closed where it came from, with its dates, or an open one for our dispatch desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loading.importing.drafts import Draft
from loading.past.life import Life
from loading.past.limits import Limits
from referrals.models import Referral, Role, Status
from staff.models import Department
from workorders.actions import DISPATCH, Appeal
from workorders.models import Category, Step
from workorders.models import Status as OrderStatus
from workorders.models.choices import Closing, StepKind


def imported(
    draft: Draft, category: Category, unit: Department | None, *, table: str, at: datetime, limits: Limits
) -> Life:
    """The order of a row, taken in at the moment `at`.

    Historical moments are kept. What a table does not tell stays unknown: no answer, no callback, no signature is
    made up. An open order is new to this house: its first step starts now, not years ago.
    """
    extra: dict[str, Any] = dict(draft.extra)
    if draft.unit and not draft.is_closed:
        extra["unit"] = draft.unit
    if draft.is_closed and draft.closed_at is None:
        extra["closing_time"] = "unknown"
    appeal = Appeal(
        category=category,
        title=draft.title,
        content=draft.content,
        channel=draft.channel,
        kind=draft.kind,
        urgency=draft.urgency,
        address=draft.address,
        extra=extra,
        caller_phone=draft.phone,
        source_number=draft.number,
    )
    life = Life(appeal, limits, at=draft.registered_at, by=None)
    origin = {"channel": draft.channel, "table": table, "line": draft.line, "taken_in": at.isoformat()}
    life.enter("workorder.imported", draft.registered_at, None, **origin)
    if not draft.is_closed:
        life.owe(StepKind.REFER, DISPATCH, at)
        return life
    closed_at = draft.closed_at or draft.registered_at
    if unit is not None:
        life.order.lead_department = unit
        if draft.due_at is not None and draft.closed_at is not None:
            _part(life, unit, draft.due_at, draft.closed_at)
    life.order.status, life.order.closed_at = OrderStatus.CLOSED, closed_at
    life.order.closing, life.order.outcome = Closing.IMPORTED, draft.outcome
    life.enter("workorder.closed", closed_at, None, closing=Closing.IMPORTED)
    return life


def _part(life: Life, unit: Department, due_at: datetime, closed_at: datetime) -> None:
    """The unit's part, with the due time it was given: enough for on-time figures, and nothing that is not known.

    Nobody wrote down when the unit signed, so signing was not owed: that step is dropped, and counts in no rate.
    """
    order, began = life.order, life.order.registered_at
    steps = [
        Step(
            order=order,
            kind=kind,
            department=unit,
            started_at=began,
            due_at=due_at,
            first_due_at=due_at,
            ended_at=ended_at,
            done=done,
        )
        for kind, ended_at, done in ((StepKind.SIGN, began, False), (StepKind.ANSWER, closed_at, True))
    ]
    life.steps += steps
    part = Referral(
        order=order,
        department=unit,
        role=Role.LEAD,
        status=Status.PASSED,
        sent_at=began,
        return_until=began,
        answered_at=closed_at,
        passed_at=closed_at,
        ended_at=closed_at,
        sign_step=steps[0],
        answer_step=steps[1],
    )
    life.referrals.append(part)
    order.dispatches = 1
    life.enter("workorder.referred", began, None, part=part, lead=unit.name, supporting=[])
    life.enter("referral.answered", closed_at, None, part=part, unit=unit.name, role=part.role)
