"""日记账: keeps what the figures count ready-counted. The clock writes it; `sums` reads it.

Whoever changes what a figure looks at leaves the order's number in `Touched`, in the same transaction: triggers do, so
nothing can forget it. The clock takes numbers out, enters these orders anew and adds the difference to the sums. What
is touched and not entered yet is counted from the records, so a figure is never older than the records.

The edition's row is the lock: one worker at a time writes.
"""

from __future__ import annotations

import logging
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from oversight import entries
from oversight.models import Edition, Entry, Sum
from oversight.models.daybook import SEVERAL, SINGLE, TREES, Span
from oversight.periods import after, first_of
from staff.now import now
from workorders.filters import midnight

logger = logging.getLogger(__name__)

# A pass over every order takes longer than a page may. A statement of many small parts loses by being compiled, and
# would rather read a whole table than a few thousand rows of it, were it told that the disk turns.
STEADY = """
SET LOCAL statement_timeout = 0; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1;
SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'
"""
# Orders a transaction: of those touched, and of all when the book is written anew.
BATCH = 5000
BATCH_OF_ALL = 50_000

# What a change comes to, by day and month and by each set of trees. Each set is kept by its trees' first letters.
SETS = ", ".join(
    f"({', '.join([span, 'population', 'marks', *(tree for tree in TREES if tree[0] in by)])})"
    for span, kept in ((Span.DAY, SINGLE), (Span.MONTH, SINGLE + SEVERAL))
    for by in kept
)
ADDED_UP = f"""
SELECT {" || ".join(f"CASE grouping({tree}) WHEN 0 THEN '{tree[0]}' ELSE '' END" for tree in TREES)} AS by,
       CASE grouping(day) WHEN 0 THEN 'day' ELSE 'month' END AS span,
       CASE grouping(day) WHEN 0 THEN day ELSE month END AS first,
       {", ".join(f"coalesce({tree}, 0) AS {tree}" for tree in TREES)},
       population, marks, sum(n) AS n, sum(micros) AS micros
FROM (
    SELECT day, date_trunc('month', day::timestamp)::date AS month,
           {", ".join(f"coalesce({tree}, 0) AS {tree}" for tree in TREES)}, population, marks, n, micros
    FROM change
) AS placed
GROUP BY GROUPING SETS ({SETS})
HAVING sum(n) <> 0 OR sum(micros) <> 0
"""  # noqa: S608  names of our own
SUMMED = "by, span, first, department, category, area, population, marks"
# What was entered goes out, what is true now comes in, the sums move by the difference: one statement, one snapshot.
ENTER = f"""
WITH touched AS MATERIALIZED (SELECT unnest(%s::bigint[]) AS order_id),
gone AS (
    DELETE FROM oversight_entry WHERE order_id IN (SELECT order_id FROM touched) RETURNING *
), come AS (
    INSERT INTO oversight_entry ({entries.COLUMNS}) {{entries}} RETURNING *
), change AS (
    SELECT (at AT TIME ZONE %s)::date AS day, department, category, area, population, marks, -1 AS n, -micros AS micros
    FROM gone
    UNION ALL
    SELECT (at AT TIME ZONE %s)::date, department, category, area, population, marks, 1, micros FROM come
)
INSERT INTO oversight_sum AS kept ({SUMMED}, n, micros)
{ADDED_UP}ON CONFLICT ({SUMMED}) DO UPDATE SET n = kept.n + excluded.n, micros = kept.micros + excluded.micros
"""  # noqa: S608  names of our own
TAKE = """
DELETE FROM oversight_touched WHERE id IN (SELECT id FROM oversight_touched ORDER BY id LIMIT %s) RETURNING order_id
"""
AHEAD = (
    "SELECT count(*), max(id) FROM (SELECT id FROM workorders_workorder WHERE id > %s ORDER BY id LIMIT %s) AS ahead"
)
SUM = f"""
WITH change AS (
    SELECT (at AT TIME ZONE %s)::date AS day, department, category, area, population, marks, 1 AS n, micros
    FROM oversight_entry WHERE at >= %s AND at < %s
)
INSERT INTO oversight_sum ({SUMMED}, n, micros) {ADDED_UP}"""  # noqa: S608  as above


