"""The law of the work order: from which status to which, by whom. Read this first.

Every move of an order stands in this table, also those whose action lives in a higher app (referring in
`referrals`, calling back in `callbacks`): actions check it, buttons and the API are read from it, and the
tests walk it. What a referral's move does to its order stands under `CONSEQUENCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from staff.models import User
from workorders.errors import NotAllowed
from workorders.models import CLOSED_STATUSES, OPEN_STATUSES, Status
from workorders.models.choices import Pool, ReturnReason, StepKind

S = Status
Guard = Callable[[Any, User | None], "str | Promise | None"]


@dataclass(frozen=True)
class Move:
    """One thing that can be done to a record.

    `target` None leaves the status as it is. `permission` is asked of a person; the clock (no person) passes only
    where `clock` says so. A guard returns why not, in words, or None.
    """

    name: str
    label: str | Promise
    sources: frozenset[str]
    target: str | None
    permission: str
    guards: tuple[Guard, ...] = ()
    clock: bool = False
    primary: bool = False
    record: str = "workorder"
    key: str = ""

    def refusal(self, record: Any, by: User | None) -> str | Promise | None:
        """Why this move is not open, or None when it is."""
        if by is None:
            if not self.clock:
                return _("The clock may not do this.")
        elif not by.has_perm(self.permission):
            return _("Your role does not include this.")
        if record.status not in self.sources:
            return _t("Not possible while “%(status)s”.") % {"status": record.get_status_display()}
        for guard in self.guards:
            if why := guard(record, by):
                return why
        return None

    def open_to(self, record: Any, by: User | None) -> bool:
        """Whether nothing stands against it; most moves fall by the status, and nobody need be told so in words."""
        return record.status in self.sources and self.refusal(record, by) is None

    def check(self, record: Any, by: User | None) -> None:
        """Raise NotAllowed unless the move is open."""
        if why := self.refusal(record, by):
            raise NotAllowed(why)


class Consequence(NamedTuple):
    """What a move (`causes`, by record and name) does to a record besides or instead of the move's own target."""

    words: str
    causes: tuple[str, ...]
    sources: frozenset[str]
    target: str


def _may_still_refer(order: Any, by: User | None) -> str | Promise | None:
    return _("Referred three times without an owner: designate a department.") if order.dispatches >= 3 else None


def known(record: Any, fact: str, rows: Any) -> bool:
    """Whether there are such rows: as it was read together with the record (`workorders.standing`), else asked now."""
    read: bool | None = vars(record).get(fact)
    return bool(rows.exists()) if read is None else read


def _may_be_designated(order: Any, by: User | None) -> str | Promise | None:
    """From the third dispatch on; at once where a return showed that ownership itself is in dispute (争议协调)."""
    if order.dispatches >= 2:
        return None
    disputes = {"return_requests__granted": True, "return_requests__reason__in": DISPUTES}
    if order.dispatches and known(order, "is_disputed", order.referrals.filter(**disputes)):
        return None
    return _("A department can be designated from the third dispatch on, or when its ownership is in dispute.")


def _has_contact(order: Any, by: User | None) -> str | Promise | None:
    return None if order.has_caller else _("There is no number to call.")


def _no_merged_orders(order: Any, by: User | None) -> str | Promise | None:
    carries = known(order, "carries_others", order.merged.filter(status=Status.MERGED))
    return _("Other orders ride with this one: unmerge them first.") if carries else None


def _is_supervised(order: Any) -> bool:
    return known(order, "is_supervised", order.supervisions.filter(lifted_at=None))


def _not_supervised(order: Any, by: User | None) -> str | Promise | None:
    return _("It is under supervision already.") if _is_supervised(order) else None


def _supervision_lifted(order: Any, by: User | None) -> str | Promise | None:
    return _("It is under supervision: lift it first.") if _is_supervised(order) else None


def _supervised(order: Any, by: User | None) -> str | Promise | None:
    return None if _is_supervised(order) else _("It is not under supervision.")


