"""Counting: added up from the day book, or anew from the records by one grouped query for each population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from oversight import entries, sums
from oversight.groups import EVERYWHERE, Grouping, Scope
from oversight.indicators import INDICATORS, NOTHING, POPULATIONS, Indicator, Side, Tallies, Tally
from oversight.periods import Period
from oversight.records import Population


@dataclass
class Counted:
    """What was counted of a period: in all, by group, by part of the period."""

    total: dict[str, Tally] = field(default_factory=dict)
    by_group: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(dict))
    by_bucket: dict[date, dict[str, Tally]] = field(default_factory=lambda: defaultdict(dict))

    def group(self, key: str) -> Tallies:
        return self.by_group.get(key, {})

    def bucket(self, bucket: date) -> Tallies:
        return self.by_bucket.get(bucket, {})


def count(scope: Scope, *askings: sums.Asking) -> list[Counted]:
    """Count every indicator of each period; from the day book when there is one, which comes to the same."""
    if sums.is_ready():
        return added_up(scope, *askings)
    return [recount(period, scope, grouping) for period, grouping in askings]


def added_up(scope: Scope, *askings: sums.Asking) -> list[Counted]:
    """From the day book; one query."""
    found = sums.read(scope, askings)
    return [_added_up(rows, grouping) for rows, (_period, grouping) in zip(found, askings, strict=True)]


def _added_up(rows: list[sums.Row], grouping: Grouping | None) -> Counted:
    """Whole numbers are added until there is one of each: a board has ten thousand rows."""
    summed: defaultdict[date | str, dict[str, list[int]]] = defaultdict(dict)
    for row in rows:
        cell = summed[_where(row, grouping)]
        for name, hit, half, measured in entries.counting(row.population, row.marks):
            one = cell.get(name)
            if one is None:
                one = cell[name] = [0, 0, 0, 0]
            one[0] += row.n
            if hit:
                one[1] += row.n
            if half:
                one[2] += row.n
            if measured:
                one[3] += row.micros
    counted = Counted()
    for where, cell in summed.items():
        for name, (n, hits, halves, micros) in cell.items():
            tally = Tally(n, hits, halves, micros / entries.MEASURED_IN)
            for there in _cells(counted, where, divided=grouping is not None):
                there[name] = there.get(name, Tally()) + tally
    return counted


def _where(row: sums.Row, grouping: Grouping | None) -> date | str:
    """The part of the period a row speaks of, or the key of the group its place counts with."""
    if row.bucket is not None or grouping is None:
        return row.bucket or EVERYWHERE
    return grouping.group_of(row.place or None).key


def _cells(counted: Counted, where: date | str, *, divided: bool) -> list[dict[str, Tally]]:
    """Where a number counts: groups are one way of dividing the whole, parts of the period another."""
    if isinstance(where, str):
        return [counted.by_group[where]]
    cells = [counted.total, counted.by_bucket[where]]
    return cells if divided else [*cells, counted.by_group[EVERYWHERE]]


def recount(period: Period, scope: Scope, grouping: Grouping | None = None) -> Counted:
    """From the records. As many queries as there are populations, and never more."""
    counted = Counted()
    for population in POPULATIONS:
        for key, bucket, name, tally in _counted(population, period, scope, grouping):
            for cell in (counted.total, counted.by_group[key], counted.by_bucket[bucket]):
                cell[name] = cell.get(name, Tally()) + tally
    return counted


def _counted(
    population: Population, period: Period, scope: Scope, grouping: Grouping | None
) -> Iterator[tuple[str, date, str, Tally]]:
    indicators = [indicator for indicator in INDICATORS if indicator.population == population]
    columns: dict[str, Any] = {"bucket": period.bucket_of(population.moment)}
    if grouping is not None:
        columns["place"] = grouping.column(population.record)
    rows = population.within(period).filter(scope.narrow(population.record)).values(**columns)
    counts = {name: expression for indicator in indicators for name, expression in _counts(indicator)}
    for row in rows.annotate(**counts):
        key = grouping.group_of(row["place"]).key if grouping is not None else EVERYWHERE
        for indicator in indicators:
            n, hits, half, total = (row.get(f"{indicator.name}_{part}") or 0 for part in ("n", "hits", "half", "total"))
            if n:
                yield key, row["bucket"], indicator.name, Tally(n, hits, half, float(total))


def _counts(indicator: Indicator) -> Iterator[tuple[str, Any]]:
    """What the database counts for one indicator."""
    yield f"{indicator.name}_n", Count("pk", filter=indicator.rows_of(Side.ALL))
    if indicator.hits is not NOTHING:
        yield f"{indicator.name}_hits", Count("pk", filter=indicator.rows_of(Side.HITS))
    if indicator.half is not NOTHING:
        yield f"{indicator.name}_half", Count("pk", filter=indicator.rows_of(Side.HALF))
    if indicator.measure is not None:
        yield f"{indicator.name}_total", Sum(indicator.measure(), filter=indicator.rows_of(Side.ALL))