def keep_up() -> int:
    """Enter what was touched; write the whole book first where there is none by today's definitions and calendar.

    Returns how many orders were entered. Safe to run twice and side by side.
    """
    Edition.objects.bulk_create([Edition()], ignore_conflicts=True)
    total = 0
    while (count := _some()) is not None:
        total += count
    return total


@transaction.atomic
def sum_anew() -> None:
    """Throw the sums away; `keep_up` adds the entries up again, and nobody sees figures by the sums until then."""
    edition = Edition.objects.select_for_update().get()
    _empty(Sum)
    edition.summed_to, edition.ready = _earliest(), False
    edition.save(update_fields=["summed_to", "ready"])


@transaction.atomic
def _some() -> int | None:
    """A step, and how many orders it entered; None when nothing is left or somebody else is at it."""
    edition = Edition.objects.select_for_update(skip_locked=True).first()
    if edition is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(STEADY)
    wanted = entries.fingerprint()
    if edition.fingerprint != wanted:
        _begin(edition, wanted)
    if edition.ready:
        count = _drain()
    elif edition.summed_to is None:
        count = _fill(edition)
    else:
        count = _sum_up(edition, edition.summed_to)
    if entries.fingerprint() != wanted:  # the calendar changed under our hands
        transaction.set_rollback(True)
        return None
    return count


def _begin(edition: Edition, wanted: str) -> None:
    """Throw away what was written by other definitions. Indexes are built when their table is whole."""
    logger.info("the day book is written anew")
    _empty(Entry)
    _empty(Sum)
    edition.fingerprint, edition.filled_to, edition.summed_to, edition.ready = wanted, 0, None, False
    edition.save(update_fields=["fingerprint", "filled_to", "summed_to", "ready"])


def _empty(model: type[Entry] | type[Sum]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        for index in model._meta.indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {index.name}")
        for constraint in model._meta.constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint.name}")


def _fill(edition: Edition) -> int:
    """The next orders by number. One that comes in behind our back is touched, and entered like any other once the
    book is ready."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, [edition.filled_to, BATCH_OF_ALL])
        count, last = cursor.fetchone()
        if count:
            sql, told = entries.statement_between(edition.filled_to, last)
            cursor.execute(f"INSERT INTO oversight_entry ({entries.COLUMNS}) {sql}", told)
            edition.filled_to = last
        if count < BATCH_OF_ALL:
            _make_whole(Entry)
            edition.summed_to = _earliest()
    edition.save(update_fields=["filled_to", "summed_to"])
    return int(count)


def _earliest() -> date:
    """The month the sums begin with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM oversight_entry")
        (earliest,) = cursor.fetchone()
    return first_of(Span.MONTH, localdate(earliest or now()))


def _sum_up(edition: Edition, month: date) -> int:
    """The entries of a month added up, and on to the next month that has any; after the last one the book is ready."""
    until = midnight(after(Span.MONTH, month))
    with connection.cursor() as cursor:
        cursor.execute(SUM, [settings.TIME_ZONE, midnight(month), until])
        cursor.execute("SELECT min(at) FROM oversight_entry WHERE at >= %s", [until])
        (following,) = cursor.fetchone()
    if following is None:
        _make_whole(Sum)
        edition.ready = True
    else:
        edition.summed_to = first_of(Span.MONTH, localdate(following))
    edition.save(update_fields=["summed_to", "ready"])
    return 0


def _make_whole(model: type[Entry] | type[Sum]) -> None:
    """Build what a table is found by, and let the database look at what it holds."""
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)
        for constraint in model._meta.constraints:
            editor.add_constraint(model, constraint)
        editor.execute(f"ANALYZE {model._meta.db_table}")


def _drain() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [BATCH])
        orders = sorted({order for (order,) in cursor.fetchall()})
        if not orders:
            return None
        sql, told = entries.statement()
        cursor.execute(ENTER.format(entries=sql), [orders, *told, settings.TIME_ZONE, settings.TIME_ZONE])
    return len(orders)