def _caller_not_hidden(order: Any, by: User | None) -> str | Promise | None:
    if by is not None and by.department_id and hides_caller(order):
        return _("The citizen's identity is kept from handling units.")
    return None


def _held_by_desk(order: Any, by: User | None) -> str | Promise | None:
    return None if order.holder_pool else _("No desk holds it.")


def _works_there(order: Any, by: User | None) -> str | Promise | None:
    """Whoever takes a thing off a desk can also do it."""
    works = by is not None and by.has_perm(WORK_OF[Pool(order.holder_pool)])
    return None if works else _("You do not work at this desk.")


def _may_put_back(order: Any, by: User | None) -> str | Promise | None:
    """Who has it, or a supervisor for somebody who is away."""
    if order.holder_person_id is None:
        return _("It is in nobody's hands.")
    mine = by is not None and (order.holder_person_id == by.pk or by.has_perm("workorders.supervise_workorder"))
    return None if mine else _("It is not in your hands.")


def _in_their_hands(order: Any, by: User | None) -> str | Promise | None:
    """A department adds files while it works on its part."""
    if by is None or not by.department_id:
        return None
    theirs = known(order, "in_their_hands", order.referrals.live().filter(department__in=by.units))
    return None if theirs else _("Your unit is not working on it now.")


def hides_caller(order: Any) -> bool:
    """Reports of wrongdoing and confidential orders hide the caller from the handling unit."""
    return bool(order.confidential or order.kind == "report")


def shows_departments(attachment: Any, order: Any) -> bool:
    """Whether every department with the order may see a file of it."""
    return bool(attachment.audience == "departments" or (attachment.audience == "order" and not hides_caller(order)))


def may_see(attachment: Any, order: Any, by: User) -> bool:
    """Whether who sees the order sees this file; `Attachment.objects.visible_to` asks the database the same."""
    return by.department_id is None or attachment.department_id in by.units or shows_departments(attachment, order)


def _all(*statuses: str) -> frozenset[str]:
    return frozenset(statuses)


# Grounds of a return that say: nobody knows whose it is.
DISPUTES = (ReturnReason.UNCLEAR, ReturnReason.OVERLAPPING)

# What a desk's people can do; asked before somebody takes a thing off it.
WORK_OF: dict[Pool, str] = {
    Pool.DISPATCH: "referrals.refer_workorder",
    Pool.REVIEW: "referrals.review_answer",
    Pool.CALLBACK: "callbacks.record_callback",
    Pool.DECISION: "callbacks.decide_callback",
    Pool.SUPERVISION: "workorders.supervise_workorder",
}

LIVE = frozenset(set(OPEN_STATUSES) - {S.MERGED})
SHUT = frozenset(CLOSED_STATUSES)
EVERY = frozenset(Status)

# fmt: off
AMEND       = Move("amend",              _("Amend"),                 frozenset(OPEN_STATUSES), None, "workorders.amend_workorder", key="m")
NOTE        = Move("note",               _("Add a note"),            EVERY,                    None, "workorders.view_timeline_internal")
ON_THE_SPOT = Move("answer_on_the_spot", _("Answer on the spot"),    _all(S.REGISTERED), S.CLOSED,   "workorders.answer_on_the_spot")
DECLINE     = Move("decline",            _("Decline"),               _all(S.REGISTERED), S.DECLINED, "workorders.decline_workorder", (_no_merged_orders,))
INVALIDATE  = Move("mark_invalid",       _("Mark invalid"),          _all(S.REGISTERED), S.INVALID,  "workorders.decline_workorder", (_no_merged_orders,))
MERGE       = Move("merge",              _("Merge into another"),    _all(S.REGISTERED), S.MERGED,   "workorders.merge_workorder", (_no_merged_orders, _supervision_lifted))
UNMERGE     = Move("unmerge",            _("Unmerge"),               _all(S.MERGED),     S.REGISTERED, "workorders.merge_workorder")
TAKE        = Move("take",               _("Take"),                  LIVE,               None,       "workorders.take_workorder", (_held_by_desk, _works_there))
RELEASE     = Move("release",            _("Put back"),              LIVE,               None,       "workorders.take_workorder", (_may_put_back,))
CHASE       = Move("chase",              _("Chase for the citizen"), frozenset(OPEN_STATUSES), None, "workorders.chase_workorder", key="h")
REVEAL      = Move("reveal",             _("Reveal the caller"),     EVERY,              None,       "workorders.reveal_caller", (_caller_not_hidden,))
SUPERVISE   = Move("supervise",          _("Open supervision"),      LIVE,               None,       "workorders.supervise_workorder", (_not_supervised,), clock=True)
LIFT        = Move("lift",               _("Lift supervision"),      LIVE,               None,       "workorders.supervise_workorder", (_supervised,))
REOPEN      = Move("reopen",             _("Reopen"),                SHUT,               S.REGISTERED, "workorders.reopen_workorder")
RESUME      = Move("resume",             _("Take off the shelf"),    _all(S.SHELVED),    S.REGISTERED, "workorders.shelve_workorder", clock=True)
CLOSE       = Move("close",              _("Close without callback"), _all(S.AWAITING_CALLBACK, S.DECIDING), S.CLOSED, "workorders.close_workorder")

