"""The clock: a sweep with a fifth of all open orders due, beside bare inserts of the rows it writes; nothing due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

import psycopg2

from bench.ground import create
from bench.run import Run
from bench.storm import LOOKS, WRITTEN, build, sweep
from bench.table import Row
from bench.visitors import together

LEVEL = 0.5
IDLE = 0.020


def measure(run: Run) -> Iterator[Row]:
    """A city of open orders and its twin: the clock goes over the one, the rows it wrote are put into the other."""
    storm, twin = f"storm_{run.orders}", f"storm_{run.orders}_bare"
    _drop(run, storm, twin)
    create(run.ground, storm)
    env = run.ground.environment(storm)
    together(1, build, run.orders, env)
    run.postgres("createdb", "-T", storm, "--strategy=file_copy", twin)
    run.postgres("psql", "-qc", "CHECKPOINT", database=twin)
    (seen,) = together(1, sweep, env)
    for nth, name in enumerate(("supervision", "cards")):
        seconds, climbed = seen[name]
        written, bare = _bare(run, storm, twin, seen["rows"][nth], seen["rows"][nth + 1])
        share = bare / seconds
        yield Row(
            f"sweep, {name}",
            f"{climbed:,} of {run.orders:,} open in {seconds:.1f} s = {share:.0%} of bare inserts ({bare:.1f} s)",
            f"≥ {LEVEL:.0%}",
            share >= LEVEL,
            f"{written:,} rows: {name}, entries, notices and letters that wait, with everything that hangs on them",
        )
    yield Row(
        "sweep, nothing due",
        f"{1000 * seen['idle']:.1f} ms",
        f"< {1000 * IDLE:.0f} ms",
        seen["idle"] < IDLE,
        f"every part of the sweep and the telling, among {run.orders:,} open orders, median of {LOOKS}",
    )
    _drop(run, storm, twin)


def _drop(run: Run, *databases: str) -> None:
    for database in databases:
        run.postgres("dropdb", "--if-exists", "--force", database)


def _bare(run: Run, storm: str, twin: str, since: dict[str, int], until: dict[str, int]) -> tuple[int, float]:
    """Put the rows of these keys into the twin by one `INSERT … SELECT` a table, in one transaction; how many, in how
    many seconds."""
    for table in WRITTEN:
        rows = f"SELECT * FROM {table} WHERE id > {since[table]} AND id <= {until[table]} ORDER BY id"  # noqa: S608  our own names
        out = run.postgres("psql", "-qAtc", f"COPY ({rows}) TO STDOUT", database=storm)
        kept = f"CREATE UNLOGGED TABLE IF NOT EXISTS bare_{table} (LIKE {table}); TRUNCATE bare_{table}"
        run.postgres("psql", "-qc", kept, database=twin)
        run.postgres("psql", "-qc", f"COPY bare_{table} FROM STDIN", database=twin, give=out)
    with closing(psycopg2.connect(run.ground.url(twin))) as connection, connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        connection.commit()
        written, began = 0, perf_counter()
        for table in WRITTEN:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM bare_{table}")  # noqa: S608  our own names
            written += cursor.rowcount
        connection.commit()
        return written, perf_counter() - began
