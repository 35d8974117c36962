"""What was seen: rows of the table, how they are printed, and the dated record of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what was seen, the level it is to reach, and whether it does; None where there is no level."""

    figure: str
    seen: str
    level: str = ""
    reached: bool | None = None
    how: str = ""

    @property
    def verdict(self) -> str:
        return {True: "reached", False: "MISSED", None: "–"}[self.reached]


@dataclass(frozen=True)
class Times:
    """Durations of many requests, in milliseconds."""

    all: tuple[float, ...]

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        return cls(tuple(sorted(1000 * one for one in seconds)))

    def share(self, part: float) -> float:
        """The duration that this part of the requests did not exceed."""
        return self.all[min(len(self.all) - 1, int(part * len(self.all)))]

    @property
    def p50(self) -> float:
        return self.share(0.5)

    @property
    def p95(self) -> float:
        return self.share(0.95)

    def __str__(self) -> str:
        return f"p50 {self.p50:.0f} · p95 {self.p95:.0f} · max {self.all[-1]:.0f} ms ({len(self.all)} requests)"


def as_text(row: Row) -> str:
    """A line for the screen."""
    level = f"   [{row.level}: {row.verdict}]" if row.level else ""
    why = f"\n      {row.how}" if row.reached is False and row.how else ""
    return f"  {row.figure:<44} {row.seen}{level}{why}"


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for the record."""
    lines = ["| figure | seen | level | | how |", "|---|---|---|---|---|"]
    lines += [f"| {row.figure} | {row.seen} | {row.level} | {row.verdict} | {row.how} |" for row in rows]
    return "\n".join(lines) + "\n"
