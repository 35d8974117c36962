"""Reading the day book: whole days and months from the sums, the rest from entries, what was touched from the records.

All of it in one statement and so in one snapshot: while the clock enters an order, a figure counts it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.timezone import localdate

from oversight import entries
from oversight.entries import Sql
from oversight.groups import Grouping, Scope
from oversight.indicators import Indicator, Side
from oversight.models import Edition
from oversight.models.daybook import SINGLE, TREES, Span
from oversight.periods import Period, after, first_of
from oversight.replica import reading
from workorders.filters import midnight

MEASURES = "population, marks, n, micros"
ONE = "at, department, category, area, population, marks"
TOUCHED = "touched AS MATERIALIZED (SELECT DISTINCT order_id FROM oversight_touched)"


@dataclass
class Query:
    """A statement as it grows, with its parameters in their order."""

    sql: str = ""
    params: list[Any] = field(default_factory=list)

    def add(self, sql: str, *params: Any) -> Query:
        self.sql += sql
        self.params += params
        return self


Asking = tuple[Period, Grouping | None]


class Row(NamedTuple):
    """So many entries with the same marks, and what was measured of them: of a part of the period, or of a place."""

    bucket: date | None
    place: int
    population: str
    marks: str
    n: int
    micros: int


@dataclass(frozen=True)
class Days:
    """Where the days of a period are read, for one way of dividing it: stretches of sums, the rest entry by entry."""

    period: Period
    by: str
    summed: list[tuple[str, date, date]]
    one_by_one: list[tuple[datetime, datetime]]


def is_ready() -> bool:
    """Whether the book is written, by the definitions and the calendar in force."""
    return Edition.objects.filter(ready=True, fingerprint=entries.fingerprint()).exists()


def read(scope: Scope, askings: Sequence[Asking]) -> list[list[Row]]:
    """What each period counts; rows with a bucket say it by part of the period, others by place (0 is nowhere)."""
    query = Query(f"WITH {TOUCHED}, late AS MATERIALIZED (")
    _late(query, scope, min(period.start for period, _by in askings), max(period.end for period, _by in askings))
    query.add(")")
    begin = " SELECT "
    for nth, (period, grouping) in enumerate(askings):
        query.add(f"{begin}%s, bucket, 0, population, marks, sum(n)::bigint, sum(micros)::bigint FROM (", nth)
        days = _days(period, set(scope.below), by_month=period.bucket == Span.MONTH)
        bucket = "date_trunc(%s, at AT TIME ZONE %s)::date AS bucket", [period.bucket, settings.TIME_ZONE]
        _parts(query, days, scope, bucket, ("date_trunc(%s, first::timestamp)::date", [period.bucket]))
        query.add(") AS part GROUP BY bucket, population, marks HAVING sum(n) <> 0")
        begin = " UNION ALL SELECT "
        if grouping is not None:
            query.add(f"{begin}%s, NULL, place, population, marks, sum(n)::bigint, sum(micros)::bigint FROM (", nth)
            days = _days(period, {*scope.below, grouping.by}, by_month=True)
            _parts(query, days, scope, (f"coalesce({grouping.by}, 0) AS place", []), (grouping.by, []))
            query.add(") AS part GROUP BY place, population, marks HAVING sum(n) <> 0")
    found: list[list[Row]] = [[] for _asking in askings]
    with reading().cursor() as cursor:
        cursor.execute(query.sql, query.params)
        for nth, *row in cursor.fetchall():
            found[nth].append(Row(*row))
    return found


def orders_of(indicator: Indicator, side: str, scope: Scope, period: Period) -> list[int]:
    """The orders that have a row on this side of an indicator, as entered, and all that are touched since."""
    population = indicator.population.name
    place = entries.indicators_of(population).index(indicator) + 1
    query = Query("SELECT order_id FROM oversight_touched UNION SELECT order_id FROM oversight_entry")
    _between(query, scope, period.start, period.end)
    marks = list(entries.MARKS_OF[Side(side)])
    query.add(" AND population = %s AND substr(marks, %s, 1) = ANY(%s)", population, place, marks)
    with reading().cursor() as cursor:
        cursor.execute(query.sql, query.params)
        return [order for (order,) in cursor.fetchall()]


def _days(period: Period, trees: set[str], *, by_month: bool) -> Days:
    """Sums by day are kept of one tree at most. The day that still runs at the end is read entry by entry."""
    by = "".join(tree[0] for tree in TREES if tree in trees)
    until = localdate(period.end)
    summed = [
        stretch
        for stretch in stretches(period.first, until, by_month=by_month)
        if by in SINGLE or stretch[0] == Span.MONTH
    ]
    borders = [period.start, *(midnight(day) for _span, *days in summed for day in days), period.end]
    between = zip(borders[::2], borders[1::2], strict=True)
    return Days(period, by, summed, [(start, end) for start, end in between if start < end])


def _late(query: Query, scope: Scope, start: datetime, end: datetime) -> None:
    """What is touched and not entered yet: as it is now, and less what was entered of it."""
    records, params = entries.statement()
    query.add(f"SELECT {ONE}, 1 AS n, micros FROM ({records}) AS record", *params)  # noqa: S608  our own
    _between(query, scope, start, end)
    query.add(f" UNION ALL SELECT {ONE}, -1, -micros FROM oversight_entry")  # noqa: S608  as above
    _between(query, scope, start, end)
    query.add(" AND order_id IN (SELECT order_id FROM touched)")


def _parts(query: Query, days: Days, scope: Scope, of_entry: Sql, of_sum: Sql) -> None:
    """What is to be added up, each with the part or the place it belongs to: told differently of entries and sums."""
    query.add(f"SELECT {of_entry[0]}, {MEASURES} FROM late WHERE at >= %s AND at < %s", *of_entry[1])  # noqa: S608  our own names
    query.params += [days.period.start, days.period.end]
    for start, end in days.one_by_one:
        query.add(f" UNION ALL SELECT {of_entry[0]}, population, marks, 1, micros FROM oversight_entry", *of_entry[1])  # noqa: S608  as above
        _between(query, scope, start, end)
    for span, first, until in days.summed:
        query.add(f" UNION ALL SELECT {of_sum[0]}, {MEASURES} FROM oversight_sum", *of_sum[1])  # noqa: S608  as above
        query.add(" WHERE by = %s AND span = %s AND first >= %s AND first < %s", days.by, span, first, until)
        _narrow(query, scope)


def _between(query: Query, scope: Scope, start: datetime, end: datetime) -> None:
    query.add(" WHERE at >= %s AND at < %s", start, end)
    _narrow(query, scope)


def _narrow(query: Query, scope: Scope) -> None:
    for tree, below in scope.below.items():
        query.add(f" AND {tree} = ANY(%s)", below)


def stretches(first: date, until: date, *, by_month: bool) -> Iterator[tuple[str, date, date]]:
    """The days from one to another (excluded) as days and, where they make whole months, months."""
    months_from = first if first.day == 1 else after(Span.MONTH, first_of(Span.MONTH, first))
    months_to = first_of(Span.MONTH, until)
    if not by_month or months_from >= months_to:
        found = [(Span.DAY, first, until)]
    else:
        found = [(Span.DAY, first, months_from), (Span.MONTH, months_from, months_to), (Span.DAY, months_to, until)]
    yield from ((span.value, begins, ends) for span, begins, ends in found if begins < ends)
