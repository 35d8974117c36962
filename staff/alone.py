"""One process of many: whoever holds a lock in the database, for as long as its session there lives.

The lock is taken in a transaction that stays open on a connection of its own. So it is gone the moment the process is,
without a lease that could run out under somebody alive, and a pooler that lends connections by transaction (PgBouncer)
lends this one to nobody else meanwhile. Between statements the transaction holds no snapshot: vacuum does not wait.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TAKE = "SELECT set_config('idle_in_transaction_session_timeout', %s, true), pg_try_advisory_xact_lock(%s)"


class Alone:
    """A lock, by its number: any, but the same everywhere.

    `patience`: after so many seconds without a look at it the database takes it back, from a process that hangs and
    from a machine that vanished without a word; 0 is never.
    """

    def __init__(self, key: int, *, patience: int = 0) -> None:
        self.key = key
        self.patience = patience
        self._connection: BaseDatabaseWrapper | None = None
        self._mine = False

    def holds(self) -> bool:
        """Whether this process is the one; it becomes it when nobody is. While the database is away nobody is."""
        try:
            self._mine = self._still() if self._mine else self._take()
        except Error:
            self.release()
        return self._mine

    def release(self) -> None:
        """Let go."""
        self._mine = False
        if self._connection is not None:
            with suppress(Error):  # it was lost already
                self._connection.rollback()
            with suppress(Error):
                self._connection.close()
            self._connection = None

    def _still(self) -> bool:
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True

    def _take(self) -> bool:
        if self._connection is None:
            self._connection = connections.create_connection(DEFAULT_DB_ALIAS)
            self._connection.set_autocommit(False)
        with self._connection.cursor() as cursor:
            cursor.execute(TAKE, [f"{self.patience}s", self.key])
            (_patience, mine) = cursor.fetchone()
        if not mine:
            self._connection.rollback()
        return bool(mine)
