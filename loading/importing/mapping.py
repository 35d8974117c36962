"""The mapping: which column of a table is what of a work order. A YAML file, checked before a row is read."""

from __future__ import annotations

import re
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.conf import settings

from loading.importing.errors import CannotImport
from staff.models import Department
from workorders.models import Outcome, Urgency
from workorders.models.choices import Channel, Kind

SHIPPED = Path(__file__).parent.parent / "mappings"


@dataclass(frozen=True)
class Choice:
    """A value of a closed list from a cell: by the cell's exact text (`values`), or by a word near its beginning."""

    default: str
    column: str = ""
    values: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    within: int = 20


@dataclass(frozen=True)
class When:
    """A moment: its column and the forms it is written in."""

    column: str
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Categories:
    """The path of a category: a column for each level, or one column cut at `split`."""

    columns: tuple[str, ...] = ()
    split: str = ""
    names: dict[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()  # the same for every row


@dataclass(frozen=True)
class Units:
    """The handling unit; `kinds` guesses what a new one is: the first whose pattern is found in its name."""

    column: str
    kind: str
    kinds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mapping:
    """Everything the import knows of one sort of table."""

    source: str
    number: str
    registered: When
    content: str
    category: Categories
    prefix: str = ""
    title: str = ""
    address: str = ""
    kind: Choice = Choice(Kind.HELP)
    urgency: Choice = Choice(Urgency.NORMAL)
    channel: Choice = Choice(Channel.TRANSFER)
    outcome: Choice = Choice("")
    state: Choice = Choice("closed")
    unit: Units | None = None
    due: When | None = None
    closed: When | None = None
    caller: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))

    def columns(self) -> list[str]:
        """Every column the table must have."""
        wanted = [self.number, self.registered.column, self.content, self.title, self.address, self.caller]
        wanted += [choice.column for choice in (self.kind, self.urgency, self.channel, self.outcome, self.state)]
        wanted += [*self.category.columns, *self.extra]
        wanted += [part.column for part in (self.unit, self.due, self.closed) if part is not None]
        return list(dict.fromkeys(name for name in wanted if name))


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load(name: str) -> Mapping:
    """A shipped mapping by its name, or one's own by its path."""
    path = SHIPPED / f"{name}.yaml" if re.fullmatch(r"[\w-]+", name) else Path(name)
    if not path.is_file():
        raise CannotImport(f"There is no mapping {name}. Shipped: {', '.join(shipped())}; or give the path of a file.")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CannotImport(f"The mapping {path.name} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise CannotImport(f"The mapping {path.name} is not a list of names and values.")
    return _Reader(path.name).mapping(values)


class _Reader:
    """Builds a Mapping, with a sentence for what does not fit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, words: str) -> CannotImport:
        return CannotImport(f"The mapping {self.name}: {words}")

    def mapping(self, values: Values[str, Any]) -> Mapping:
        known = {*Mapping.__dataclass_fields__}
        if unknown := set(values) - known:
            raise self.wrong(f"{', '.join(sorted(unknown))} is not known; known are {', '.join(sorted(known))}.")
        for name in ("source", "number", "registered", "content", "category"):
            if not values.get(name):
                raise self.wrong(f"{name} is missing.")
        return Mapping(
            source=self.word(values, "source"),
            number=self.word(values, "number"),
            prefix=self.word(values, "prefix"),
            registered=self.when(values, "registered"),
            content=self.word(values, "content"),
            title=self.word(values, "title"),
            address=self.word(values, "address"),
            caller=self.word(values, "caller"),
            category=self.categories(values["category"]),
            kind=self.choice(values, "kind", Kind.HELP, Kind.values),
            urgency=self.choice(values, "urgency", Urgency.NORMAL, Urgency.values),
            channel=self.choice(values, "channel", Channel.TRANSFER, Channel.values),
            outcome=self.choice(values, "outcome", "", ["", *Outcome.values]),
            state=self.choice(values, "state", "closed", ["open", "closed"]),
            unit=self.units(values["unit"]) if values.get("unit") else None,
            due=self.when(values, "due") if values.get("due") else None,
            closed=self.when(values, "closed") if values.get("closed") else None,
            extra=self.names(values.get("extra", {}), "extra"),
            timezone=self.zone(values.get("timezone", settings.TIME_ZONE)),
        )

    def word(self, values: Values[str, Any], name: str) -> str:
        value = values.get(name, "")
        if not isinstance(value, str):
            raise self.wrong(f"{name} is a text, here {value!r}.")
        return value

    def part(self, value: Any, name: str, known: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(f"{name} has names and values of its own ({', '.join(sorted(known))}), here {value!r}.")
        if unknown := set(value) - known:
            raise self.wrong(f"{name}.{sorted(unknown)[0]} is not known; known are {', '.join(sorted(known))}.")
        return value

    def names(self, value: Any, name: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.wrong(f"{name} has names and values of its own, here {value!r}.")
        return {str(key): str(word) for key, word in value.items()}

    def when(self, values: Values[str, Any], name: str) -> When:
        part = self.part(values[name], name, {"column", "formats"})
        if not part.get("column") or not isinstance(part.get("formats"), list) or not part["formats"]:
            raise self.wrong(f"{name} needs a column and its formats, a list such as ['%Y-%m-%d %H:%M:%S'].")
        return When(str(part["column"]), tuple(str(one) for one in part["formats"]))

    def choice(self, values: Values[str, Any], name: str, default: str, known: list[str]) -> Choice:
        if name not in values:
            return Choice(default)
        value = values[name]
        if isinstance(value, str):
            value = {"default": value}
        part = self.part(value, name, {"default", "column", "values", "words", "within"})
        found = Choice(
            default=str(part.get("default", default)),
            column=str(part.get("column", "")),
            values=self.names(part.get("values", {}), f"{name}.values"),
            words=self.names(part.get("words", {}), f"{name}.words"),
            within=int(part.get("within", 20)),
        )
        for one in (found.default, *found.values.values(), *found.words.values()):
            if one not in known and not (one == "" and "values" in part):
                raise self.wrong(f"{name} cannot be {one!r}; it is one of {', '.join(filter(None, known))}.")
        return found

    def categories(self, value: Any) -> Categories:
        part = self.part(value, "category", {"columns", "split", "names", "path"})
        columns = tuple(str(one) for one in part.get("columns", []))
        path = tuple(str(one) for one in part.get("path", []))
        if not columns and not path:
            raise self.wrong("category needs its columns, or the path that all rows share.")
        return Categories(
            columns, str(part.get("split", "")), self.names(part.get("names", {}), "category.names"), path
        )

    def units(self, value: Any) -> Units:
        part = self.part(value, "unit", {"column", "kind", "kinds"})
        kinds = tuple((str(pattern), str(kind)) for pattern, kind in part.get("kinds", {}).items())
        found = Units(str(part.get("column", "")), str(part.get("kind", Department.Kind.BUREAU)), kinds)
        if not found.column:
            raise self.wrong("unit needs its column.")
        for kind in (found.kind, *(kind for _pattern, kind in kinds)):
            if kind not in Department.Kind.values:
                raise self.wrong(f"a unit cannot be a {kind!r}; it is one of {', '.join(Department.Kind.values)}.")
        return found

    def zone(self, name: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError):
            raise self.wrong(f"there is no timezone {name!r}.") from None
