"""Reading the day book: whole days and months from the sums, the rest from entries, what was touched from the records.

All of it in one statement and so in one snapshot: while the clock enters an order, a figure counts it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from oversight import entries
from oversight.groups import Grouping, Scope
from oversight.models import Edition
from oversight.models.daybook import Span
from oversight.periods import Period, after, first_of
from workorders.filters import midnight

MEASURES = "population, marks, n, micros"
ONE = "at, department, category, area, population, marks"
TOUCHED = "touched AS MATERIALIZED (SELECT DISTINCT order_id FROM oversight_touched)"
UNTOUCHED = "NOT EXISTS (SELECT FROM touched WHERE touched.order_id = entry.order_id)"
IS_TOUCHED = "order_id IN (SELECT order_id FROM touched)"


@dataclass
class Query:
    """A statement as it grows, with its parameters in their order."""

    sql: str = ""
    params: list[Any] = field(default_factory=list)

    def add(self, sql: str, *params: Any) -> Query:
        self.sql += sql
        self.params += params
        return self


@dataclass(frozen=True)
class Row:
    """So many entries with the same marks, and what was measured of them: of a part of the period, or of a place."""

    bucket: date | None
    place: int
    population: str
    marks: str
    n: int
    micros: int


def is_ready() -> bool:
    """Whether the book is written, by the definitions and the calendar in force."""
    return Edition.objects.filter(ready=True, fingerprint=entries.fingerprint()).exists()


def read(period: Period, scope: Scope, grouping: Grouping | None) -> list[Row]:
    """What a period counts; rows with a bucket say it by part of the period, those without by place (0 is nowhere).

    Sums are kept for one tree of places at a time. Where the board is narrowed to a place of another tree than it is
    divided by, entries are added up.
    """
    trees = {*scope.below, *([grouping.by] if grouping is not None else [])}
    days = timezone.localdate(period.end)  # the day that still runs at the end: its entries are added up
    summed = midnight(days) if len(trees) <= 1 else period.start
    query = Query(f"WITH {TOUCHED}, counted AS MATERIALIZED (")
    _counted(query, period, scope, summed)
    query.add(") SELECT bucket, 0, population, marks, sum(n), sum(micros) FROM (")
    query.add(
        f"SELECT date_trunc(%s, at AT TIME ZONE %s)::date AS bucket, {MEASURES} FROM counted",  # noqa: S608  our own names
        period.bucket,
        settings.TIME_ZONE,
    )
    if summed > period.start:
        tree = next(iter(scope.below), "")
        for span, first, until in stretches(period.first, days, by_month=period.bucket == Span.MONTH):
            query.add(f" UNION ALL SELECT date_trunc(%s, first::timestamp)::date, {MEASURES} ", period.bucket)
            _sums(query, scope, tree, span, first, until)
    query.add(") AS part GROUP BY bucket, population, marks HAVING sum(n) <> 0")
    if grouping is not None:
        query.add(" UNION ALL SELECT NULL, place, population, marks, sum(n), sum(micros) FROM (")
        query.add(f"SELECT coalesce({grouping.by}, 0) AS place, {MEASURES} FROM counted")  # noqa: S608  a tree's name
        if summed > period.start:
            for span, first, until in stretches(period.first, days, by_month=True):
                query.add(f" UNION ALL SELECT place, {MEASURES} ")
                _sums(query, scope, grouping.by, span, first, until)
        query.add(") AS part GROUP BY place, population, marks HAVING sum(n) <> 0")
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        return [
            Row(bucket, place, population, marks, int(n), int(micros))
            for bucket, place, population, marks, n, micros in cursor.fetchall()
        ]


def _counted(query: Query, period: Period, scope: Scope, summed: datetime) -> None:
    """What is counted one by one: touched orders as they are now and not as they were entered, and the last day."""
    records, params = entries.statement()
    query.add(f"SELECT {ONE}, 1 AS n, micros FROM ({records}) AS record", *params)  # noqa: S608  our own
    _between(query, scope, period.start, period.end)
    query.add(f" UNION ALL SELECT {ONE}, 1, micros FROM oversight_entry AS entry")  # noqa: S608  as above
    _between(query, scope, summed, period.end)
    query.add(f" AND {UNTOUCHED} UNION ALL SELECT {ONE}, -1, -micros FROM oversight_entry")  # noqa: S608  as above
    _between(query, scope, period.start, summed)
    query.add(f" AND {IS_TOUCHED}")


def _between(query: Query, scope: Scope, start: datetime, end: datetime) -> None:
    query.add(" WHERE at >= %s AND at < %s", start, end)
    for tree, below in scope.below.items():
        query.add(f" AND {tree} = ANY(%s)", below)


def _sums(query: Query, scope: Scope, tree: str, span: str, first: date, until: date) -> None:
    query.add("FROM oversight_sum WHERE by = %s AND span = %s AND first >= %s AND first < %s", tree, span, first, until)
    if tree in scope.below:
        query.add(" AND place = ANY(%s)", scope.below[tree])


def stretches(first: date, until: date, *, by_month: bool) -> Iterator[tuple[str, date, date]]:
    """The days from one to another (excluded) as days and, where they make whole months, months."""
    months_from = first if first.day == 1 else after(Span.MONTH, first_of(Span.MONTH, first))
    months_to = first_of(Span.MONTH, until)
    if not by_month or months_from >= months_to:
        found = [(Span.DAY, first, until)]
    else:
        found = [(Span.DAY, first, months_from), (Span.MONTH, months_from, months_to), (Span.DAY, months_to, until)]
    yield from ((span.value, begins, ends) for span, begins, ends in found if begins < ends)
