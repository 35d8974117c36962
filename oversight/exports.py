"""Workbooks: what leaves the house as xlsx. Texts are written as texts, whatever they begin with; callers are in none.

A sheet is written row by row and never held in memory, so a hundred thousand rows cost a temporary file. Longer lists
leave as streams (`oversight.streams`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from oversight import replica
from oversight.board import Board
from oversight.columns import Value, columns_of, told
from oversight.indicators import INDICATORS, Tallies, Tally, Theme, Unit, of_theme
from oversight.open_cases import LATENESS
from oversight.records import Record
from oversight.rows import narrowed
from staff.explain import moment_words
from staff.models import User
from staff.now import now

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# No more rows than this in one workbook: it takes its writer and every reader half a minute.
LIMIT = 100_000
CHUNK = 2000


@dataclass(frozen=True)
class Written:
    """A finished workbook and how many rows of data are in it."""

    file: IO[bytes]
    rows: int


class Book:
    """A workbook that is written from top to bottom."""

    def __init__(self, title: str, by: User) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
        self.book = xlsxwriter.Workbook(self.file, {"constant_memory": True})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.rate = self.book.add_format({"num_format": "0.0%"})
        self.decimal = self.book.add_format({"num_format": "0.00"})
        self.title = title
        who = f"{by} · {by.department or _('hotline')}"
        self.mark = _("Exported by %(who)s, %(when)s") % {"who": who, "when": moment_words(now())}
        if (as_of := replica.as_of()) is not None:
            self.mark += " · " + _("As of %(when)s.") % {"when": moment_words(as_of)}
        self.book.set_properties({"title": title, "author": who, "comments": self.mark})
        self.rows = 0

    def sheet(self, name: str, widths: Sequence[int]) -> Sheet:
        """A new sheet; every printed page of it says who took it out of the house and when."""
        sheet = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + self.mark.replace("&", "&&") + "&R&P / &N")
        return Sheet(self, sheet)

    def close(self) -> Written:
        self.book.close()
        self.file.seek(0)
        return Written(self.file, self.rows)


class Sheet:
    """One sheet, filled line by line."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet, self.line = book, sheet, 0

    def head(self, *labels: Any) -> None:
        """A line of headings; the table below it can be scrolled under it."""
        self.write([str(label) for label in labels], self.book.bold)
        self.sheet.freeze_panes(self.line, 0)

    def write(self, values: Iterable[Value], style: Any = None) -> None:
        for column, value in enumerate(values):
            self._write(column, value, style)
        self.line += 1

    def _write(self, column: int, value: Value, style: Any) -> None:
        match value:
            case None | "":
                return
            case str():
                self.sheet.write_string(self.line, column, value, style)
            case datetime():
                local = localtime(value).replace(tzinfo=None)
                self.sheet.write_datetime(self.line, column, local, style or self.book.moment)
            case float():
                self.sheet.write_number(self.line, column, value, style or self.book.decimal)
            case _:
                self.sheet.write_number(self.line, column, value, style)

    def rate(self, column: int, value: float | None, unit: str) -> None:
        """A value in the line that comes next, left empty where there is nothing to speak of."""
        if value is None:
            return
        if unit == Unit.RATE:
            self.sheet.write_number(self.line, column, value, self.book.rate)
        else:
            self.sheet.write_number(self.line, column, value * (100 if unit == Unit.POINTS else 1), self.book.decimal)


def fits(queryset: QuerySet[Any]) -> bool:
    """Whether a workbook holds that many rows."""
    return not queryset.order_by()[LIMIT : LIMIT + 1].exists()


def rows(record: Record, queryset: QuerySet[Any], title: str, *, by: User) -> Written:
    """Rows of one kind, each with its order."""
    columns = columns_of(record)
    book = Book(title, by)
    about = book.sheet(_("About"), [100])
    table = book.sheet(_("Rows"), [20, 40, *([16] * (len(columns) - 2))])
    table.head(*(column.label for column in columns.values()))
    for row in told(queryset, columns).values_list(*columns).iterator(chunk_size=CHUNK):
        table.write(row)
        book.rows += 1
    about.write([title], book.bold)
    about.write([_("%(count)s rows") % {"count": book.rows}])
    about.write([book.mark])
    about.write([_("For work only: do not pass it on outside the hotline and the departments concerned.")])
    return book.close()


