"""Lists of any length as CSV: what a workbook tells of its rows, written by the database itself."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

from django.db.models import CharField, DateTimeField, QuerySet, TextField

from oversight.columns import Words, columns_of, told
from oversight.copying import copied
from oversight.records import Record

MEDIA_TYPE = "text/csv"
CONTENT_TYPE = f"{MEDIA_TYPE}; charset=utf-8"
# What a cell begins with that a spreadsheet takes for a formula; the last four come from a Chinese keyboard.
FORMULA = "=+-@\t\r\n＝＋－＠"
DIGITS = "0123456789"
# And what it takes for a number: that of an appeal by e-mail would become 2.03E+19.
NUMBER = r"^\d+E\d+$"
# As much of a moment as people read.
MINUTES = len("2026-11-23 10:00")


def lines(record: Record, queryset: QuerySet[Any], done: Callable[[int], object]) -> Iterator[bytes]:
    """The rows with all that is told of them, the first line naming the columns. Spreadsheets open it as what it is:
    they are told that it is UTF-8, and what they would compute begins with an apostrophe."""
    columns = columns_of(record)
    rows = told(queryset, columns)
    cells = {name: _cell(name, rows.query.annotations[name]) for name in columns}
    head = StringIO()
    head.write(BOM_UTF8.decode())
    csv.writer(head, lineterminator="\n").writerow(column.label for column in columns.values())
    return copied(rows, cells, head=head.getvalue().encode(), done=done)


def _cell(name: str, value: Any) -> str:
    """A value as it stands in a line, in SQL. Most texts begin with no sign of the two lists: one look is enough."""
    match value.output_field:
        case DateTimeField():
            return f"left({name}::text, {MINUTES})"
        case CharField() | TextField() if not isinstance(value, Words):
            number = f"{_begins(name, DIGITS)} AND strpos({name}, 'E') > 0 AND {name} ~ '{NUMBER}'"
            computed = f"{_begins(name, FORMULA + DIGITS)} AND ({_begins(name, FORMULA)} OR {number})"
            return f"CASE WHEN {computed} THEN '''' || {name} ELSE {name} END"
        case _:
            return name


def _begins(name: str, signs: str) -> str:
    return f"ascii({name}) IN ({', '.join(str(ord(sign)) for sign in signs)})"
