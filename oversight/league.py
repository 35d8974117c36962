"""The league table: groups side by side, like with like, sorted by the column asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from oversight.groups import NOWHERE, Group
from oversight.indicators import Indicator, Theme, of_theme
from oversight.ledger import Cell, Ledger


@dataclass(frozen=True)
class LeagueRow:
    """A group's figures; `url` narrows the board to the group."""

    group: Group
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Heading:
    """A column: pressing it sorts, the lowest first; pressing again turns the order round."""

    indicator: Indicator
    url: str
    sorted: str


@dataclass(frozen=True)
class Tab:
    """A set of columns."""

    label: str
    url: str
    is_shown: bool


class League:
    """The groups of the period's division that have anything counted."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.columns = of_theme(ledger.asked.theme)

    @property
    def tabs(self) -> list[Tab]:
        asked = self.ledger.asked.theme
        return [
            Tab(str(theme.label), self.ledger.board_url(theme=theme.value, sort=None) + "#league", theme == asked)
            for theme in Theme
        ]

    @property
    def headings(self) -> list[Heading]:
        sort, found = self.ledger.asked.sort, []
        for indicator in self.columns:
            turned = f"-{indicator.name}" if sort == indicator.name else indicator.name
            order = {indicator.name: "ascending", f"-{indicator.name}": "descending"}.get(sort, "")
            found.append(Heading(indicator, self.ledger.board_url(sort=turned) + "#league", order))
        return found

    @cached_property
    def sections(self) -> list[tuple[str, list[LeagueRow]]]:
        grouping = self.ledger.grouping
        found = [group for key in self.ledger.counted.by_group if (group := grouping.find(key)) is not None]
        return [
            (name, self._sorted([self._row(group) for group in groups])) for name, groups in grouping.sections(found)
        ]

    @property
    def total(self) -> list[Cell]:
        return [self.ledger.cell(indicator, self.ledger.counted.total) for indicator in self.columns]

    def _row(self, group: Group) -> LeagueRow:
        ledger = self.ledger
        tallies = ledger.counted.group(group.key)
        cells = [ledger.cell(indicator, tallies, group=group.key) for indicator in self.columns]
        place = ledger.asked.scope.place(ledger.asked.by)
        is_here = group.key == NOWHERE or (place is not None and place.code == group.key)
        return LeagueRow(group, "" if is_here else ledger.board_url(**{ledger.asked.by: group.key}, sort=None), cells)

    def _sorted(self, rows: list[LeagueRow]) -> list[LeagueRow]:
        sort = self.ledger.asked.sort
        places = {indicator.name: place for place, indicator in enumerate(self.columns)}
        place = places.get(sort.removeprefix("-"))
        if place is None:
            return rows
        with_value = [(row.cells[place].value, row) for row in rows]
        filled = sorted(
            ((value, row) for value, row in with_value if value is not None),
            key=lambda pair: pair[0],
            reverse=sort.startswith("-"),
        )
        return [row for _value, row in filled] + [row for value, row in with_value if value is None]