# Their actions live in `referrals`.
REFER       = Move("refer",              _("Refer"),                 _all(S.REGISTERED), S.REFERRED, "referrals.refer_workorder", (_may_still_refer,), primary=True, key="r")
DESIGNATE   = Move("designate",          _("Designate"),             _all(S.REGISTERED), S.REFERRED, "referrals.designate_referral", (_may_be_designated,))
SUPPORT     = Move("add_supporting",     _("Add supporting unit"),   _all(S.REFERRED),   None,       "referrals.refer_workorder")
RECALL      = Move("recall",             _("Recall from department"), _all(S.REFERRED),  S.REGISTERED, "referrals.refer_workorder")
SHELVE      = Move("shelve",             _("Shelve"),                _all(S.REGISTERED, S.REFERRED, S.DECIDING), S.SHELVED, "workorders.shelve_workorder")
WITHDRAW    = Move("withdraw",           _("Withdraw for the citizen"), frozenset(OPEN_STATUSES), S.WITHDRAWN, "workorders.withdraw_workorder", (_no_merged_orders,))

# Their actions live in `callbacks`.
ATTEMPT     = Move("record_attempt",     _("Not reached"),           _all(S.AWAITING_CALLBACK), None, "callbacks.record_callback", (_has_contact,))
RESULT      = Move("record_result",      _("Record the citizen's verdict"), _all(S.AWAITING_CALLBACK), S.CLOSED, "callbacks.record_callback", (_has_contact,), primary=True, key="c")
REWORK      = Move("rework",             _("Rework"),                _all(S.DECIDING),   S.REFERRED, "callbacks.decide_callback", primary=True)
EXPLAINED   = Move("close_as_explained", _("Close as explained"),    _all(S.DECIDING),   S.CLOSED,   "callbacks.decide_callback")
EXCLUDE     = Move("exclude",            _("Close as beyond duty"),  _all(S.DECIDING),   S.CLOSED,   "callbacks.decide_callback")

MOVES = (
    REFER, ON_THE_SPOT, DECLINE, INVALIDATE, MERGE, UNMERGE, DESIGNATE, SUPPORT, RECALL,
    RESULT, ATTEMPT, REWORK, EXPLAINED, EXCLUDE, TAKE, RELEASE, AMEND, NOTE, CHASE,
    SHELVE, RESUME, SUPERVISE, LIFT, CLOSE, WITHDRAW, REOPEN, REVEAL,
)

# 附件: with doors of their own (`desk.views.attachments`, `workorders.api`), for a file is no field of a form.
ATTACH      = Move("attach",             _("Add files"),             EVERY,              None,       "workorders.attach_file", (_in_their_hands,))
DETACH      = Move("detach",             _("Remove a file"),         EVERY,              None,       "workorders.attach_file", (_in_their_hands,))

