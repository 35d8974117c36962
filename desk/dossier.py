"""Everything about one order on one page, gathered in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse

from callbacks.models import Callback
from referrals import workflow as referral_workflow
from referrals.models import Referral
from staff.models import User
from staff.now import now
from workorders import workflow
from workorders.models import Caller, Event, Step, Supervision, WorkOrder
from workorders.workflow import Move, hides_caller, open_moves

RELATED = 5
# So many entries of the clock in a row are folded behind the latest.
FOLDED_FROM = 3


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
class Dossier:
    """What the page shows to one person."""

    order: WorkOrder
    parts: list[Part]
    moves: list[Move]
    steps: list[Step]
    events: list[Event]
    callbacks: list[Callback]
    supervisions: list[Supervision]
    riders: list[WorkOrder]
    caller: Caller | None
    caller_hidden: bool
    same_caller: list[WorkOrder]
    same_place: list[WorkOrder]

    @property
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
    def stretches(self) -> list[tuple[Event, list[Event]]]:
        """The timeline, the latest first; several cards in a row are folded behind the latest."""
        found: list[tuple[Event, list[Event]]] = []
        for by_clock, run in groupby(self.events, key=lambda event: event.by is None and event.informative):
            events = list(run)
            if by_clock and len(events) >= FOLDED_FROM:
                found.append((events[0], events[1:]))
            else:
                found += [(event, []) for event in events]
        return found

    @property
    def can_reveal(self) -> bool:
        return workflow.REVEAL in self.moves


def gather(order: WorkOrder, user: User) -> Dossier:
    """The dossier as this person may see it."""
    inside = user.department_id is not None
    hidden = inside and hides_caller(order)
    caller = None if hidden or not order.has_caller else Caller.objects.filter(order=order).first()
    visible = Referral.objects.visible_to(user).filter(order=order)
    referrals = list(
        visible.select_related("department", "sign_step", "contact_step", "answer_step", "parent", "accepted_by")
        .prefetch_related("return_requests", "extensions", "answers__given_by", "answers__reviewed_by")
        .order_by("id")
    )
    for referral in referrals:
        referral.order = order
    owed = order.steps.open().select_related("department", "person").order_by("due_at", "-id")
    if user.department is not None:  # what others owe is theirs
        owed = owed.filter(department__path__startswith=user.department.path)
    return Dossier(
        order=order,
        parts=[
            Part(referral, open_moves(referral_workflow.MOVES, referral, user), list(referral.answers.all()))
            for referral in referrals
        ],
        moves=open_moves(workflow.MOVES, order, user),
        steps=list(owed),
        events=list(order.events.select_related("by").order_by("-seq")),
        callbacks=list(order.callbacks.select_related("completed_by").prefetch_related("attempts").order_by("round")),
        supervisions=list(order.supervisions.filter(lifted_at=None)),
        riders=list(order.merged.only("number", "title", "status")[:RELATED]),
        caller=caller,
        caller_hidden=hidden,
        same_caller=_same_caller(caller, inside),
        same_place=_same_place(order, inside),
    )


def _same_caller(caller: Caller | None, inside: bool) -> list[WorkOrder]:
    """Earlier and later orders of the same number; for the hotline's people only."""
    if inside or caller is None or caller.phone_hash is None:
        return []
    others = WorkOrder.objects.filter(caller__phone_hash=caller.phone_hash).exclude(pk=caller.pk)
    return list(others.order_by("-registered_at")[:RELATED])


def _same_place(order: WorkOrder, inside: bool) -> list[WorkOrder]:
    if inside or not order.address:
        return []
    others = WorkOrder.objects.filter(address=order.address, area=order.area).exclude(pk=order.pk)
    return list(others.order_by("-registered_at")[:RELATED])
