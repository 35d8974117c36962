"""Everything about one order on one page, gathered in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Value
from django.urls import reverse

from callbacks.models import Callback
from desk import verbs
from desk.colours import colour
from desk.moments import Moment, moment
from referrals import workflow as referral_workflow
from referrals.models import Answer, Referral
from staff.models import Department, User
from staff.now import now
from workorders import workflow
from workorders.models import Caller, Event, Status, Step, WorkOrder
from workorders.workflow import Move, hides_caller, open_moves

RELATED = 5
# So many entries of the clock in a row are folded behind the latest.
FOLDED_FROM = 3
# What is shown of a step and of an entry; whole people and departments are not read for their names.
STEP = (
    *("order", "kind", "pool", "due_at", "why", "provisional"),
    *("department__name", "person__name", "person__username"),
)
EVENT = ("order", "by", "verb", "at", "department", "note", "public", "data", "informative", "by__name", "by__username")


@dataclass(frozen=True)
class Part:
    """A referral with the moves open on it."""

    referral: Referral
    moves: list[Move]
    answers: list[Any]

    @property
    def passed(self) -> int:
        """How much of the time to answer has gone, in per cent."""
        step, at = self.referral.answer_step, now()
        whole = (step.due_at - self.referral.sent_at).total_seconds()
        gone = ((step.ended_at or at) - self.referral.sent_at).total_seconds()
        return max(0, min(100, round(100 * gone / whole))) if whole > 0 else 100

    @property
    def is_waiting(self) -> bool:
        """Whether the hotline owes a ruling on it."""
        requests = [*self.referral.return_requests.all(), *self.referral.extensions.all()]
        return any(request.ruled_at is None for request in requests)


@dataclass(frozen=True)
class Offer:
    """A move open to this person, where its form is, and on whose part; `part` is empty for the order itself."""

    move: Move
    url: str
    part: str


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline in words; cards of the clock that came right before it are folded behind it."""

    icon: str
    words: str
    at: Moment
    by: str
    department: str
    public: str
    note: str
    earlier: list[Entry]


@dataclass(frozen=True)
class Related:
    """Another order, as far as a line tells of it."""

    url: str
    title: str
    status: str
    colour: str


@dataclass(frozen=True)
class Dossier:
    """What the page shows to one person; the moves of the order are `moves`, of a part the part's."""

    order: WorkOrder
    parts: list[Part]
    moves: list[Move]
    steps: list[Step]
    timeline: list[Entry]
    callbacks: list[Callback]
    caller: Caller | None
    caller_hidden: bool
    related: dict[str, list[Related]]

    @cached_property
    def offers(self) -> list[Offer]:
        """Every move: the primary ones first, in the table's order. Revealing stands beside the citizen's name."""
        several = len(self.parts) > 1
        parts = [
            Offer(
                move,
                reverse("desk:referral_move", args=[part.referral.pk, move.name]),
                part.referral.department.name if several else "",
            )
            for part in self.parts
            for move in part.moves
        ]
        own = [
            Offer(move, reverse("desk:order_move", args=[self.order.number, move.name]), "")
            for move in self.moves
            if move is not workflow.REVEAL
        ]
        return sorted([*parts, *own], key=lambda offer: not offer.move.primary)

    @property
    def riders(self) -> list[Related]:
        """并单: merged into this one."""
        return self.related.get("riders", [])

    @property
    def same_caller(self) -> list[Related]:
        """Earlier and later orders of the same number; for the hotline's people only."""
        return self.related.get("same_caller", [])

    @property
    def same_place(self) -> list[Related]:
        """Orders of the same address; for the hotline's people only."""
        return self.related.get("same_place", [])

    @property
    def can_reveal(self) -> bool:
        return workflow.REVEAL in self.moves


def gather(order: WorkOrder, user: User) -> Dossier:
    """The dossier as this person may see it; the order was read with its standing (`workorders.standing`)."""
    inside = user.department_id is not None
    hidden = inside and hides_caller(order)
    caller = None if hidden or not order.has_caller else Caller.objects.filter(order=order).first()
    referrals = list(_referrals(order, user))
    for referral in referrals:
        referral.order = order
    return Dossier(
        order=order,
        parts=[
            Part(referral, open_moves(referral_workflow.MOVES, referral, user), list(referral.answers.all()))
            for referral in referrals
        ],
        moves=open_moves(workflow.MOVES, order, user),
        steps=owed(order, user),
        timeline=_timeline(order.events.select_related("by").only(*EVENT).order_by("-seq")),
        callbacks=list(order.callbacks.prefetch_related("attempts").order_by("round")),
        caller=caller,
        caller_hidden=hidden,
        related=_related(order, caller, inside),
    )


def owed(order: WorkOrder, user: User) -> list[Step]:
    """What is owed on an order, the most urgent first; a department's people see what their own units owe."""
    steps = order.steps.open().select_related("department", "person").only(*STEP).order_by("due_at", "-id")
    if user.department_id is not None:
        steps = steps.filter(department__in=user.units)
    return list(steps)


def _referrals(order: WorkOrder, user: User) -> QuerySet[Referral]:
    return (
        Referral.objects.visible_to(user)
        .filter(order=order)
        .select_related("department", "sign_step", "contact_step", "answer_step")
        .defer("sign_step__terms", "contact_step__terms", "answer_step__terms")
        .annotate(has_subunits=Exists(Department.objects.filter(parent=OuterRef("department"))))
        .prefetch_related(
            "return_requests", "extensions", Prefetch("answers", Answer.objects.select_related("given_by"))
        )
        .order_by("id")
    )


def _timeline(events: Iterable[Event]) -> list[Entry]:
    """The latest first; several cards of the clock in a row are folded behind the latest."""
    at, found = now(), []
    for by_clock, run in groupby(events, key=lambda event: event.by_id is None and event.informative):
        entries = [_entry(event, at) for event in run]
        if by_clock and len(entries) >= FOLDED_FROM:
            found.append(replace(entries[0], earlier=entries[1:]))
        else:
            found += entries
    return found


def _entry(event: Event, at: datetime) -> Entry:
    return Entry(
        icon=verbs.icon(event),
        words=verbs.sentence(event),
        at=moment(event.at, at),
        by=str(event.by) if event.by else "",
        department=event.department,
        public=event.public,
        note=event.note,
        earlier=[],
    )


def _related(order: WorkOrder, caller: Caller | None, inside: bool) -> dict[str, list[Related]]:
    """The latest of each relation, in one query; a department's people are told of those merged into it only."""
    others = WorkOrder.objects.exclude(pk=order.pk)
    relations = {"riders": others.filter(merged_into=order)}
    if not inside and caller is not None and caller.phone_hash is not None:
        relations["same_caller"] = others.filter(caller__phone_hash=caller.phone_hash)
    if not inside and order.address:
        relations["same_place"] = others.filter(address=order.address, area=order.area)
    first, *more = [
        orders.order_by("-registered_at", "-pk").values_list(Value(name), "number", "title", "status")[:RELATED]
        for name, orders in relations.items()
    ]
    found: dict[str, list[Related]] = {}
    for name, number, title, status in first.union(*more, all=True) if more else first:
        line = Related(reverse("desk:dossier", args=[number]), title, str(Status(status).label), colour(status))
        found.setdefault(name, []).append(line)
    return found
