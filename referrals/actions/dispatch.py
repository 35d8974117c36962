"""派单: the dispatch desk hands an order to departments, takes it back, shelves it, lets it go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referrals.models import Referral, Role
from referrals.parts import lead_of, send, withdraw_live
from staff.calendar import Due
from staff.calendars import current
from staff.models import Department, User
from staff.now import now
from workorders import workflow
from workorders.actions import BACK, SUPERVISION, back_to_dispatch, shut
from workorders.errors import Invalid
from workorders.models import Status, WorkOrder
from workorders.models.choices import StepKind
from workorders.steps import end_but_supervision, end_kinds, new_step
from workorders.timeline import lock, record

# A shelved case comes back within so long [default]: no promise without a day.
SHELVED_AT_MOST = timedelta(days=366)


@transaction.atomic
def refer(
    order: WorkOrder,
    *,
    by: User,
    lead: Department,
    supporting: Sequence[Department] = (),
    instructions: str = "",
    version: int | None = None,
) -> Referral:
    """派单: to one lead and any number of supporting departments; also after an upheld return (改派)."""
    order = lock(order.pk, version=version)
    workflow.REFER.check(order, by)
    return _dispatch(order, lead, supporting, by=by, instructions=instructions, verb="workorder.referred")


@transaction.atomic
def designate(
    order: WorkOrder,
    *,
    by: User,
    lead: Department,
    supporting: Sequence[Department] = (),
    instructions: str,
    version: int | None = None,
) -> Referral:
    """指定: from the third dispatch on the hotline names the owner; there is no return any more."""
    order = lock(order.pk, version=version)
    workflow.DESIGNATE.check(order, by)
    return _dispatch(
        order, lead, supporting, by=by, instructions=instructions, verb="workorder.designated", designated=True
    )


def _dispatch(
    order: WorkOrder,
    lead: Department,
    supporting: Sequence[Department],
    *,
    by: User | None,
    instructions: str,
    verb: str,
    designated: bool = False,
    follows: Referral | None = None,
) -> Referral:
    if lead in supporting:
        raise Invalid({"supporting": _("The lead cannot support itself.")})
    if not lead.is_active or not all(department.is_active for department in supporting):
        raise Invalid({"lead": _("This department takes no work any more.")})
    at = now()
    end_kinds(order, StepKind.REFER, StepKind.DECIDE, at=at)
    workflow.become(order, Status.REFERRED)
    part = send(order, lead, Role.LEAD, by=by, at=at, instructions=instructions, designated=designated, follows=follows)
    for department in dict.fromkeys(supporting):
        send(order, department, Role.SUPPORTING, by=by, at=at, instructions=instructions, follows=follows)
    order.dispatches += 1
    order.lead_department = lead
    record(
        order,
        verb,
        by=by,
        note=instructions,
        changed=("dispatches", "lead_department", "reworks", "merged_into"),
        referral=part.pk,
        lead=lead.name,
        supporting=[department.name for department in supporting],
    )
    return part


@transaction.atomic
def add_supporting(
    order: WorkOrder, *, by: User, department: Department, instructions: str = "", version: int | None = None
) -> Referral:
    """增派协办: one more department supports the lead."""
    order = lock(order.pk, version=version)
    workflow.SUPPORT.check(order, by)
    if order.referrals.live().filter(department=department).exists():
        raise Invalid({"department": _("This department has the order already.")})
    if not department.is_active:
        raise Invalid({"department": _("This department takes no work any more.")})
    part = send(order, department, Role.SUPPORTING, by=by, at=now(), instructions=instructions)
    record(
        order, "workorder.supporting_added", by=by, note=instructions, referral=part.pk, supporting=[department.name]
    )
    return part


@transaction.atomic
def recall(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """撤回: the dispatch desk takes the order back from its departments."""
    order = lock(order.pk, version=version)
    workflow.RECALL.check(order, by)
    parts = withdraw_live(order, at=now())
    back_to_dispatch(order)
    record(
        order,
        "workorder.recalled",
        by=by,
        note=reason,
        changed=BACK,
        departments=[part.department.name for part in parts],
    )
    return order


@transaction.atomic
def shelve(
    order: WorkOrder, *, by: User, reason: str, review_on: date, public: str = "", version: int | None = None
) -> WorkOrder:
    """挂账: reasonable but not solvable now; a supervisor's decision with a reason and the day it comes back."""
    order = lock(order.pk, version=version)
    workflow.SHELVE.check(order, by)
    at = now()
    if review_on <= timezone.localdate(at):
        raise Invalid({"review_on": _("The review date lies in the future.")})
    if review_on > timezone.localdate(at) + SHELVED_AT_MOST:
        raise Invalid({"review_on": _("A shelved case is looked at again within a year.")})
    withdraw_live(order, at=at)
    end_but_supervision(order, at=at)
    workflow.become(order, Status.SHELVED)
    order.lead_department = order.merged_into = None
    due = Due(at=review_at(review_on), lines=[{"kind": "review", "date": review_on.isoformat()}], provisional=False)
    new_step(order, StepKind.SHELF, SUPERVISION, due, at=at, by_clock=True).save()
    record(
        order,
        "workorder.shelved",
        by=by,
        note=reason,
        public=public,
        changed=("lead_department", "merged_into"),
        review_on=review_on.isoformat(),
    )
    return order


def review_at(day: date) -> datetime:
    """The opening of that day, or of the first working day after it."""
    start = datetime.combine(day, time(0), tzinfo=timezone.get_current_timezone())
    return current().next_open(start)


@transaction.atomic
def withdraw(order: WorkOrder, *, by: User, reason: str, version: int | None = None) -> WorkOrder:
    """撤单: the citizen takes the appeal back; no callback, and out of the rates' scope."""
    order = lock(order.pk, version=version)
    workflow.WITHDRAW.check(order, by)
    withdraw_live(order, at=now())
    shut(order, "workorder.withdrawn", by=by, status=Status.WITHDRAWN, note=reason)
    return order


@transaction.atomic
def rework(order: WorkOrder, *, by: User, instructions: str, lead: Department | None = None) -> Referral:
    """重办: a new referral with a new limit, following the old one. `callbacks` decides when, under the lock."""
    order = lock(order.pk)
    workflow.REWORK.check(order, by)
    old = lead_of(order) or (lead_of(order.merged_into) if order.merged_into else None)
    department = lead or (old.department if old else None)
    if department is None:
        raise Invalid({"lead": _("Nobody handled it before: name a department.")})
    order.reworks += 1
    order.merged_into, order.dispatches = None, 0  # it had an owner: what is counted is the search for one
    return _dispatch(order, department, (), by=by, instructions=instructions, verb="workorder.reworked", follows=old)
