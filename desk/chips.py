"""What a list is narrowed by, each with the address that drops it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from workorders.filters import WorkOrderFilter


@dataclass(frozen=True)
class Chip:
    """One filter that is set: its name, its value in words, and the address without it."""

    label: str
    value: str
    without: str


def chips(query: QueryDict, filters: WorkOrderFilter) -> list[Chip]:
    """One chip for each value that is set, in the form's order."""
    if not filters.form.is_valid():
        return []
    return [
        Chip(str(filters.form.fields[name].label), _words(filters, name, value), _without(query, name, value))
        for name, values in filters.form.cleaned_data.items()
        for value in (values if isinstance(values, list) else [values])
        if value not in (None, "")
    ]


def _words(filters: WorkOrderFilter, name: str, value: object) -> str:
    """A choice by its label, a record by its name."""
    choices = dict(getattr(filters.form.fields[name], "choices", ())) if isinstance(value, str) else {}
    return str(choices.get(value, value))


def _without(query: QueryDict, name: str, value: object) -> str:
    """The address with everything but this; a narrower list begins at its first page."""
    rest = query.copy()
    rest.pop("at", None)
    others = [one for one in rest.getlist(name) if one != value] if len(rest.getlist(name)) > 1 else []
    rest.setlist(name, others)
    return f"?{rest.urlencode()}"
