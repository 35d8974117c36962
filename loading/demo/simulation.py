"""Simulated time: lives are generators that act, then say when they act next; the clock sweeps along.

A life is resumed at the moment it asked for, under `staff.now.pretend`, and does one step. Between lives time passes
as in a running installation: reminders, cards and supervision come when they are due. At the end, lives that have
not come to theirs are left as they are: those are the open cases.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from staff.now import pretend
from workorders import clock
from workorders.models import Step
from workorders.models.choices import StepKind
from workorders.telling import tell_reminders

Life = Iterator[datetime]
# How often the clock looks, as beat does.
TICK = timedelta(minutes=5)


class Simulation:
    """Many lives on one line of time, from the first one's beginning to `end`."""

    def __init__(self, end: datetime, progress: Callable[[], None]) -> None:
        self.end = end
        self.swept = datetime.min.replace(tzinfo=end.tzinfo)
        self._progress = progress
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._entered = 0

    def add(self, at: datetime, life: Life) -> None:
        """A life that begins at `at`."""
        self._entered += 1
        heapq.heappush(self._waiting, (at, self._entered, life))

    def run(self) -> None:
        """Let everything happen that happens by the end."""
        while self._waiting and self._waiting[0][0] <= self.end:
            at, _order, life = heapq.heappop(self._waiting)
            self._pass_time(at)
            with pretend(at), transaction.atomic():
                then = next(life, None)
            if then is None:
                self._progress()
            else:
                self.add(max(then, at + timedelta(seconds=20)), life)
        self._pass_time(self.end)

    def _pass_time(self, until: datetime) -> None:
        """Sweep whenever something has become due on the way."""
        while (due := _next_due(until)) is not None:
            at = min(until, max(due, self.swept) + TICK)
            with pretend(at):
                clock.sweep(at)
                tell_reminders()
            self.swept = at


def _next_due(until: datetime) -> datetime | None:
    """The first moment by `until` at which the clock has something to do."""
    rung = Step.objects.filter(next_rung_at__lte=until).aggregate(at=Min("next_rung_at"))["at"]
    shelf = Step.objects.filter(kind=StepKind.SHELF, ended_at=None, due_at__lte=until).aggregate(at=Min("due_at"))["at"]
    return min((at for at in (rung, shelf) if at is not None), default=None)
