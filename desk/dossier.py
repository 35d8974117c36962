"""Everything about one order on one page, gathered in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse

from callbacks.models import Callback
from desk.files import Files, files_of
from desk.related import Related, related
from desk.timeline import Entry, entries_of, timeline
from referrals import workflow as referral_workflow
from referrals.models import Answer, Extension, Referral, ReturnRequest
from staff.models import Department, User
from staff.now import now
from staff.reading import among, columns, read
from workorders import workflow
from workorders.models import Caller, Step, WorkOrder
from workorders.workflow import Move, hides_caller, open_moves

# Every step, the most urgent first, with the name of the unit or person that holds it.
STEPS = """
SELECT step.*, coalesce(unit.name, nullif(person.name, ''), person.username) AS held_by
FROM workorders_step AS step
LEFT JOIN staff_department AS unit ON unit.id = step.department_id
LEFT JOIN staff_user AS person ON person.id = step.person_id
WHERE step.order_id = %s ORDER BY step.due_at, step.id DESC
"""
PARTS = f"""
SELECT {columns(Referral, "part")}, {columns(Department, "unit", "department")},
       EXISTS (SELECT FROM staff_department AS below WHERE below.parent_id = part.department_id) AS has_subunits
FROM referrals_referral AS part JOIN staff_department AS unit ON unit.id = part.department_id
"""  # noqa: S608  columns of models
ANSWERS = """
SELECT answer.*, coalesce(nullif(person.name, ''), person.username) AS giver
FROM referrals_answer AS answer JOIN staff_user AS person ON person.id = answer.given_by_id
WHERE answer.referral_id = ANY(%s) ORDER BY answer.given_at, answer.id
"""
CALLER = "SELECT * FROM workorders_caller WHERE order_id = %s"
CALLBACKS = "SELECT * FROM callbacks_callback WHERE order_id = %s ORDER BY round"
# What hangs on the parts, by the name under which each part has it.
HANGING: dict[str, tuple[type[ReturnRequest | Extension | Answer], str]] = {
    "return_requests": (ReturnRequest, "SELECT * FROM referrals_returnrequest WHERE referral_id = ANY(%s) ORDER BY id"),
    "extensions": (Extension, "SELECT * FROM referrals_extension WHERE referral_id = ANY(%s) ORDER BY id"),
    "answers": (Answer, ANSWERS),
}


@dataclass(frozen=True)
class Part:
    """A referral with the moves open on it."""

    referral: Referral
    moves: list[Move]
    answers: list[Any]

    @cached_property
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
    files: Files

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
        page = self.order.get_absolute_url()
        own = [Offer(move, f"{page}{move.name}/", "") for move in self.moves if move is not workflow.REVEAL]
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
    caller = None if hidden or not order.has_caller else _caller(order)
    steps = _steps(order)
    referrals = _referrals(order, user, steps)
    vars(order)["in_their_hands"] = any(part.is_live for part in referrals)  # asked by the guard of adding files
    events = entries_of(order)
    files = files_of(order, user, events)
    return Dossier(
        order=order,
        parts=[
            Part(part, open_moves(referral_workflow.MOVES, part, user), list(part.answers.all())) for part in referrals
        ],
        moves=open_moves(workflow.MOVES, order, user),
        steps=_owed(steps, user),
        timeline=timeline(events, files.names),
        callbacks=_callbacks(order),
        caller=caller,
        caller_hidden=hidden,
        related=related(order, caller, inside),
        files=files,
    )


def owed(order: WorkOrder, user: User) -> list[Step]:
    """What is owed on an order, the most urgent first; a department's people see what their own units owe."""
    return _owed(_steps(order), user)


def _owed(steps: list[Step], user: User) -> list[Step]:
    inside = user.department_id is not None
    return [step for step in steps if step.is_open and (not inside or step.department_id in user.units)]


def _steps(order: WorkOrder) -> list[Step]:
    """Every step, ended ones too: the parts' clocks are among them."""
    return read(Step, STEPS, [order.pk])


def _referrals(order: WorkOrder, user: User, steps: list[Step]) -> list[Referral]:
    """The parts this person may see, with all that a part shows and the guards of its moves ask."""
    ids, params = among(Referral.objects.visible_to(user).filter(order=order.pk))
    found = read(Referral, f"{PARTS} WHERE part.id IN ({ids}) ORDER BY part.id", params, {"department": Department})
    by_id = {step.pk: step for step in steps}
    hanging = _hanging([part.pk for part in found])
    for part in found:
        part.order = order
        part.sign_step, part.answer_step = by_id[part.sign_step_id], by_id[part.answer_step_id]
        if part.contact_step_id is not None:
            part.contact_step = by_id[part.contact_step_id]
        # Where `prefetch_related` leaves what it read; each of its look-ups costs three times the statement.
        vars(part)["_prefetched_objects_cache"] = {name: rows[part.pk] for name, rows in hanging.items()}
    return found


def _hanging(parts: list[int]) -> dict[str, dict[int, list[Any]]]:
    """What each of these parts asked for and answered."""
    found: dict[str, dict[int, list[Any]]] = {name: {part: [] for part in parts} for name in HANGING}
    if parts:
        for name, (model, statement) in HANGING.items():
            for row in read(model, statement, [parts]):
                found[name][vars(row)["referral_id"]].append(row)
    return found


def _caller(order: WorkOrder) -> Caller | None:
    return next(iter(read(Caller, CALLER, [order.pk])), None)


def _callbacks(order: WorkOrder) -> list[Callback]:
    found = read(Callback, CALLBACKS, [order.pk])
    prefetch_related_objects(found, "attempts")
    return found
