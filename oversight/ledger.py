"""What was counted, and where each number leads: the ground the parts of the board stand on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from oversight.figures import count
from oversight.filters import Asked, quoted
from oversight.groups import By, Grouping
from oversight.indicators import BY_NAME, Indicator, Tallies, Tally, Weights
from oversight.models import Weight
from oversight.open_cases import Held, by_holder
from oversight.records import REGISTERED
from oversight.words import count_words, value_words

# A rate of fewer records is printed grey: it says little.
FEW = 10


@dataclass(frozen=True)
class Link:
    """A number that opens its rows; without rows it leads nowhere."""

    words: str
    url: str
    label: str | Promise = ""


@dataclass(frozen=True)
class Cell:
    """An indicator's value somewhere on the board: for a group, a part of the period, or in all."""

    indicator: Indicator
    tally: Tally
    value: float | None
    url: str

    @property
    def words(self) -> str:
        return value_words(self.indicator, self.value)

    @property
    def n(self) -> str:
        return count_words(self.tally.n)

    @property
    def is_few(self) -> bool:
        return 0 < self.tally.n < FEW

    @property
    def is_empty(self) -> bool:
        return self.tally.n == 0


class Ledger:
    """The counts of the period and of the one before."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.period = asked.period
        self.before_period = asked.period.before()
        self.weights: Weights = Weight.in_force()
        self.grouping = Grouping(asked.by, asked.scope)
        self.counted, self.before = count(asked.scope, (self.period, self.grouping), (self.before_period, None))

    @cached_property
    def departments(self) -> Grouping:
        """Departments as holders, whatever the board is divided by."""
        return self.grouping if self.asked.by == By.DEPARTMENT else Grouping(By.DEPARTMENT, self.asked.scope)

    @cached_property
    def held(self) -> list[Held]:
        """Who holds what is open now, and what of the period's orders is overdue with whom."""
        cohort = BY_NAME["closure"].of & Q(**REGISTERED.window(self.period))
        return by_holder(self.asked.scope, self.departments, self.asked.at, cohort)

    def rows_url(self, **what: str) -> str:
        """The address of the rows behind a number."""
        return "&".join([self._rows, *(f"{name}={quoted(value)}" for name, value in what.items())])

    @cached_property
    def _rows(self) -> str:
        """What the addresses of all rows begin with; a board has five hundred."""
        return f"{reverse('oversight:rows')}?{self.asked.query(theme=None, trend=None, sort=None)}"

    def board_url(self, **changes: str | None) -> str:
        """The board's address with changes."""
        return f"{self._board}?{self.asked.query(**changes)}"

    @cached_property
    def _board(self) -> str:
        return reverse("oversight:board")

    def cell(self, indicator: Indicator, tallies: Tallies, **where: str) -> Cell:
        """An indicator's value among some tallies; `where` is what the address of its rows says of them."""
        tally = tallies.get(indicator.name, Tally())
        url = self.rows_url(of=indicator.name, **where) if tally.n else ""
        return Cell(indicator, tally, indicator.value(tallies, self.weights), url)

    def side(self, name: str, side: str, tallies: Tallies, **where: str) -> Link:
        """How many rows one side of an indicator has."""
        number = tallies.get(name, Tally()).rows_of(side)
        url = self.rows_url(of=name, side=side, **where) if number else ""
        return Link(count_words(number), url, dict(BY_NAME[name].sides())[side])
