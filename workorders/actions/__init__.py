"""Everything that can be done to a work order by itself: the table of contents of the business.

Moves of an order that also touch its referrals are in `referrals.actions` (refer, recall, shelve, withdraw), those
that ask the citizen in `callbacks.actions`. Each action: lock, check, change, record, follow up.
"""

from workorders.actions.attaching import attach, check_detach, detach, is_theirs
from workorders.actions.closing import (
    AT_CLOSING,
    answer_on_the_spot,
    answer_riders,
    await_callback,
    close,
    decline,
    mark_invalid,
    shut,
)
from workorders.actions.desks import (
    BACK,
    CALLBACK,
    DISPATCH,
    SUPERVISION,
    back_to_dispatch,
    release,
    reopen,
    resume,
    take,
)
from workorders.actions.merging import merge, unmerge
from workorders.actions.preserving import preserve, stop_preserving
from workorders.actions.pressure import chase, lift, supervise
from workorders.actions.registering import Appeal, amend, note, register, reveal

__all__ = [
    "AT_CLOSING",
    "BACK",
    "CALLBACK",
    "DISPATCH",
    "SUPERVISION",
    "Appeal",
    "amend",
    "answer_on_the_spot",
    "answer_riders",
    "attach",
    "await_callback",
    "back_to_dispatch",
    "chase",
    "check_detach",
    "close",
    "decline",
    "detach",
    "is_theirs",
    "lift",
    "mark_invalid",
    "merge",
    "note",
    "preserve",
    "register",
    "release",
    "reopen",
    "resume",
    "reveal",
    "shut",
    "stop_preserving",
    "supervise",
    "take",
    "unmerge",
]
