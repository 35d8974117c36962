"""Open orders by who holds them and how late they are: as it stands now, whatever the period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversight.groups import By, Grouping, Scope
from oversight.records import ORDER
from staff.calendars import current
from workorders.models import Pool, WorkOrder
from workorders.models.order import WorkOrderQuerySet

# So many working days after its due time an order is not late any more but stuck.
STUCK_AFTER = 5
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """How an open order stands, told by shape and word; `css` is the colour that goes with them."""

    key: str
    css: str
    shape: str
    label: str | Promise


LATENESS = (
    Lateness("on_time", "fine", "●", _("on time")),
    Lateness("soon", "soon", "▲", _("due soon")),
    Lateness("late", "late", "■", _("overdue")),
    Lateness("stuck", "late", "■■", _("overdue more than 5 working days")),
)
# Both kinds of late together, as the sentence at the head of the board counts them.
OVERDUE = Lateness("overdue", "late", "■", _("overdue"))
EVERY = {one.key: one for one in (*LATENESS, OVERDUE)}

# The key of what people have taken from a desk.
PEOPLE = "people"


def standing(key: str, at: datetime) -> Q:
    """The condition on open orders of one lateness."""
    stuck = current().working_days_before(at, STUCK_AFTER)
    match key:
        case "on_time":
            return Q(next_due_at__gte=at + SOON)
        case "soon":
            return Q(next_due_at__gte=at, next_due_at__lt=at + SOON)
        case "late":
            return Q(next_due_at__lt=at, next_due_at__gte=stuck)
        case "stuck":
            return Q(next_due_at__lt=stuck)
        case "overdue":
            return Q(next_due_at__lt=at)
        case _:
            return Q()


def held_by(key: str, departments: Grouping) -> Q | None:
    """The condition on orders of a holder's key; None when there is no such holder."""
    kind, _colon, code = key.partition(":")
    if kind == PEOPLE:
        return Q(holder_person__isnull=False)
    if kind == "desk":
        return Q(holder_pool=code) if code in Pool.values else None
    group = departments.find(code) if kind == By.DEPARTMENT else None
    return Q(holder_department__in=group.ids) if group is not None else None


def holder_words(key: str, departments: Grouping) -> str:
    """What a holder's key is called."""
    kind, _colon, code = key.partition(":")
    if kind == PEOPLE:
        return str(_("taken by a person"))
    if kind == "desk":
        return str(Pool(code).label)
    group = departments.find(code)
    return group.label if group is not None else ""


@dataclass
class Held:
    """One holder's open orders, by lateness; `overdue` are those overdue of a period's orders."""

    key: str
    label: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overdue: int = 0


def open_orders(scope: Scope) -> WorkOrderQuerySet:
    """The open orders the board is narrowed to."""
    return WorkOrder.objects.open().filter(scope.narrow(ORDER)).order_by()


def by_holder(scope: Scope, departments: Grouping, at: datetime, cohort: Q) -> list[Held]:
    """Desks first, then departments, the latest first; one query. `cohort`: which orders the period speaks of."""
    counts: dict[str, Any] = {one.key: Count("pk", filter=standing(one.key, at)) for one in LATENESS}
    overdue = Count("pk", filter=standing("overdue", at) & cohort)
    rows = open_orders(scope).values_list("holder_pool", "holder_department").annotate(overdue=overdue, **counts)
    found: dict[str, Held] = {}
    for pool, department, overdue_here, *numbers in rows:
        key = holder_key(pool, department, departments)
        held = found.setdefault(key, Held(key, holder_words(key, departments)))
        for one, number in zip(LATENESS, numbers, strict=True):
            held.counts[one.key] += int(number)
        held.overdue += overdue_here
    desks = [f"desk:{pool}" for pool in Pool.values] + [PEOPLE]
    first = [found.pop(key) for key in desks if key in found]
    return first + sorted(
        found.values(), key=lambda held: (-held.counts["stuck"], -held.counts["late"], -sum(held.counts.values()))
    )


def holder_key(pool: str | None, department: int | None, departments: Grouping) -> str:
    """The key of the row a holder counts in."""
    if pool is not None:
        return f"desk:{pool}"
    if department is not None:
        return f"{By.DEPARTMENT}:{departments.group_of(department).key}"
    return PEOPLE
