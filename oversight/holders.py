"""The table of open cases: each holder with a number, and its rows, for each lateness."""

from __future__ import annotations

from oversight.ledger import Ledger, Link
from oversight.open_cases import LATENESS, Lateness
from oversight.rows import OPEN
from oversight.words import NONE, count_words

HolderRow = tuple[str, list[tuple[Lateness, Link]], Link]


class Holders:
    """Who holds what is open now."""

    lateness = LATENESS

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @property
    def rows(self) -> list[HolderRow]:
        return [self._row(held.label, held.counts, holder=held.key) for held in self.ledger.held]

    @property
    def total(self) -> HolderRow:
        counts = {one.key: sum(held.counts[one.key] for held in self.ledger.held) for one in LATENESS}
        return self._row("", counts)

    def _row(self, label: str, counts: dict[str, int], **where: str) -> HolderRow:
        links = [(one, self._link(counts[one.key], late=one.key, **where)) for one in LATENESS]
        return label, links, self._link(sum(counts.values()), **where)

    def _link(self, number: int, **what: str) -> Link:
        return Link(count_words(number), self.ledger.rows_url(of=OPEN, **what)) if number else Link(NONE, "")
