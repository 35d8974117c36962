"""Who hears of what, by which way: data. Texts are made when they are read, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Between these hours nothing but what is marked `at_once` leaves the house. Local time.
QUIET = (time(21, 0), time(8, 0))
# What comes up within these minutes leaves as one message.
GATHER = 10


@dataclass(frozen=True)
class Rule:
    """One reason to tell somebody. `sms`: also by SMS; `at_once`: without waiting for others, and in quiet hours."""

    name: str
    words: str | Promise
    sms: bool = False
    at_once: bool = False


# fmt: off
RULES = {
    rule.name: rule
    for rule in (
        Rule("due_soon",           _("Due soon: %(step)s")),
        Rule("yellow",             _("Yellow card, due in one working day: %(step)s")),
        Rule("red",                _("Red card, overdue: %(step)s"), sms=True),
        Rule("supervision",        _("Under supervision, nobody acted: %(step)s"), sms=True),
        Rule("referred",           _("Referred to you: %(unit)s")),
        Rule("referred_at_once",   _("Referred to you, urgent: %(unit)s"), sms=True, at_once=True),
        Rule("return_upheld",      _("The return was upheld: %(unit)s")),
        Rule("return_refused",     _("The return was refused: %(unit)s")),
        Rule("extension_granted",  _("More time was granted: %(unit)s")),
        Rule("extension_refused",  _("More time was refused: %(unit)s")),
        Rule("sent_back",          _("The answer was sent back: %(unit)s")),
        Rule("chased",             _("The citizen asks again")),
        Rule("supervised",         _("Put under supervision")),
        Rule("rescheduled",        _("Due time worked out anew: %(unit)s")),
    )
}
# fmt: on


def not_before(at: datetime) -> datetime:
    """When a notice that can wait may leave: at the next full ten minutes, with what else came up until then; in
    the quiet hours at their end."""
    local = timezone.localtime(at)
    full = local.replace(minute=local.minute // GATHER * GATHER, second=0, microsecond=0)
    leaves = full if full == local else full + timedelta(minutes=GATHER)
    if QUIET[1] <= leaves.time() < QUIET[0]:
        return leaves
    day = leaves.date() if leaves.time() < QUIET[1] else leaves.date() + timedelta(days=1)
    return datetime.combine(day, QUIET[1], tzinfo=local.tzinfo)
