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


def now() -> datetime:
    """The present moment, aware, in UTC or as told by `pretend`."""
    return _told.get() or timezone.now()


@contextmanager
def pretend(at: datetime) -> Iterator[None]:
    """Everything inside happens at the moment `at` (aware)."""
    token = _told.set(at)
    try:
        yield
    finally:
        _told.reset(token)
