"""The tiles: each indicator in all, what it is made of, how it changed and how it went."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.indicators import BY_NAME, Indicator, Theme, of_theme
from oversight.ledger import Cell, Ledger, Link
from oversight.words import Change, change


@dataclass(frozen=True)
class Tile:
    """One indicator. `sides` are the counts it is worked out from, `weights` what counts how much in it."""

    cell: Cell
    before: Cell
    sides: list[Link]
    weights: list[tuple[str, str]]
    spark: list[float | None]
    trend_url: str
    is_shown: bool

    @property
    def indicator(self) -> Indicator:
        return self.cell.indicator

    @property
    def change(self) -> Change | None:
        return change(self.indicator, self.cell.value, self.before.value)


def themes(ledger: Ledger) -> list[tuple[Theme, list[Tile]]]:
    """Every indicator's tile, those that are read together side by side."""
    return [(theme, [tile(ledger, indicator) for indicator in of_theme(theme)]) for theme in Theme]


def tile(ledger: Ledger, indicator: Indicator) -> Tile:
    counted = ledger.counted
    return Tile(
        cell=ledger.cell(indicator, counted.total),
        before=ledger.cell(indicator, ledger.before.total, before="1"),
        sides=[ledger.side(indicator.name, side, counted.total) for side, _words in indicator.sides()],
        weights=weights(ledger, indicator),
        spark=[indicator.value(counted.bucket(bucket), ledger.weights) for bucket in ledger.period.buckets()],
        trend_url=ledger.board_url(trend=indicator.name) + "#trend",
        is_shown=indicator.name == ledger.asked.trend,
    )


def weights(ledger: Ledger, indicator: Indicator) -> list[tuple[str, str]]:
    """What counts how much, in words."""
    if indicator.half_weight:
        return [(str(indicator.half_words), f"{ledger.weights[indicator.half_weight].normalize():f}")]
    return [(str(BY_NAME[name].label), f"{ledger.weights[name].normalize():f}") for name in indicator.parts]
