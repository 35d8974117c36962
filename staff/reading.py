"""Records read by plain SQL, with records of other tables beside them: a page of many tables reads each by a statement
of its own, and Django would put together, and look through, each of them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Opened = Callable[[Any, Any, Any], Any]
# Between the name of a record beside another and that of a column of it.
OF = "__"


def columns(model: type[Model], table: str, name: str = "") -> str:
    """A model's columns as a statement selects them of its table there; with a name, as those of a record beside."""
    named = f"{name}{OF}" if name else ""
    return ", ".join(f'{table}.{column} AS "{named}{column}"' for column, _opened in _fields(model))


def among(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The ids of these rows, for `WHERE … IN (…)`: who may find what stays said by querysets."""
    try:
        return rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT 0 WHERE false", ()


def read(
    model: type[M], statement: str, params: Sequence[Any], beside: Mapping[str, type[Model]] | None = None
) -> list[M]:
    """The records a statement finds, and `beside` each those it is joined with (None where there is none). A column no
    model knows stays with the record by its name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        at = {column.name: place for place, column in enumerate(cursor.description or ())}
        rows = cursor.fetchall()
    places = _places(model, at, "")
    others = [
        (model._meta.get_field(name), other, _places(other, at, f"{name}{OF}"))
        for name, other in (beside or {}).items()
    ]
    known = {column for column, _opened in _fields(model)}
    more = [(name, place) for name, place in at.items() if name not in known and OF not in name]
    found = []
    for row in rows:
        record = _made(model, places, row)
        for field, other, theirs in others:
            there = row[theirs[0][0]] is not None
            field.set_cached_value(record, _made(other, theirs, row) if there else None)  # type: ignore[union-attr]  # names of foreign keys
        vars(record).update((name, row[place]) for name, place in more)
        found.append(record)
    return found


Places = Sequence[tuple[int, "Opened | None"]]


def _made(model: type[M], places: Places, row: Sequence[Any]) -> M:
    values: Iterable[Any] = [
        row[place] if opened is None else opened(row[place], None, connection) for place, opened in places
    ]
    return model.from_db(DEFAULT_DB_ALIAS, [column for column, _opened in _fields(model)], values)  # type: ignore[arg-type]  # any sequence will do


def _places(model: type[Model], at: Mapping[str, int], named: str) -> Places:
    return [(at[f"{named}{column}"], opened) for column, opened in _fields(model)]


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> tuple[tuple[str, Opened | None], ...]:
    """Each column, the id first, and what opens what the database keeps in it."""
    return tuple((str(field.column), getattr(field, "from_db_value", None)) for field in model._meta.concrete_fields)
