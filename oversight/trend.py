"""The trend: one indicator against the period before, and how many appeals came in; as charts and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from oversight.figures import Counted
from oversight.indicators import BY_NAME, Indicator, Side, Tally, Unit
from oversight.ledger import Cell, Ledger, Link
from oversight.periods import Period


@dataclass(frozen=True)
class TrendRow:
    """One part of the period beside the same part of the period before."""

    words: str
    now: Cell
    before: Cell | None
    registered: Link
    closed: Link


class Trend:
    """The indicator the address names, part by part."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.indicator: Indicator = BY_NAME[ledger.asked.trend]

    @property
    def unit(self) -> str:
        return str(Unit(self.indicator.unit).label)

    @cached_property
    def rows(self) -> list[TrendRow]:
        ledger, rows = self.ledger, []
        before = ledger.before_period.buckets()
        for index, bucket in enumerate(ledger.period.buckets()):
            tallies, where = ledger.counted.bucket(bucket), {"bucket": bucket.isoformat()}
            earlier: Cell | None = None
            if index < len(before):
                where_before = {"before": "1", "bucket": before[index].isoformat()}
                earlier = ledger.cell(self.indicator, ledger.before.bucket(before[index]), **where_before)
            rows.append(
                TrendRow(
                    ledger.period.bucket_words(bucket),
                    ledger.cell(self.indicator, tallies, **where),
                    earlier,
                    ledger.side("closure", Side.ALL, tallies, **where),
                    ledger.side("closure", Side.HITS, tallies, **where),
                )
            )
        return rows

    @property
    def chart(self) -> dict[str, Any]:
        """The indicator's line and that of the period before."""
        lines = [
            (_("this period"), self._values(self.ledger.period, self.ledger.counted)),
            (_("the one before"), self._values(self.ledger.before_period, self.ledger.before)),
        ]
        return self._chart("line", lines)

    @property
    def volume(self) -> dict[str, Any]:
        """How many appeals came in, and how many of them are closed."""
        tallies = [
            self.ledger.counted.bucket(bucket).get("closure", Tally()) for bucket in self.ledger.period.buckets()
        ]
        bars: list[tuple[str, list[Any]]] = [
            (_("registered"), [tally.n for tally in tallies]),
            (_("closed"), [tally.hits for tally in tallies]),
        ]
        return self._chart("bar", bars)

    def _chart(self, kind: str, series: list[tuple[str, list[Any]]]) -> dict[str, Any]:
        return {
            "kind": kind,
            "labels": [row.words for row in self.rows],
            "series": [{"name": name, "values": values} for name, values in series],
        }

    def _values(self, period: Period, counted: Counted) -> list[float | None]:
        factor = 1 if self.indicator.unit == Unit.HOURS else 100
        values = [self.indicator.value(counted.bucket(bucket), self.ledger.weights) for bucket in period.buckets()]
        return [None if value is None else round(value * factor, 1) for value in values[: len(self.rows)]]
