"""The law of the referral: from which status to which, by whom. The order's own law is `workorders.workflow`."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.models import LIVE, Role
from referrals.models import Status as S
from staff.models import User
from staff.now import now
from workorders.models.choices import StepKind
from workorders.workflow import Consequence, known
from workorders.workflow import Move as _Move

Why = str | Promise | None
Move = partial(_Move, record="referral")


def _handles_it(referral: Any, by: User | None) -> Why:
    """The department it was referred to, or one above it."""
    if by is not None and by.department is not None and by.department.covers(referral.department):
        return None
    return _("It was referred to another department.")


def _from_the_hotline(referral: Any, by: User | None) -> Why:
    return _("Departments do not rule on their own requests.") if by is not None and by.department_id else None


def _not_delegated_to_us(referral: Any, by: User | None) -> Why:
    return _("A sub-unit asks its own bureau.") if referral.role == Role.SUBUNIT else None


def _not_designated(referral: Any, by: User | None) -> Why:
    return _("Designated by the hotline: it cannot be returned.") if referral.designated else None


def _not_rework(referral: Any, by: User | None) -> Why:
    return _("A rework cannot be returned.") if referral.is_rework else None


def _return_in_time(referral: Any, by: User | None) -> Why:
    return _("The time to ask for a return has passed: it is yours.") if now() > referral.return_until else None


def _no_return_refused(referral: Any, by: User | None) -> Why:
    refused = any(request.granted is False for request in referral.return_requests.all())
    return _("A return was refused already: handle it.") if refused else None


def _no_return_pending(referral: Any, by: User | None) -> Why:
    pending = any(request.ruled_at is None for request in referral.return_requests.all())
    return _("A return request awaits a ruling.") if pending else None


def _return_pending(referral: Any, by: User | None) -> Why:
    pending = any(request.ruled_at is None for request in referral.return_requests.all())
    return None if pending else _("No return was asked for.")


def _extension_pending(referral: Any, by: User | None) -> Why:
    pending = any(extension.ruled_at is None for extension in referral.extensions.all())
    return None if pending else _("No extension was asked for.")


def _no_extension_pending(referral: Any, by: User | None) -> Why:
    pending = any(extension.ruled_at is None for extension in referral.extensions.all())
    return _("An extension request awaits a ruling.") if pending else None


def _extensions_left(referral: Any, by: User | None) -> Why:
    granted = sum(1 for extension in referral.extensions.all() if extension.granted)
    if referral.extensions_allowed == 0:
        return _("This matter allows no extension.")
    return _("Every extension has been used.") if granted >= referral.extensions_allowed else None


def _before_due(referral: Any, by: User | None) -> Why:
    return _("An extension is asked for before the due time.") if now() >= referral.answer_step.due_at else None


def _not_contacted(referral: Any, by: User | None) -> Why:
    return _("The first contact is on record already.") if referral.contacted_at else None


def _has_subunits(referral: Any, by: User | None) -> Why:
    has = known(referral, "has_subunits", referral.department.children)
    return None if has else _("The department has no sub-units.")


def _contacted_when_owed(referral: Any, by: User | None) -> Why:
    """The citizen is spoken to before an answer is given, while the first contact is owed."""
    if referral.contacted_at is None and referral.contact_step is not None and referral.contact_step.is_open:
        return _("Contact the citizen first and record it.")
    return None


def _is_lead(referral: Any, by: User | None) -> Why:
    return None if referral.role == Role.LEAD else _("Only the lead's answer is reviewed.")


def _all(*statuses: str) -> frozenset[str]:
    return frozenset(statuses)


MINE = (_handles_it,)

# fmt: off
ACCEPT            = Move("accept",            _("Accept"),               _all(S.SENT),                 S.ACCEPTED,  "referrals.handle_referral", (*MINE, _no_return_pending), primary=True, key="a")
CONTACT           = Move("record_contact",    _("Record first contact"), _all(S.ACCEPTED, S.DELEGATED), None,       "referrals.handle_referral", (*MINE, _not_contacted), primary=True, key="f")
DELEGATE          = Move("delegate",          _("Delegate to a sub-unit"), _all(S.ACCEPTED),           S.DELEGATED, "referrals.delegate_referral", (*MINE, _no_return_pending, _has_subunits))
TAKE_BACK         = Move("take_back",         _("Take back from the sub-unit"), _all(S.DELEGATED),     S.ACCEPTED,  "referrals.delegate_referral", MINE)
ANSWER            = Move("answer",            _("Answer"),               _all(S.ACCEPTED),             S.ANSWERED,  "referrals.handle_referral", (*MINE, _no_return_pending, _contacted_when_owed), primary=True, key="w")
REQUEST_RETURN    = Move("request_return",    _("Ask to return"),        _all(S.SENT, S.ACCEPTED),     None,        "referrals.handle_referral", (*MINE, _not_delegated_to_us, _not_designated, _not_rework, _no_return_pending, _no_return_refused, _return_in_time))
REQUEST_EXTENSION = Move("request_extension", _("Ask for time"),         _all(S.ACCEPTED, S.DELEGATED), None,       "referrals.handle_referral", (*MINE, _not_delegated_to_us, _no_return_pending, _no_extension_pending, _extensions_left, _before_due))
UPHOLD_RETURN     = Move("uphold_return",     _("Uphold the return"),    frozenset(LIVE),              S.RETURNED,  "referrals.rule_return", (_from_the_hotline, _return_pending), primary=True)
REFUSE_RETURN     = Move("refuse_return",     _("Refuse the return"),    frozenset(LIVE),              None,        "referrals.rule_return", (_from_the_hotline, _return_pending))
GRANT_EXTENSION   = Move("grant_extension",   _("Grant the extension"),  frozenset(LIVE),              None,        "referrals.rule_extension", (_from_the_hotline, _extension_pending), primary=True)
REFUSE_EXTENSION  = Move("refuse_extension",  _("Refuse the extension"), frozenset(LIVE),              None,        "referrals.rule_extension", (_from_the_hotline, _extension_pending))
PASS_ANSWER       = Move("pass_answer",       _("Pass the answer"),      _all(S.ANSWERED),             S.PASSED,    "referrals.review_answer", (_from_the_hotline, _is_lead), primary=True, key="p")
SEND_BACK         = Move("send_back",         _("Send the answer back"), _all(S.ANSWERED),             S.ACCEPTED,  "referrals.review_answer", (_from_the_hotline, _is_lead))

MOVES = (
    ACCEPT, CONTACT, ANSWER, DELEGATE, TAKE_BACK, REQUEST_RETURN, REQUEST_EXTENSION,
    UPHOLD_RETURN, REFUSE_RETURN, GRANT_EXTENSION, REFUSE_EXTENSION, PASS_ANSWER, SEND_BACK,
)

# What happens to a part because of a move of its order, of the part it supports or hangs below, or of one below it.
CONSEQUENCES = (
    Consequence("taken away with its order",                ("workorder.recall", "workorder.shelve", "workorder.withdraw"), frozenset(LIVE) | {S.ANSWERED}, S.WITHDRAWN),
    Consequence("the lead's or its bureau's return upheld", ("referral.uphold_return",), frozenset(LIVE) | {S.ANSWERED}, S.WITHDRAWN),
    Consequence("the lead answered without waiting for it", ("referral.answer",),        frozenset(LIVE),                S.WITHDRAWN),
    Consequence("its bureau took it back",                  ("referral.take_back",),     frozenset(LIVE),                S.WITHDRAWN),
    Consequence("the sub-unit answered its bureau",         ("referral.answer",),        _all(S.DELEGATED),              S.ACCEPTED),
    Consequence("a sub-unit's answer is its bureau's own",  ("referral.answer",),        _all(S.ACCEPTED),               S.PASSED),
    Consequence("passed with the lead's answer",            ("referral.pass_answer",),   _all(S.ANSWERED),               S.PASSED),
)

# The moves of an order that send out new parts, and the move of a part that does.
SENDS = ("workorder.refer", "workorder.designate", "workorder.add_supporting", "workorder.rework", "referral.delegate")

# What a live referral owes, by status; the answer is owed until it is given.
OWED = {
    S.SENT:      (StepKind.SIGN, StepKind.ANSWER),
    S.ACCEPTED:  (StepKind.ANSWER,),
    S.DELEGATED: (StepKind.ANSWER,),
}
# fmt: on
