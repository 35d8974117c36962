"""Counting: one grouped query for each population of records, whatever the board is divided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Sum

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


def count(period: Period, scope: Scope, grouping: Grouping | None = None) -> Counted:
    """Count every indicator of a period. As many queries as there are populations, and never more."""
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
