"""Keyset pages: the thousandth is as quick as the first, and a page does not shift when rows come in before it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

# What a list may be sorted by; each has an index that ends in the id.
ORDERINGS = ("-registered_at", "registered_at", "next_due_at", "-next_due_at")


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page and the cursors around it; an empty cursor leads nowhere."""

    rows: list[M]
    following: str
    previous: str


def page(queryset: QuerySet[M], ordering: str, cursor: str, size: int) -> Page[M]:
    """The page that begins at a cursor. An ordering not in the list, or a broken cursor, is the first page."""
    ordering = ordering if ordering in ORDERINGS else ORDERINGS[0]
    name, descending = ordering.lstrip("-"), ordering.startswith("-")
    rows = queryset.filter(**{f"{name}__isnull": False}) if name == "next_due_at" else queryset
    mark, back = _read(cursor)
    down = descending != back
    if mark is not None:
        value, pk = mark
        side = "lt" if down else "gt"
        rows = rows.filter(Q(**{f"{name}__{side}": value}) | Q(**{name: value, f"pk__{side}": pk}))
        rows = rows.filter(**{f"{name}__{side}e": value})  # lets the index begin at the cursor
    key = F(name)
    found = list(rows.order_by(key.desc() if down else key.asc(), "-pk" if down else "pk")[: size + 1])
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


def _write(row: Model, name: str, *, back: bool) -> str:
    mark = json.dumps([getattr(row, name).isoformat(), row.pk, back])
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[tuple[datetime, int] | None, bool]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, pk, back = json.loads(base64.urlsafe_b64decode(padded))
        return (datetime.fromisoformat(value), int(pk)), bool(back)
    except (ValueError, TypeError, binascii.Error):
        return None, False


def chosen(ordering: Any) -> str:
    """The ordering asked for, or the newest first."""
    return ordering if ordering in ORDERINGS else ORDERINGS[0]
