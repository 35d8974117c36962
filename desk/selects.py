"""The selects a list is narrowed by. A city's trees hold hundreds of options and every list shows them all, so they are
read in one query and written out as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from staff.models import Area, Department
from workorders.filters import WorkOrderFilter
from workorders.models import Category

CHOICES = ("status", "kind", "due", "urgency", "channel")
TREES = ("category", "area", "department")
Option = tuple[str, str]


@dataclass(frozen=True)
class Select:
    """A filter as a select that says its name while nothing is chosen."""

    name: str
    label: str
    is_set: bool
    options: SafeString


def selects(query: QueryDict, filters: WorkOrderFilter) -> dict[str, Select]:
    """Each by its filter's name, with what the address has chosen."""
    trees = _trees()
    fields: dict[str, Any] = filters.form.fields
    told = {}
    for name in (*CHOICES, *TREES):
        options = trees[name] if name in trees else [(str(value), str(label)) for value, label in fields[name].choices]
        chosen = {one for one in query.getlist(name) if one}
        told[name] = Select(name, capfirst(str(fields[name].label)), bool(chosen), _options(options, chosen))
    return told


def _options(options: Iterable[Option], chosen: set[str]) -> SafeString:
    return SafeString(
        "\n".join(
            f'<option value="{escape(value)}"{" selected" if value in chosen else ""}>{escape(words)}</option>'
            for value, words in options
            if value
        )
    )


def _trees() -> dict[str, list[Option]]:
    """Code and name of every category, area and department, each tree in its own order."""
    found: dict[str, list[Option]] = {name: [] for name in TREES}
    full = Coalesce(NullIf("full_name", Value("")), "name")
    rows = Category.objects.order_by().values_list(Value("category"), "code", full, "path")
    rows = rows.union(
        Area.objects.order_by().values_list(Value("area"), "code", "name", "path"),
        Department.objects.order_by().values_list(Value("department"), "code", "name", "path"),
        all=True,
    )
    for tree, code, name, _path in rows.order_by("path"):
        found[tree].append((code, name))
    return found
