"""Lists of any length as CSV: what a workbook tells of its rows, written by the database itself."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

from django.db.models import Case, CharField, DateTimeField, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Left, Ord
from django.db.models.lookups import In

from oversight.columns import Words, columns_of, told
from oversight.copying import copied
from oversight.records import Record

MEDIA_TYPE = "text/csv"
CONTENT_TYPE = f"{MEDIA_TYPE}; charset=utf-8"
# What a cell begins with that a spreadsheet takes for a formula; the last four come from a Chinese keyboard.
FORMULA = "=+-@\t\r\n＝＋－＠"
# And this one a number: an appeal by e-mail would become 2.03E+19.
NUMBER = r"^\d+E\d+$"
# As much of a moment as people read.
MINUTES = len("2026-11-23 10:00")


def lines(record: Record, queryset: QuerySet[Any], done: Callable[[int], object]) -> Iterator[bytes]:
    """The rows with all that is told of them, the first line naming the columns. Spreadsheets open it as what it is:
    they are told that it is UTF-8, and what they would compute begins with an apostrophe."""
    columns = columns_of(record)
    rows = told(queryset, columns)
    cells = {f"{name}_written": _written(name, rows.query.annotations[name]) for name in columns}
    head = StringIO()
    head.write(BOM_UTF8.decode())
    csv.writer(head, lineterminator="\n").writerow(column.label for column in columns.values())
    return copied(rows.annotate(**cells).values_list(*cells), head=head.getvalue().encode(), done=done)


def _written(name: str, value: Any) -> Combinable:
    """A column's value as it stands in a line."""
    match value.output_field:
        case DateTimeField():
            return Left(Cast(F(name), TextField()), MINUTES)
        case CharField() | TextField() if not isinstance(value, Words):
            computed = Q(In(Ord(name), [ord(sign) for sign in FORMULA])) | Q(**{f"{name}__regex": NUMBER})
            return Case(When(computed, then=Concat(Value("'"), name)), default=F(name), output_field=TextField())
        case _:
            return F(name)
