"""The moment the house goes by: the wall clock, or a moment told to it.

Actions never ask the operating system for the time; they ask here. The demo city and the tests then live
through weeks in seconds without a patched clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)
_told_to_all: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC or as told by `pretend`."""
    return _told.get() or _told_to_all or timezone.now()


@contextmanager
def pretend(at: datetime) -> Iterator[None]:
    """Everything inside happens at the moment `at` (aware)."""
    token = _told.set(at)
    try:
        yield
    finally:
        _told.reset(token)


def pretend_to_all(at: datetime | None) -> None:
    """The moment of every thread of this process, until told otherwise: a server in the same process, as browser
    tests have one, answers each request in a thread of its own. None: the wall clock again."""
    global _told_to_all
    _told_to_all = at
