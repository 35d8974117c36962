"""One row becomes a draft of an order, or says which column is wrong and why."""

from __future__ import annotations

import re
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from datetime import datetime

from loading.importing.mapping import Choice, Mapping, When
from loading.importing.table import Cell
from loading.titles import title_of

LEVELS = 4
# A number with stars in it is nobody's number any more; a whole one is.
WHOLE_PHONE = re.compile(r"\+?\d{7,15}")
# As long as the columns of the database.
LONGEST = {"source_number": 60, "title": 120, "address": 200}
LONGEST_CATEGORY = 80
LONGEST_UNIT = 80


@dataclass(frozen=True)
class Wrong(Exception):
    """Why a row is not taken in."""

    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True)
class Draft:
    """What a row says, checked; categories and departments still by name."""

    line: int
    number: str
    registered_at: datetime
    title: str
    content: str
    path: tuple[str, ...]
    kind: str
    urgency: str
    channel: str
    outcome: str
    is_closed: bool
    address: str = ""
    unit: str = ""
    phone: str = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    extra: dict[str, str] = field(default_factory=dict)


class Rows:
    """Makes drafts of one table's rows."""

    def __init__(self, mapping: Mapping, header: list[str], now: datetime) -> None:
        self.mapping, self.header, self.now = mapping, header, now

    def draft(self, line: int, cells: list[Cell]) -> Draft:
        """Raises Wrong for the first thing that does not fit."""
        if len(cells) != len(self.header):
            raise Wrong("", f"has {len(cells)} columns, the header {len(self.header)}")
        row = dict(zip(self.header, cells, strict=True))
        mapping = self.mapping
        content = self.needed(row, mapping.content)
        registered_at = self.moment(row, mapping.registered)
        if registered_at is None:
            raise Wrong(mapping.registered.column, "is empty")
        due_at = self.moment(row, mapping.due) if mapping.due else None
        closed_at = self.moment(row, mapping.closed) if mapping.closed else None
        is_closed = self.choice(row, mapping.state) == "closed"
        for when, at in ((mapping.due, due_at), (mapping.closed, closed_at)):
            if when is not None and at is not None and at < registered_at:
                raise Wrong(when.column, "lies before the day the appeal came in", text(row[when.column]))
        for when, at in ((mapping.registered, registered_at), (mapping.closed, closed_at)):
            if when is not None and at is not None and at > self.now:
                raise Wrong(when.column, "lies in the future", text(row[when.column]))
        extra = {name: value for column, name in mapping.extra.items() if (value := text(row[column]))}
        title = text(row[mapping.title]) if mapping.title else title_of(content)
        address = text(row[mapping.address]) if mapping.address else ""
        for name, value in (("title", title), ("address", address)):
            if len(value) > LONGEST[name]:
                extra[name] = value
        return Draft(
            line=line,
            number=self.number(row),
            registered_at=registered_at,
            title=title[: LONGEST["title"]],
            content=content,
            path=self.path(row),
            kind=self.choice(row, mapping.kind),
            urgency=self.choice(row, mapping.urgency),
            channel=self.choice(row, mapping.channel),
            outcome=self.choice(row, mapping.outcome),
            is_closed=is_closed,
            address=address[: LONGEST["address"]],
            unit=self.unit(row),
            phone=self.phone(row),
            due_at=due_at,
            closed_at=closed_at if is_closed else None,
            extra=extra,
        )

    def needed(self, row: Values[str, Cell], column: str) -> str:
        value = text(row[column])
        if not value:
            raise Wrong(column, "is empty")
        return value

    def number(self, row: Values[str, Cell]) -> str:
        number = self.mapping.prefix + self.needed(row, self.mapping.number)
        if len(number) > LONGEST["source_number"]:
            raise Wrong(self.mapping.number, f"is longer than {LONGEST['source_number']} characters", number)
        return number

    def moment(self, row: Values[str, Cell], when: When) -> datetime | None:
        """A moment with its zone; a day without a time is its beginning."""
        cell = row[when.column]
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=self.mapping.timezone)
        value = text(cell)
        if not value:
            return None
        for form in when.formats:
            try:
                return datetime.strptime(value, form).replace(tzinfo=self.mapping.timezone)
            except ValueError:
                continue
        raise Wrong(when.column, f"is not written as {' or '.join(when.formats)}", value)

    def choice(self, row: Values[str, Cell], choice: Choice) -> str:
        if not choice.column:
            return choice.default
        value = text(row[choice.column])
        if choice.values:
            if value in choice.values:
                return choice.values[value]
            if value:
                raise Wrong(choice.column, f"is none of {', '.join(choice.values)}", value)
        near = value[: choice.within]
        return next((meaning for word, meaning in choice.words.items() if word in near), choice.default)

    def path(self, row: Values[str, Cell]) -> tuple[str, ...]:
        rule = self.mapping.category
        if rule.path and not rule.columns:
            return rule.path
        names = [text(row[column]) for column in rule.columns]
        if rule.split:
            names = [part.strip() for name in names for part in name.split(rule.split, 1)]
        if not names[0]:
            raise Wrong(rule.columns[0], "is empty")
        if "" in names:
            names = names[: names.index("")]
        path = (*rule.path, *(rule.names.get(name, name) for name in names))
        if len(path) > LEVELS:
            raise Wrong(rule.columns[0], f"has {len(path)} levels, at most {LEVELS} are known", " / ".join(path))
        if too_long := next((name for name in path if len(name) > LONGEST_CATEGORY), ""):
            raise Wrong(rule.columns[0], f"is longer than {LONGEST_CATEGORY} characters", too_long)
        return path

    def unit(self, row: Values[str, Cell]) -> str:
        if self.mapping.unit is None:
            return ""
        name = text(row[self.mapping.unit.column])
        if len(name) > LONGEST_UNIT:
            raise Wrong(self.mapping.unit.column, f"is longer than {LONGEST_UNIT} characters", name)
        return name

    def phone(self, row: Values[str, Cell]) -> str:
        """A whole number; a masked one is no caller anybody could ring."""
        number = re.sub(r"[\s-]", "", text(row[self.mapping.caller])) if self.mapping.caller else ""
        return number if WHOLE_PHONE.fullmatch(number) else ""


def text(cell: Cell) -> str:
    """A cell as text; whole numbers of a spreadsheet without their decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\x00", "").replace("\xa0", " ").replace("\r\n", "\n").strip()
