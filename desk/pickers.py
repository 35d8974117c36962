"""选择器: a list of records that can be searched by path, by pinyin initials and by code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from desk.options import chosen
from staff.models import Area, Department
from workorders.initials import initials
from workorders.models import Category

# What an option is made of: as long as none of it changes, the option is as it was written first.
COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Category: ("name", "full_name", "code", "initials", "kind", "urgency"),
    Department: ("name", "code"),
    Area: ("name", "code"),
}
Row = tuple[Any, ...]


class Searchable:
    """A select whose options carry what they are found by; a category's also what it pre-fills.

    It is written as Django's templates would write it. Its rows are read anew on every page; written out, which is most
    of what a form costs, are only such as were not written before.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        widget: Any = self  # a mixin
        attributes = widget.build_attrs(widget.attrs, attrs)
        if widget.allow_multiple_selected:
            attributes["multiple"] = True
        options = chosen(_options(widget.choices), widget.format_value(value))
        return mark_safe(f'<select name="{escape(name)}"{flatatt(attributes)}>{options}\n</select>')  # noqa: S308  escaped in its parts


def _options(listed: ModelChoiceIterator[Any]) -> str:
    records: Any = listed.queryset
    rows = records.values_list(listed.field.to_field_name or "pk", *COLUMNS[records.model])
    empty = listed.field.empty_label
    nothing = "" if empty is None else f'\n  <option value="">{escape(empty)}</option>'
    return nothing + _written(records.model, tuple(rows))


@lru_cache(maxsize=64)
def _written(model: type[Model], rows: tuple[Row, ...]) -> str:
    return "".join(_option(value, model(**dict(zip(COLUMNS[model], row, strict=True)))) for value, *row in rows)


def _option(value: Any, record: Any) -> str:
    return f'\n  <option value="{escape(value)}"{flatatt(_data_of(record))}>{escape(record)}</option>'


class Picker(Searchable, forms.Select):
    """One record."""


class ManyPicker(Searchable, forms.SelectMultiple):
    """Several records."""


def picker_for(field: forms.Field) -> forms.Widget | None:
    """The searchable select for a field that names records; None for other fields."""
    if not isinstance(field, forms.ModelChoiceField) or field.queryset is None or field.queryset.model not in COLUMNS:
        return None
    kind = ManyPicker if isinstance(field, forms.ModelMultipleChoiceField) else Picker
    return kind(attrs=dict(field.widget.attrs), choices=field.widget.choices)


def _data_of(record: Any) -> dict[str, str]:
    letters = record.initials if isinstance(record, Category) else _letters(str(record))
    data = {"data-search": f"{letters} {letters.replace(' ', '')} {record.code}"}
    if isinstance(record, Category):
        data |= {"data-kind": record.kind, "data-urgency": record.urgency}
    return data


@lru_cache(maxsize=4096)
def _letters(name: str) -> str:
    return initials(name)
