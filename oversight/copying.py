"""A query's rows as lines of CSV, on their way from the database to whoever reads: none of them is held here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import Any

from django.db import connections, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

# So many bytes are handed on at a time; the pipe between database and reader holds about as many.
PIECE = 64 * 1024
# A stream takes as long as its reader; what takes longer than this is forgotten rather than slow. With room to sort a
# million rows in memory the database reads them as they lie: in their order each is fetched from somewhere else.
SETTINGS = (
    "SET LOCAL statement_timeout = '1h'; SET LOCAL work_mem = '256MB'; SET LOCAL jit = off;"
    " SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = %s"
)


def copied(
    rows: QuerySet[Any], cells: Mapping[str, str], *, head: bytes, done: Callable[[int], object]
) -> Iterator[bytes]:
    """The head, then the rows' lines in pieces: of each row these of its values, each as this SQL writes it.
    `done` is told how many rows there were when the last one is handed on.

    Moments are written by the clock of the present time zone. What goes wrong on the way is raised, so that the answer
    breaks off and what has arrived is not taken for the whole. When the reader goes away, the statement is ended.
    """
    keys = {f"key_{nth}": str(name) for nth, name in enumerate(rows.query.order_by)}
    keyed = rows.annotate(**{key: F(name.removeprefix("-")) for key, name in keys.items()}).values_list(*cells, *keys)
    sql, params = keyed.query.get_compiler(rows.db, elide_empty=False).as_sql()
    order = ", ".join(f"{key} DESC" if name.startswith("-") else key for key, name in keys.items())
    select = f"SELECT {', '.join(cells.values())} FROM ({sql}) AS told ORDER BY {order}"  # noqa: S608  names of our own
    return _stream(rows.db, select, params, head, done)


def _stream(using: str, sql: str, params: Any, head: bytes, done: Callable[[int], object]) -> Iterator[bytes]:
    yield head
    connection = connections[using]
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS, [timezone.get_current_timezone_name()])
            copying = _Copying(cursor, cursor.mogrify(sql, params))
            copying.start()
            try:
                while piece := os.read(copying.pipe, PIECE):
                    yield piece
            except GeneratorExit:
                connection.connection.cancel()
                raise
            finally:
                copying.end()
            if copying.error is not None:
                with connection.wrap_database_errors:
                    raise copying.error
            rows = cursor.rowcount
        transaction.set_rollback(True, using=using)  # nothing was written, and the settings end here
    done(rows)


class _Copying(Thread):
    """Lets the database write into a pipe, on the connection of the request that reads from it: the database waits
    while the reader does."""

    def __init__(self, cursor: Any, select: bytes) -> None:
        super().__init__(name="copying", daemon=True)
        self.cursor, self.select = cursor, select
        self.error: BaseException | None = None
        self.pipe, self._into = os.pipe()

    def run(self) -> None:
        try:
            with open(self._into, "wb", buffering=PIECE) as pipe:
                self.cursor.copy_expert(b"COPY (" + self.select + b") TO STDOUT WITH (FORMAT csv)", pipe)
        except BaseException as error:  # handed to the reader
            self.error = error

    def end(self) -> None:
        """Nothing is read any more: whoever still writes finds the pipe closed."""
        os.close(self.pipe)
        self.join()
