"""谁看过: looks, reveals and exports in one list, the latest first, of one order or of one person."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from oversight.models import Export
from oversight.streams import FORMULA
from staff.models import User
from workorders.models import Look, Reveal, WorkOrder

CHUNK = 1000
ICONS = {
    "page": "eye",
    "peek": "layout-sidebar-right",
    "form": "forms",
    "file": "paperclip",
    "help": "headset",
    "api": "api",
    "print": "printer",
}


class Mark(NamedTuple):
    """Where an entry stands in the list: entries of one moment stand by kind and id."""

    at: datetime
    kind: str
    pk: int

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """As `str` writes it; None for anything else."""
        at, kind, pk = [*text.split(","), "", ""][:3]
        try:
            moment = parse_datetime(at)
        except ValueError:
            return None
        if moment is None or moment.tzinfo is None or kind not in KINDS or not (pk.isascii() and pk.isdigit()):
            return None
        return cls(moment, kind, min(int(pk[:19]), 2**63 - 1))

    def __str__(self) -> str:
        return f"{self.at.isoformat()},{self.kind},{self.pk}"


KINDS = {"look": "person", "reveal": "by", "export": "by"}
"""The kinds of entry, and who of each it was."""


@dataclass(frozen=True)
class Seen:
    """An entry: who had which order before him, how, and for what reason. An export by a person names no order."""

    mark: Mark
    icon: str
    who: User
    order: WorkOrder | None
    how: str
    why: str
    address: str


@dataclass(frozen=True)
class Page:
    """So many entries, and where the next page begins; empty: nowhere."""

    entries: list[Seen]
    following: str


@dataclass(frozen=True)
class Trail:
    """The three records of which a list is made."""

    look: QuerySet[Look]
    reveal: QuerySet[Reveal]
    export: QuerySet[Export]

    @classmethod
    def of(cls, order: WorkOrder | None, person: User | None) -> Trail:
        """Who has seen this order, what this person has seen, or that person of that order.

        The exports of an order are those whose ids hold it: none from before ids were kept.
        """
        looks, reveals, exports = Look.objects.all(), Reveal.objects.all(), Export.objects.all()
        if order is not None:
            looks, reveals = looks.filter(order=order), reveals.filter(order=order)
            exports = exports.filter(at__gte=order.registered_at, taken__orders__holds=order.pk)
        if person is not None:
            looks, reveals, exports = looks.filter(person=person), reveals.filter(by=person), exports.filter(by=person)
        return cls(looks, reveals, exports)

    def page(self, after: Mark | None, size: int) -> Page:
        """The entries after a place; three statements, whatever there is."""
        found = [_told(kind, row) for kind in KINDS for row in _rows(kind, getattr(self, kind), after)[: size + 1]]
        found.sort(key=lambda entry: entry.mark, reverse=True)
        return Page(found[:size], str(found[size - 1].mark) if len(found) > size else "")


def _rows(kind: str, rows: QuerySet[Any], after: Mark | None) -> QuerySet[Any]:
    related = [KINDS[kind]] if kind == "export" else [KINDS[kind], "order"]
    rows = rows.select_related(*related).order_by("-at", "-pk")
    if after is None:
        return rows
    if kind == after.kind:
        return rows.filter(Q(at__lt=after.at) | Q(pk__lt=after.pk), at__lte=after.at)
    return rows.filter(at__lte=after.at) if kind < after.kind else rows.filter(at__lt=after.at)


def _told(kind: str, row: Any) -> Seen:
    who, mark = getattr(row, KINDS[kind]), Mark(row.at, kind, row.pk)
    match row:
        case Look():
            return Seen(mark, ICONS[row.door], who, row.order, row.get_door_display(), "", row.address)
        case Reveal():
            return Seen(mark, "lock-open", who, row.order, _("revealed the caller"), row.reason, "")
        case _:
            rows = "–" if row.rows is None else row.rows
            how = _("exported: %(what)s, %(rows)s rows") % {"what": row.get_what_display(), "rows": rows}
            return Seen(mark, "download", who, None, how, row.asked, "")


def lines(trail: Trail, done: Callable[[int], object]) -> Iterator[bytes]:
    """The whole list as CSV, page by page; `done` is told how many entries there were when the last one has left."""
    heads = (pgettext("moment", "when"), _("order"), _("who"), _("seen through"), _("reason"), _("address"))
    yield BOM_UTF8 + _line(heads)
    count, after = 0, None
    while True:
        page = trail.page(after, CHUNK)
        yield b"".join(_line(_cells(entry)) for entry in page.entries)
        count += len(page.entries)
        if not page.following:
            break
        after = page.entries[-1].mark
    done(count)


def _cells(entry: Seen) -> tuple[str, ...]:
    at, number = f"{localtime(entry.mark.at):%Y-%m-%d %H:%M}", entry.order.number if entry.order else ""
    return at, number, entry.who.username, entry.how, entry.why, entry.address


def _line(cells: tuple[str, ...]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(
        "'" + cell if cell[:1] in FORMULA and cell else cell for cell in cells
    )
    return line.getvalue().encode()
