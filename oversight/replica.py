"""Reports are read on a replica where there is one (`REPLICA_URL`); everything else, and every write, on the primary.

A report says as of when it is. It goes to the primary instead, and says nothing, when the replica is away or too far
behind, and once more when the replica breaks off in the middle: it never fails because there is a replica.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http.response import HttpResponseBase
from psycopg2.errors import QueryCanceled

from staff.typing import StaffRequest

logger = logging.getLogger(__name__)

ALIAS = "replica"

LEAVE_ALONE = 10.0
"""Seconds in which a replica that did not answer is not asked again: a report must not wait for it each time."""

WRITTEN = "SELECT clock_timestamp(), pg_current_wal_lsn()::text"
REPLAYED = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_xact_replay_timestamp()"

T = TypeVar("T")
P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)

_as_of: ContextVar[datetime | None] = ContextVar("as_of", default=None)
_away_until = 0.0


@dataclass(frozen=True)
class Standing:
    """How far the replica is: it knows all that was written until `as_of`, by the primary's clock, which says `at`."""

    at: datetime
    as_of: datetime

    @property
    def lag(self) -> timedelta:
        return self.at - self.as_of


class Router:
    """Where a model is read and written."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return alias()

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def as_of() -> datetime | None:
    """Up to when the report being read knows everything; None on the primary, which always does."""
    return _as_of.get()


def alias() -> str:
    """Where the present report is read."""
    return DEFAULT_DB_ALIAS if _as_of.get() is None else ALIAS


def reading() -> BaseDatabaseWrapper:
    """The connection the present report is read on."""
    return connections[alias()]


def report(
    view: Callable[Concatenate[StaffRequest, P], Answer],
) -> Callable[Concatenate[StaffRequest, P], Answer]:
    """A view that is a report. It may be called twice, so what it writes it writes last."""

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        return read(lambda: view(request, *args, **kwargs))

    return wrapped


def read(what: Callable[[], T]) -> T:
    """What a report says: by the replica when it is fit to be read, else by the primary."""
    standing = look() if ALIAS in settings.DATABASES and monotonic() >= _away_until else None
    if standing is None or standing.lag.total_seconds() > settings.REPLICA_LAG:
        return what()
    try:
        with _on_the_replica(standing.as_of):
            return what()
    except Error as error:
        if isinstance(error.__cause__, QueryCanceled):  # it took too long, and would take as long on the primary
            raise
        _said_no(error)
    return what()


def look() -> Standing | None:
    """How far the replica is; None when it does not answer, or is none.

    It is compared with how far the primary has written: the last moment replayed says nothing while nobody writes.
    """
    global _away_until
    try:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            at, written = cursor.fetchone()
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(REPLAYED, [written])
            is_level, replayed = cursor.fetchone()
    except Error as error:
        _said_no(error)
        _away_until = monotonic() + LEAVE_ALONE
        return None
    if is_level:
        return Standing(at, at)
    return Standing(at, replayed) if replayed is not None else None


@contextmanager
def _on_the_replica(moment: datetime) -> Iterator[None]:
    token = _as_of.set(moment)
    try:
        yield
    finally:
        _as_of.reset(token)


def _said_no(error: Error) -> None:
    """Away, killed, or it had to take back rows the report was reading (a recovery conflict)."""
    logger.warning("the replica said no", extra={"error": type(error.__cause__ or error).__name__})
    connections[ALIAS].close()
