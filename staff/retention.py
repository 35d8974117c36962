"""保存期限: what is kept, for how long, and how it goes. Each app enters its rules; the clock looks by night.

A rule's rows stand in a queue, the oldest first, in the order of an index. A batch takes the next few of them, lets go
those past their time, and is a transaction of its own: killed anywhere, the next run goes on. What somebody works on
just now is passed over until then. How long is said in the environment (`KEEP_…`), not on a page: what has gone does
not come back, so it is not a click of one person, and `manage.py retain --dry-run` says beforehand what would go.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from staff.lockout import FORGOTTEN_AFTER
from staff.models import FailedSignIns, SignInEntry

# So many rows of a queue in a transaction.
BATCH = 500

Rows = Callable[[], "QuerySet[Any]"]
Erase = Callable[[Rows, list[Any], datetime], None]


def drop(rows: Rows, keys: list[Any], at: datetime) -> None:
    """Delete them."""
    rows().filter(pk__in=keys).delete()


@dataclass(frozen=True)
class Rule:
    """One kind of record: its age is counted from `moment`, its queue is in the order of `queue`.

    `kept` is how long, where that is not for an installation to say; else `settings.KEEP` has days for its name, and 0
    keeps it for ever.
    """

    name: str
    words: str | Promise
    rows: Rows
    moment: str
    queue: str
    kept: timedelta | None = None
    erase: Erase = drop

    @property
    def days(self) -> int:
        """Days for which it is kept; 0 of those an installation chooses is for ever."""
        return self.kept.days if self.kept is not None else int(settings.KEEP[self.name])

    def before(self, at: datetime) -> datetime | None:
        """What is older than this is kept no longer; None where everything is kept."""
        if self.kept is None and not self.days:
            return None
        return at - timedelta(days=self.days)


@dataclass(frozen=True)
class Past:
    """What a rule would let go now: how many, and since when the oldest is there."""

    rule: Rule
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Gone:
    """A batch of a rule that has gone."""

    rule: Rule
    count: int


RULES: dict[str, Rule] = {}


def enter(*rules: Rule) -> None:
    """Rules are named once; an app that is made ready twice enters them once."""
    RULES.update({rule.name: rule for rule in rules})


def look(at: datetime) -> Generator[Past, None, None]:
    """What each rule would let go; nothing is written."""
    for rule in RULES.values():
        before, count, oldest = rule.before(at), 0, None
        if before is not None:
            past = rule.rows().filter(**{f"{rule.moment}__lt": before})
            counted = past.aggregate(count=Count("pk"), oldest=Min(rule.moment))
            count, oldest = counted["count"], counted["oldest"]
        yield Past(rule, count, oldest)


def retain(at: datetime, *, seconds: float | None = None, batch: int = BATCH) -> Generator[Gone, None, None]:
    """Let go what is past its time, a batch at a time; no new batch is begun after so many seconds.

    A rule that fails stops no other; what failed is raised at the end.
    """
    began, failed = monotonic(), list[Exception]()
    for rule in RULES.values():
        before, gone = rule.before(at), batch
        while before is not None and gone == batch and (seconds is None or monotonic() - began < seconds):
            try:
                gone = _batch(rule, before, batch, at)
            except Exception as error:  # raised below: the worker's log has it, the next night tries again
                failed.append(error)
                break
            yield Gone(rule, gone)
    if failed:
        raise ExceptionGroup("not everything went", failed)


@transaction.atomic
def _batch(rule: Rule, before: datetime, batch: int, at: datetime) -> int:
    queue = rule.rows().order_by(rule.queue).select_for_update(of=("self",), skip_locked=True)
    past = [key for key, moment in queue.values_list("pk", rule.moment)[:batch] if moment < before]
    if past:
        rule.erase(rule.rows, past, at)
    return len(past)


enter(
    Rule("sessions", _("sessions that have ended"), Session.objects.all, "expire_date", "expire_date", timedelta(0)),
    Rule("sign_ins", _("failed sign-ins"), FailedSignIns.objects.all, "failed_at", "failed_at", kept=FORGOTTEN_AFTER),
    Rule("sign_in_log", _("who signed in, and what failed"), SignInEntry.objects.all, "at", "pk"),
)
