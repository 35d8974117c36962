"""The abstract state space of one order, unfolded from the law's tables alone.

A `World` is what the law can tell apart about an order: its status, its lead's and a sub-unit's, and the facts that
guards ask for. Which moves are open is asked of the moves themselves, by people of every role of `staff.roles`; where
they lead stands in the tables (`target`, `CONSEQUENCES`, `SENDS`). Only what a move leaves behind for guards to ask is
told here, in `_leaves_behind`, too generously where in doubt: both ways. Riders and time come and go as they please.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from referrals import workflow as parts
from referrals.models import LIVE as LIVE_PARTS
from referrals.models import Role
from referrals.models import Status as PartStatus
from staff.models import User
from staff.roles import ROLES
from workorders import workflow
from workorders.models import CLOSED_STATUSES, Status
from workorders.workflow import Consequence, Move

# The moves that give an order a new lead.
NEW_LEAD = [name for name in parts.SENDS if name in ("workorder.refer", "workorder.designate", "workorder.rework")]
# After so many dispatches the guards see no difference any more.
MOST = 3


@dataclass(frozen=True)
class World:
    """One order, as far as the law can tell."""

    status: str = Status.REGISTERED
    has_caller: bool = True
    lead: str | None = None
    subunit: str | None = None
    dispatches: int = 0
    return_asked: str = ""
    extension_asked: bool = False
    contact_owed: bool = False
    designated: bool = False
    rework: bool = False
    disputed: bool = False
    supervised: bool = False
    riders: bool = False
    late: bool = False

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED_STATUSES


@dataclass(frozen=True)
class Person:
    """Somebody of one role, from the hotline or from a department that covers the part."""

    role: str
    permissions: frozenset[str]
    in_department: bool
    pk: int = 1

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def department_id(self) -> int | None:
        return 1 if self.in_department else None

    @property
    def department(self) -> Any:
        return SimpleNamespace(covers=lambda other: True) if self.in_department else None


PEOPLE = [Person(role.name, role.permissions, role.in_department) for role in ROLES]


def _some(there_are: bool) -> Any:
    """A related set that has rows, or has none."""
    return SimpleNamespace(exists=lambda: there_are, filter=lambda **asked: _some(there_are))


def as_order(world: World) -> Any:
    """What guards ask an order for."""
    return SimpleNamespace(
        status=world.status,
        get_status_display=lambda: world.status,
        dispatches=world.dispatches,
        has_caller=world.has_caller,
        merged=_some(world.riders),
        supervisions=_some(world.supervised),
        referrals=_some(world.disputed),
        holder_pool=None,
        holder_person_id=None,
        confidential=False,
        kind="help",
    )


def as_part(world: World, status: str, role: Role) -> Any:
    """What guards ask a part for."""
    is_lead = role == Role.LEAD
    time = datetime(2000, 1, 1, tzinfo=UTC) if world.late else datetime(2999, 1, 1, tzinfo=UTC)
    requests = {"pending": (None, None), "refused": (time, False)}
    ruled_at, granted = requests.get(world.return_asked, (None, None))
    returns = [SimpleNamespace(ruled_at=ruled_at, granted=granted)] if world.return_asked and is_lead else []
    return SimpleNamespace(
        status=status,
        get_status_display=lambda: status,
        role=role,
        order=as_order(world),
        department=SimpleNamespace(children=_some(True)),
        designated=world.designated,
        is_rework=world.rework,
        return_until=time,
        return_requests=SimpleNamespace(all=lambda: returns),
        extensions=SimpleNamespace(
            all=lambda: [SimpleNamespace(ruled_at=None, granted=None)] if world.extension_asked and is_lead else []
        ),
        extensions_allowed=1,
        answer_step=SimpleNamespace(due_at=time),
        contact_step=SimpleNamespace(is_open=True) if world.contact_owed and is_lead else None,
        contacted_at=None,
    )


@dataclass(frozen=True)
class Way:
    """From one world to another: by a move of people of these roles, or by time and other people's orders."""

    name: str
    to: World
    roles: tuple[str, ...] = ()


def ways(world: World) -> Iterator[Way]:
    """Every way on from here."""
    for move in workflow.MOVES:
        yield from _by(world, move, as_order(world), "order")
    if world.lead is not None:
        for move in parts.MOVES:
            yield from _by(world, move, as_part(world, world.lead, Role.LEAD), "lead")
    if world.subunit is not None:
        for move in parts.MOVES:
            yield from _by(world, move, as_part(world, world.subunit, Role.SUBUNIT), "subunit")
    yield from _by_itself(world)


def _by(world: World, move: Move, record: Any, whose: str) -> Iterator[Way]:
    if record.status not in move.sources or f"{move.record}.{move.name}" not in MATTERS:
        return
    roles = tuple(role for people in _alike(move) if _open(move, record, people[0]) for role in map(_role, people))
    if roles or (move.clock and move.open_to(record, None)):
        for after in _after(world, move, whose):
            yield Way(f"{move.record}.{move.name}", after, roles)


def _open(move: Move, record: Any, person: Person) -> bool:
    return move.open_to(record, cast("User", person))


def _role(person: Person) -> str:
    return person.role


@cache
def _alike(move: Move) -> list[list[Person]]:
    """The people with the move's permission, those of the hotline and those of departments apart: who is alike to
    guards is asked once."""
    able = [person for person in PEOPLE if person.has_perm(move.permission)]
    groups = [[person for person in able if person.in_department is inside] for inside in (False, True)]
    return [people for people in groups if people]