# The moves by which the order that others ride with has its answer or is closed.
FINAL = ("referral.pass_answer", *(f"{move.record}.{move.name}" for move in MOVES if move.target == S.CLOSED), "workorder.record_attempt")

# What happens to an order because of a move of a part of it, of the order it rides with, or as another end of its own.
CONSEQUENCES = (
    Consequence("the lead's return is upheld",           ("referral.uphold_return",),    _all(S.REFERRED),          S.REGISTERED),
    Consequence("the lead answers",                      ("referral.answer",),           _all(S.REFERRED),          S.ANSWERED),
    Consequence("the answer is sent back",               ("referral.send_back",),        _all(S.ANSWERED),          S.REFERRED),
    Consequence("the answer passes",                     ("referral.pass_answer",),      _all(S.ANSWERED),          S.AWAITING_CALLBACK),
    Consequence("the answer passes, no callback needed", ("referral.pass_answer",),      _all(S.ANSWERED),          S.CLOSED),
    Consequence("the order merged into has its answer",  FINAL,                          _all(S.MERGED),            S.AWAITING_CALLBACK),
    Consequence("the same, no callback needed",          FINAL,                          _all(S.MERGED),            S.CLOSED),
    Consequence("the citizen is not content",            ("workorder.record_result",),   _all(S.AWAITING_CALLBACK), S.DECIDING),
    Consequence("every attempt failed",                  ("workorder.record_attempt",),  _all(S.AWAITING_CALLBACK), S.CLOSED),
)

# What is owed in each status, by which desk (None: by departments, see `referrals.workflow`). The audit holds it.
OWED: dict[str, tuple[tuple[StepKind, Pool | None], ...]] = {
    S.REGISTERED:        ((StepKind.REFER, Pool.DISPATCH),),
    S.REFERRED:          ((StepKind.ANSWER, None),),
    S.ANSWERED:          ((StepKind.REVIEW, Pool.REVIEW),),
    S.AWAITING_CALLBACK: ((StepKind.CALLBACK, Pool.CALLBACK), (StepKind.CLOSE_OUT, Pool.CALLBACK)),
    S.DECIDING:          ((StepKind.DECIDE, Pool.DECISION),),
    S.SHELVED:           ((StepKind.SHELF, Pool.SUPERVISION),),
    S.MERGED:            ((StepKind.FOLLOW, None),),
}
# fmt: on

# To which desk a step goes back that a person took and lets go.
DESK_OF: dict[StepKind, Pool] = {
    StepKind.REFER: Pool.DISPATCH,
    StepKind.RULE_RETURN: Pool.DISPATCH,
    StepKind.RULE_EXTENSION: Pool.DISPATCH,
    StepKind.REVIEW: Pool.REVIEW,
    StepKind.CALLBACK: Pool.CALLBACK,
    StepKind.CLOSE_OUT: Pool.CALLBACK,
    StepKind.DECIDE: Pool.DECISION,
    StepKind.SUPERVISE: Pool.SUPERVISION,
    StepKind.SHELF: Pool.SUPERVISION,
}

# Steps the clock climbs no ladder for: a shelved case comes back by itself, a merged one rides with another.
WITHOUT_LADDER = frozenset({StepKind.SHELF, StepKind.FOLLOW})


def paths() -> dict[str, set[str]]:
    """Status → the statuses it can become, by moves and by consequences."""
    table: dict[str, set[str]] = {status: set() for status in Status}
    for move in MOVES:
        if move.target:
            for source in move.sources:
                table[source].add(move.target)
    for consequence in CONSEQUENCES:
        for source in consequence.sources:
            table[source].add(consequence.target)
    return table


def open_moves(moves: Iterable[Move], record: Any, by: User) -> list[Move]:
    """The moves of a table open to this person on this record, in the table's order."""
    return [move for move in moves if move.open_to(record, by)]


PATHS = paths()


def become(record: Any, status: str) -> None:
    """Set an order's status, by a path the table knows."""
    if status not in PATHS[record.status]:
        raise RuntimeError(f"no path from {record.status} to {status}")
    record.status = status
