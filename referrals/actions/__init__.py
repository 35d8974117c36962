"""Everything that can be done with a referral, and the moves of an order that touch its referrals."""

from referrals.actions.dispatch import add_supporting, designate, recall, refer, rework, shelve, withdraw
from referrals.actions.handling import accept, answer, delegate, record_contact, take_back
from referrals.actions.review import pass_answer, send_back
from referrals.actions.rulings import (
    grant_extension,
    refuse_extension,
    refuse_return,
    request_extension,
    request_return,
    uphold_return,
)

__all__ = [
    "accept",
    "add_supporting",
    "answer",
    "delegate",
    "designate",
    "grant_extension",
    "pass_answer",
    "recall",
    "record_contact",
    "refer",
    "refuse_extension",
    "refuse_return",
    "request_extension",
    "request_return",
    "rework",
    "send_back",
    "shelve",
    "take_back",
    "uphold_return",
    "withdraw",
]