def _by_itself(world: World) -> Iterator[Way]:
    """Time passes; other orders are merged into this one and leave it; what this one rides with has its answer."""
    if world.is_closed:
        return
    yield Way("time", replace(world, late=True))
    if world.status == Status.MERGED:
        for status in _targets(workflow.CONSEQUENCES, workflow.FINAL[0], world.status):
            yield Way("carrier", _settled(replace(world, status=status)))
    else:
        yield Way("joined", replace(world, riders=True))
    if world.riders:
        yield Way(
            "unmerged",
            replace(world, riders=False),
            tuple(p.role for p in PEOPLE if p.has_perm(workflow.UNMERGE.permission)),
        )


def _targets(table: tuple[Consequence, ...], cause: str, status: str) -> list[str]:
    return [one.target for one in table if cause in one.causes and status in one.sources]


def _after(world: World, move: Move, whose: str) -> Iterator[World]:
    """Where a move leads, by the tables."""
    cause = f"{move.record}.{move.name}"
    if whose == "subunit":
        yield from _of_subunit(world, move, cause)
        return
    own = move.target if whose == "order" and move.target else world.status
    further = _targets(workflow.CONSEQUENCES, cause, world.status)
    statuses = [own, *further] if whose == "order" else further or [own]
    lead, subunit = world.lead, world.subunit
    if whose == "lead":
        lead = move.target or lead
    elif lead is not None:
        lead = next(iter(_targets(parts.CONSEQUENCES, cause, lead)), lead)
    if cause in NEW_LEAD:
        lead = PartStatus.SENT
    if cause in parts.SENDS and whose == "lead":
        subunit = PartStatus.SENT
    elif subunit is not None and lead != PartStatus.DELEGATED:
        assert PartStatus.WITHDRAWN in _targets(parts.CONSEQUENCES, cause, subunit), f"{cause} forgets the sub-unit"
        subunit = None
    for status in dict.fromkeys(statuses):
        for after in _leaves_behind(replace(world, status=status, lead=lead, subunit=subunit), cause):
            yield _settled(after)


def _of_subunit(world: World, move: Move, cause: str) -> Iterator[World]:
    """A sub-unit's move; its answer gives its bureau the matter back."""
    answered = move.target == PartStatus.ANSWERED
    if answered:
        assert _targets(parts.CONSEQUENCES, cause, PartStatus.ACCEPTED) == [PartStatus.WITHDRAWN, PartStatus.PASSED]
        (lead,) = (
            one for one in _targets(parts.CONSEQUENCES, cause, PartStatus.DELEGATED) if one != PartStatus.WITHDRAWN
        )
        yield replace(world, lead=lead, subunit=None)
    elif move.name == "record_contact":
        yield replace(world, contact_owed=False)
    elif move.name != "delegate":  # a third level is the second over again
        yield replace(world, subunit=move.target or world.subunit)


def _leaves_behind(world: World, cause: str) -> Iterator[World]:
    """What a move leaves behind for guards to ask."""
    if cause in NEW_LEAD:
        fresh = replace(
            world,
            dispatches=min(world.dispatches + 1, MOST),
            designated=cause == "workorder.designate",
            rework=cause == "workorder.rework",
            return_asked="",
            extension_asked=False,
            late=False,
        )
        yield replace(fresh, contact_owed=True)
        yield replace(fresh, contact_owed=False)
        return
    if cause == "referral.uphold_return":
        yield replace(world, disputed=True)
    yield replace(world, **FACTS.get(cause, {}))


FACTS: dict[str, dict[str, Any]] = {
    "referral.request_return": {"return_asked": "pending"},
    "referral.refuse_return": {"return_asked": "refused"},
    "referral.request_extension": {"extension_asked": True},
    "referral.grant_extension": {"extension_asked": False, "late": False},
    "referral.refuse_extension": {"extension_asked": False},
    "referral.record_contact": {"contact_owed": False},
    "workorder.amend": {"contact_owed": False},
    "workorder.supervise": {"supervised": True},
    "workorder.lift": {"supervised": False},
    "workorder.resume": {"dispatches": 0},
    "workorder.reopen": {"dispatches": 0},
}


# Moves that change something the law asks for; the others (a note, a chase, a look at the caller) lead nowhere else.
MATTERS = {
    *(f"{move.record}.{move.name}" for move in (*workflow.MOVES, *parts.MOVES) if move.target is not None),
    *(cause for one in (*workflow.CONSEQUENCES, *parts.CONSEQUENCES) for cause in one.causes),
    *parts.SENDS,
    *FACTS,
}


def _settled(world: World) -> World:
    """Nothing is pending on a part that is not live, and nothing is owed when closed."""
    if world.lead not in LIVE_PARTS:
        world = replace(
            world, return_asked="", extension_asked=False, contact_owed=False, designated=False, rework=False
        )
    if world.is_closed:
        world = replace(world, supervised=False, riders=False, late=False)
    return world


@cache
def explore() -> dict[World, list[Way]]:
    """Every world that can be reached from an appeal just registered, with its ways on."""
    start = [World(has_caller=True), World(has_caller=False)]
    found: dict[World, list[Way]] = {}
    waiting = deque(start)
    while waiting:
        world = waiting.popleft()
        if world in found:
            continue
        found[world] = list(ways(world))
        waiting.extend(way.to for way in found[world])
    return found


@cache
def possible() -> set[tuple[str, str | None]]:
    """The order's status beside its lead's, wherever an order can be."""
    return {(world.status, world.lead) for world in explore()}
