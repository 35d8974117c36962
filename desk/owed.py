"""Orders as the rows of a list: where each stands, and who owes the next thing on it, as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextChoices, TextField
from django.db.models.expressions import RawSQL
from django.urls import reverse

from desk.colours import colour
from desk.moments import Due, Moment, due, moment
from desk.words import words
from staff.models import User
from staff.now import now
from workorders.models import Status, Step, Urgency, WorkOrder
from workorders.models.choices import Channel, Pool, StepKind
from workorders.workflow import hides_caller

Words = Mapping[type[TextChoices], Mapping[str, str]]
# Who owes what by when.
Owed = tuple[str, str, datetime | None]
# Where the number stands in the address that every row's is made from.
PLACE = "0number0"
# A row shows one line of what happened; the rest of a long text stays in the database.
OPENING = 250
SHOWN = (
    *("number", "status", "urgency", "confidential", "kind", "title", "channel", "address", "has_caller"),
    *("holder_pool", "next_step", "next_due_at", "registered_at", "closed_at"),
)
# What stands beside an order in a row, as names alone. Plain SQL, a name at a time: as joins these four took longer to
# put together here, and to plan there, than all the rest of finding fifty orders.
BESIDE = {
    "opening": f"left(workorders_workorder.content, {OPENING})",
    "category_name": "SELECT name FROM workorders_category WHERE id = workorders_workorder.category_id",
    "area_name": "SELECT name FROM staff_area WHERE id = workorders_workorder.area_id",
    "unit_name": "SELECT name FROM staff_department WHERE id = workorders_workorder.holder_department_id",
    "person_name": "SELECT coalesce(nullif(name, ''), username) FROM staff_user"
    " WHERE id = workorders_workorder.holder_person_id",
}


@dataclass(frozen=True)
class Row:
    """An order, with what `listed` puts beside it; holder, step and due are empty where nothing is owed."""

    order: Any
    url: str
    status: str
    colour: str
    urgency: str
    channel: str
    holder: str
    step: str
    due: Due | None
    closed: Moment | None

    @property
    def shows_caller(self) -> bool:
        """Whether a handling unit may ask for the citizen's number."""
        return self.order.has_caller and not hides_caller(self.order)


def listed(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Orders with what a row shows, and no more."""
    beside = {name: RawSQL(said, (), TextField()) for name, said in BESIDE.items()}  # noqa: S611  the sentences above
    return orders.annotate(**beside).only(*SHOWN)


def rows(orders: Iterable[WorkOrder], user: User) -> list[Row]:
    """Of orders as `listed` has them: the hotline's people see what is due next, a department's people what their own
    units owe; one query for all."""
    orders, at = list(orders), now()
    address = reverse("desk:dossier", args=[PLACE])
    told: Words = {kind: words(kind) for kind in (Status, Urgency, Channel, StepKind, Pool)}
    own = _owed_by(user, orders, told) if user.department_id is not None else None
    return [_row(order, address.replace(PLACE, order.number), _owed(order, own, told), told, at) for order in orders]


def _owed(order: Any, own: dict[int, Owed] | None, told: Words) -> Owed:
    if own is not None:
        return own.get(order.pk, ("", "", None))
    holder = told[Pool][order.holder_pool] if order.holder_pool else order.unit_name or order.person_name or ""
    return holder, told[StepKind].get(order.next_step or "", ""), order.next_due_at


def _row(order: WorkOrder, url: str, owed: Owed, told: Words, at: datetime) -> Row:
    holder, step, due_at = owed
    return Row(
        order=order,
        url=url,
        status=told[Status][order.status],
        colour=colour(order.status),
        urgency=told[Urgency][order.urgency] if order.urgency != Urgency.NORMAL else "",
        channel=told[Channel][order.channel],
        holder=holder,
        step=step,
        due=due(due_at, at) if due_at else None,
        closed=moment(order.closed_at, at) if order.closed_at and not due_at else None,
    )


def _owed_by(user: User, orders: list[WorkOrder], told: Words) -> dict[int, Owed]:
    """The most urgent step of the person's units on each order."""
    steps = Step.objects.open().filter(order__in=orders, department__in=user.units)
    urgent = steps.order_by("order_id", "due_at", "-id").distinct("order_id")
    found = urgent.values_list("order_id", "department__name", "kind", "due_at")
    return {order: (unit, told[StepKind][kind], due_at) for order, unit, kind, due_at in found}
