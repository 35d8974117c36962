"""Orders as the rows of a list: where each stands, and who owes the next thing on it, as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, TextChoices
from django.db.models.functions import Left
from django.urls import reverse

from desk.colours import colour
from desk.moments import Due, Moment, due, moment
from staff.models import User
from staff.now import now
from workorders.models import Status, Step, Urgency, WorkOrder
from workorders.models.choices import Channel, Pool, StepKind
from workorders.workflow import hides_caller

Words = dict[type[TextChoices], dict[str, str]]
# Where the number stands in the address that every row's is made from.
PLACE = "0number0"
# A row shows one line of what happened; the rest of a long text stays in the database.
OPENING = 250
SHOWN = (
    *("number", "status", "urgency", "confidential", "kind", "title", "channel", "address", "has_caller"),
    *("holder_pool", "next_step", "next_due_at", "registered_at", "closed_at", "category__name", "area__name"),
    *("holder_department__name", "holder_person__name", "holder_person__username"),
)


@dataclass(frozen=True)
class Row:
    """An order in a list; holder, step and due are empty where nothing is owed."""

    order: WorkOrder
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
    holders = orders.select_related("category", "area", "holder_department", "holder_person")
    return holders.annotate(opening=Left("content", OPENING)).only(*SHOWN)


def rows(orders: Iterable[WorkOrder], user: User) -> list[Row]:
    """The hotline's people see what is due next, a department's people what their own units owe; one query for all."""
    orders, at = list(orders), now()
    address = reverse("desk:dossier", args=[PLACE])
    own = _owed_by(user, orders) if user.department_id is not None else {}
    words: Words = {kind: _words(kind) for kind in (Status, Urgency, Channel, StepKind, Pool)}
    return [
        _row(order, address.replace(PLACE, order.number), _owed(order, user, own, words), words, at) for order in orders
    ]


def _words(choices: type[TextChoices]) -> dict[str, str]:
    """A closed list in the reader's language, translated once for all rows."""
    return {value: str(label) for value, label in choices.choices}


def _owed(order: WorkOrder, user: User, own: dict[int, Step], words: Words) -> tuple[str, str, datetime | None]:
    """Who owes what by when."""
    if user.department_id is None:
        holder = words[Pool][order.holder_pool] if order.holder_pool else order.holder_name
        return holder, words[StepKind].get(order.next_step or "", ""), order.next_due_at
    step = own.get(order.pk)
    return (str(step.department), words[StepKind][step.kind], step.due_at) if step else ("", "", None)


def _row(order: WorkOrder, url: str, owed: tuple[str, str, datetime | None], words: Words, at: datetime) -> Row:
    holder, step, due_at = owed
    return Row(
        order=order,
        url=url,
        status=words[Status][order.status],
        colour=colour(order.status),
        urgency=words[Urgency][order.urgency] if order.urgency != Urgency.NORMAL else "",
        channel=words[Channel][order.channel],
        holder=holder,
        step=step,
        due=due(due_at, at) if due_at else None,
        closed=moment(order.closed_at, at) if order.closed_at and not due_at else None,
    )


def _owed_by(user: User, orders: list[WorkOrder]) -> dict[int, Step]:
    """The most urgent step of the person's units on each order."""
    steps = Step.objects.open().filter(order__in=orders, department__in=user.units)
    urgent = steps.select_related("department").order_by("order_id", "due_at", "-id").distinct("order_id")
    return {step.order_id: step for step in urgent.only("order_id", "kind", "due_at", "department__name")}
