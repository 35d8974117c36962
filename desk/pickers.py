"""选择器: a list of records that can be searched by path, by pinyin initials and by code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from workorders.initials import initials
from workorders.models import Category


class Searchable:
    """A select whose options carry what they are found by; a category's also what it pre-fills."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]  # a mixin
        record = getattr(value, "instance", None)
        if record is not None:
            option["attrs"] |= _data_of(record)
        return option

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """What Django's templates for a select write, written at once: one of theirs for each of a hundred options is
        most of what a page costs."""
        told = self.get_context(name, value, attrs)["widget"]  # type: ignore[attr-defined]  # a mixin
        groups = [_group(title, options) for title, options, _nth in told["optgroups"]]
        return mark_safe(  # noqa: S308  escaped in its parts
            f'<select name="{escape(told["name"])}"{flatatt(told["attrs"])}>{"".join(groups)}\n</select>'
        )


def _group(title: str | None, options: list[dict[str, Any]]) -> str:
    written = "".join(
        f'\n  <option value="{escape(option["value"])}"{flatatt(option["attrs"])}>{escape(option["label"])}</option>'
        for option in options
    )
    return written if title is None else f'\n  <optgroup label="{escape(title)}">{written}\n  </optgroup>'


class Picker(Searchable, forms.Select):
    """One record."""


class ManyPicker(Searchable, forms.SelectMultiple):
    """Several records."""


def picker_for(field: forms.Field) -> forms.Widget | None:
    """The searchable select for a field that names records; None for other fields."""
    if not isinstance(field, forms.ModelChoiceField):
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
