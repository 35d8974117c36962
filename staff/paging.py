"""Keyset pages: the thousandth is as quick as the first, and a page does not shift when rows come in before it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self, TypeVar

from django.db.models import F, Model, OrderBy, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound="QuerySet[Any]")
# Where a page begins: the value sorted by, the id that tells equal values apart, and whether to read backwards.
Mark = tuple[Any, int, bool]


class Keyed(QuerySet[M]):
    """Rows that may be found by way of another table: those are sorted by its columns, along its index."""

    def key(self, name: str) -> tuple[str, str]:
        """What stands for this column and for the id when the rows are sorted by it."""
        return name, "pk"

    def valued(self, name: str) -> Self:
        """Those that have a value in this column."""
        return self.filter(**{f"{name}__isnull": False})


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page and the cursors around it; an empty cursor leads nowhere."""

    rows: list[M]
    following: str
    previous: str


def page(queryset: QuerySet[M], ordering: str, cursor: str, size: int) -> Page[M]:
    """The page that begins at a cursor; a broken cursor is the first page.

    `ordering` is one column, with a minus for the greatest first; rows without a value in it are left out.
    """
    name, descending = ordering.lstrip("-"), ordering.startswith("-")
    column: Any = queryset.model._meta.get_field(name)
    key = queryset.key(name) if isinstance(queryset, Keyed) else (name, "pk")
    rows = valued(queryset, name) if column.null else queryset
    mark = read(cursor, ordering, queryset)
    back = mark is not None and mark[2]
    down = descending != back
    if mark is not None:
        beyond = TupleLessThan if down else TupleGreaterThan
        # One comparison of both, where the index begins: of several the planner would think that each halves the list.
        rows = rows.filter(beyond(Tuple(*map(F, key)), mark[:2]))
    rows = rows.order_by(*along(key, down=down))
    found = list(_whole(rows, rows.values("pk")[: size + 1]))
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    if not found:
        return Page([], "", "")
    return Page(
        rows=found,
        following=_write(found[-1], name, back=False) if more or back else "",
        previous=_write(found[0], name, back=True) if (mark is not None and not back) or (back and more) else "",
    )


def valued(queryset: Rows, name: str) -> Rows:
    """Those of the rows that can be sorted by this column."""
    return queryset.valued(name) if isinstance(queryset, Keyed) else queryset.filter(**{f"{name}__isnull": False})


def along(key: tuple[str, str], *, down: bool) -> list[OrderBy]:
    """How a page is sorted: by the column and, where it is equal, by the id, both in one direction."""
    return [F(part).desc() if down else F(part).asc() for part in key]


def _whole(rows: QuerySet[M], page: QuerySet[M, Any]) -> QuerySet[M]:
    """The page's rows with all that is joined to them: to those alone, however many had to be sorted."""
    whole = rows.all()
    whole.query.clear_where()
    return whole.filter(pk__in=page)


def read(cursor: str, ordering: str, queryset: QuerySet[Any]) -> Mark | None:
    """Where a cursor points in this order; None when it is empty or was not written by `page`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, pk, back = json.loads(base64.urlsafe_b64decode(padded))
        if type(pk) is not int or type(back) is not bool:
            return None
        return _value(queryset, ordering.lstrip("-"), value), pk, back
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None


def _value(queryset: QuerySet[Any], name: str, value: Any) -> datetime | int | str:
    """The value as its column has it. Raises ValueError for what the database could not compare."""
    column = queryset.model._meta.get_field(name)
    match column.get_internal_type():
        case "DateTimeField":
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError("a moment without its zone")
            return moment
        case "CharField" | "SlugField":
            if not isinstance(value, str) or "\x00" in value:
                raise ValueError("not a text")
            value.encode()
            return value
        case _:
            if type(value) is not int:
                raise ValueError("not a number")
            return value


def _write(row: Model, name: str, *, back: bool) -> str:
    value = getattr(row, name)
    mark = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk, back])
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")
