"""Everything on the board, gathered in a bounded number of queries."""

from __future__ import annotations

from functools import cached_property

from django.forms import BoundField
from django.utils.safestring import SafeString

from oversight.filters import Asked
from oversight.groups import By
from oversight.holders import Holders
from oversight.indicators import Theme
from oversight.league import League
from oversight.ledger import FEW, Ledger
from oversight.periods import Kind, Period
from oversight.sentence import sentence
from oversight.tiles import Tile, themes
from oversight.trend import Trend


class Board:
    """What the page shows and the export writes."""

    few = FEW

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.ledger = Ledger(asked)
        self.period, self.before_period = self.ledger.period, self.ledger.before_period
        self.trend = Trend(self.ledger)
        self.league = League(self.ledger)
        self.holders = Holders(self.ledger)

    @cached_property
    def sentence(self) -> SafeString | str:
        return sentence(self.ledger)

    @cached_property
    def themes(self) -> list[tuple[Theme, list[Tile]]]:
        return themes(self.ledger)

    @property
    def query(self) -> str:
        """This very board, as an address's parameters."""
        return self.asked.query()

    @property
    def earlier_url(self) -> str:
        return self._at(self.period.earlier())

    @property
    def later_url(self) -> str:
        return "" if self.period.runs else self._at(self.period.following())

    def _at(self, period: Period) -> str:
        if period.kind == Kind.DAYS:
            return self.ledger.board_url(first=period.first.isoformat(), last=period.last.isoformat())
        return self.ledger.board_url(on=period.first.isoformat())

    @property
    def by_words(self) -> str:
        return str(By(self.asked.by).label)

    @property
    def narrowing(self) -> list[BoundField]:
        """The fields that narrow the board."""
        return [self.asked.form[by] for by in By.values]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What the board is narrowed to: label, value, the address without it."""
        places = [(by, self.asked.scope.place(by)) for by in By]
        return [
            (str(self.asked.form.fields[by].label), str(place), self.ledger.board_url(**{by.value: None}))
            for by, place in places
            if place is not None
        ]
