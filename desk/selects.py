"""The selects a list is narrowed by. A city's trees hold hundreds of options and every list shows them all, so they are
read in one query, and written out as text once for as long as they stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from desk.options import chosen
from workorders.filters import WorkOrderFilter

CHOICES = ("status", "kind", "due", "urgency", "channel")
TREES = ("category", "area", "department")
Option = tuple[str, str]
# Said in plain SQL: putting it together took longer than asking it.
IN_TREES = """
SELECT 'category', code, COALESCE(NULLIF(full_name, ''), name), path FROM workorders_category
UNION ALL SELECT 'area', code, name, path FROM staff_area
UNION ALL SELECT 'department', code, name, path FROM staff_department
ORDER BY path
"""


@dataclass(frozen=True)
class Select:
    """A filter as a select that says its name while nothing is chosen."""

    name: str
    label: str
    is_set: bool
    options: str

    def __str__(self) -> str:
        label, css = escape(self.label), "form-select is-set" if self.is_set else "form-select"
        return SafeString(
            f'<select class="{css}" name="{self.name}" aria-label="{label}">'
            f'<option value="">{label}</option>\n{self.options}</select>'
        )


def selects(query: QueryDict) -> dict[str, Select]:
    """Each by its filter's name, with what the address has chosen."""
    trees, language = _trees(), get_language() or ""
    told = {}
    for name in (*CHOICES, *TREES):
        options = _options(trees[name]) if name in trees else _choices(name, language)
        values = {one for one in query.getlist(name) if one}
        told[name] = Select(name, _label(name, language), bool(values), chosen(options, values))
    return told


@lru_cache(maxsize=32)
def _label(name: str, language: str) -> str:
    return capfirst(str(_filter(name).label))


@lru_cache(maxsize=32)
def _choices(name: str, language: str) -> str:
    return _options(tuple((str(value), str(label)) for value, label in _filter(name).extra["choices"]))


def _filter(name: str) -> Any:
    return WorkOrderFilter.base_filters[name]


@lru_cache(maxsize=32)
def _options(options: tuple[Option, ...]) -> str:
    return "\n".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in options)


def _trees() -> dict[str, tuple[Option, ...]]:
    """Code and name of every category, area and department, each tree in its own order."""
    found: dict[str, list[Option]] = {name: [] for name in TREES}
    with connection.cursor() as cursor:
        cursor.execute(IN_TREES)
        for tree, code, name, _path in cursor.fetchall():
            found[tree].append((code, name))
    return {tree: tuple(options) for tree, options in found.items()}