def board(page: Board, *, by: User) -> Written:
    """The board: figures with what they are made of, the league tables, trend and open cases, and what it all means."""
    book = Book(page.period.words(), by)
    _figures(book, page)
    for theme in Theme:
        _league(book, page, theme)
    _trend(book, page)
    _open_cases(book, page)
    about = book.sheet(_("About"), [100])
    about.write([f"{_('Board')}{_(': ')}{page.period.words()}"], book.bold)
    about.write([" · ".join([page.period.stretch(), *narrowed(page.asked)])])
    about.write([_("Compared with %(stretch)s") % {"stretch": page.before_period.stretch()}])
    about.write([book.mark])
    return book.close()


def _figures(book: Book, page: Board) -> None:
    sheet = book.sheet(_("Figures"), [26, 12, 10, 10, 10, 14, 12, 10, 90])
    sheet.head(
        _("indicator"),
        _("value"),
        _("numerator"),
        _("half counted"),
        _("n"),
        _("unit"),
        _("period before"),
        _("n before"),
        _("definition"),
    )
    for indicator in INDICATORS:
        now_, before = page.ledger.counted.total, page.ledger.before.total
        tally, earlier = now_.get(indicator.name, Tally()), before.get(indicator.name, Tally())
        sheet.rate(1, indicator.value(now_, page.ledger.weights), indicator.unit)
        sheet.rate(6, indicator.value(before, page.ledger.weights), indicator.unit)
        values: list[Value] = [str(indicator.label), None, tally.hits, tally.half, tally.n, str(indicator.unit.label)]
        sheet.write([*values, None, earlier.n, str(indicator.definition)], book.wrap)
        book.rows += 1


def _league(book: Book, page: Board, theme: Theme) -> None:
    indicators = of_theme(theme)
    sheet = book.sheet(str(theme.label), [20, 28, *([11] * 4 * len(indicators))])
    labels = (_("numerator"), _("half counted"), _("n"))
    heads = [f"{one.label}{rest}" for one in indicators for rest in ("", *(f" · {label}" for label in labels))]
    sheet.head(_("group"), page.by_words, *heads)
    for section, league_rows in page.league.sections:
        for row in league_rows:
            _league_line(sheet, section, row.group.label, page.ledger.counted.group(row.group.key), theme, page)
            book.rows += 1
    _league_line(sheet, "", _("in all"), page.ledger.counted.total, theme, page)


def _league_line(sheet: Sheet, section: str, name: str, tallies: Tallies, theme: Theme, page: Board) -> None:
    values: list[Value] = [section, name]
    for place, indicator in enumerate(of_theme(theme)):
        tally = tallies.get(indicator.name, Tally())
        sheet.rate(2 + 4 * place, indicator.value(tallies, page.ledger.weights), indicator.unit)
        values += [None, tally.hits, tally.half, tally.n]
    sheet.write(values)


def _trend(book: Book, page: Board) -> None:
    sheet = book.sheet(_("Trend"), [20, *([12] * (2 + 2 * len(INDICATORS)))])
    heads = [head for one in INDICATORS for head in (str(one.label), f"{one.label} · {_('n')}")]
    sheet.head(_("part of the period"), *heads)
    for bucket in page.period.buckets():
        tallies = page.ledger.counted.bucket(bucket)
        values: list[Value] = [page.period.bucket_words(bucket)]
        for place, indicator in enumerate(INDICATORS):
            sheet.rate(1 + 2 * place, indicator.value(tallies, page.ledger.weights), indicator.unit)
            values += [None, tallies.get(indicator.name, Tally()).n]
        sheet.write(values)


def _open_cases(book: Book, page: Board) -> None:
    sheet = book.sheet(_("Open cases"), [30, *([16] * (len(LATENESS) + 1))])
    sheet.head(_("held by"), *(one.label for one in LATENESS), _("in all"))
    for held in page.ledger.held:
        sheet.write([held.label, *(held.counts[one.key] for one in LATENESS), sum(held.counts.values())])
