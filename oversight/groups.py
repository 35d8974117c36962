"""By what the board is divided, and what it is narrowed to: departments, categories, areas.

A row of the league table stands for a place in a tree with all below it. Departments of one kind count with the
highest of that kind above them: a branch of a utility with the utility, but a town for itself beside its district,
because like is compared with like.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversight.records import Record
from staff.models import Area, Department, Tree
from workorders.models import Category

# The key of what belongs nowhere, and of the one row when nothing is divided.
NOWHERE = "none"
EVERYWHERE = ""


class By(TextChoices):
    DEPARTMENT = "department", _("department")
    CATEGORY = "category", _("category")
    AREA = "area", _("area")


TREES: dict[str, type[Tree]] = {By.DEPARTMENT: Department, By.CATEGORY: Category, By.AREA: Area}

NOWHERE_WORDS: dict[str, str | Promise] = {
    By.DEPARTMENT: _("no department: with the hotline"),
    By.CATEGORY: _("no category"),
    By.AREA: _("no area given"),
}


@dataclass(frozen=True)
class Scope:
    """What the board is narrowed to; a place includes all below it."""

    department: Department | None = None
    category: Category | None = None
    area: Area | None = None

    def place(self, by: str) -> Any:
        return getattr(self, by)

    def narrow(self, record: Record) -> Q:
        """The condition on a kind of record."""
        narrowed = Q()
        for by, below in self.below.items():
            narrowed &= Q(**{f"{getattr(record, by)}__in": below})
        return narrowed

    @cached_property
    def below(self) -> dict[str, list[int]]:
        """The ids of each place narrowed to and of all below it; a query a place, once."""
        places = {by: self.place(by) for by in By.values if self.place(by) is not None}
        return {
            by: list(TREES[by]._default_manager.filter(path__startswith=place.path).values_list("pk", flat=True))
            for by, place in places.items()
        }


@dataclass(frozen=True)
class Group:
    """One row of the league table."""

    key: str
    label: str
    section: str = ""
    ids: tuple[int, ...] = field(default=(), compare=False)


class Grouping:
    """The groups of a tree, seen from what the board is narrowed to."""

    def __init__(self, by: str, scope: Scope) -> None:
        self.by = by
        place = scope.place(by)
        self.depth = len(place.lineage()) if place is not None else 0
        self.nodes: dict[int, Any] = {node.pk: node for node in TREES[by]._default_manager.all()}
        self.tops = {pk: self._top(node) for pk, node in self.nodes.items()}
        below: dict[int, list[int]] = {}
        for pk, top in self.tops.items():
            below.setdefault(top, []).append(pk)
        self.groups = {self.nodes[top].code: self._group(self.nodes[top], ids) for top, ids in below.items()}
        self.nowhere = Group(NOWHERE, str(NOWHERE_WORDS[by]))

    def column(self, record: Record) -> F:
        """What the database groups by."""
        return F(f"{getattr(record, self.by)}_id")

    def group_of(self, pk: int | None) -> Group:
        """The group a place counts with."""
        return self.nowhere if pk is None else self.groups[self.nodes[self.tops[pk]].code]

    def find(self, key: str) -> Group | None:
        """The group with this key; None when there is none."""
        return self.nowhere if key == NOWHERE else self.groups.get(key)

    def rows_of(self, group: Group, record: Record) -> Q:
        """The condition on the records that count with a group."""
        name = getattr(record, self.by)
        return Q(**{f"{name}__isnull": True}) if group.key == NOWHERE else Q(**{f"{name}__in": group.ids})

    def sections(self, found: Iterable[Group]) -> list[tuple[str, list[Group]]]:
        """The groups in the tree's order, those of a kind together; what belongs nowhere last."""
        present = {group.key for group in found}
        ordered = [group for group in self.groups.values() if group.key in present]
        names: dict[str, str] = {}
        if self.by == By.DEPARTMENT:
            names = {kind.value: str(SECTIONS[kind]) for kind in Department.Kind}
        sections = [
            (names.get(name, ""), [group for group in ordered if group.section == name]) for name in names or [""]
        ]
        if NOWHERE in present:
            sections.append(("", [self.nowhere]))
        return [(name, groups) for name, groups in sections if groups]

    def _top(self, node: Any) -> int:
        """The place whose row a place counts in."""
        lineage = node.lineage()
        if self.depth or self.by != By.DEPARTMENT:
            return int(lineage[self.depth] if len(lineage) > self.depth else node.pk)
        top = node
        for pk in reversed(lineage[:-1]):
            if self.nodes[pk].kind != node.kind:
                break
            top = self.nodes[pk]
        return int(top.pk)

    def _group(self, node: Any, ids: list[int]) -> Group:
        section = node.kind if self.by == By.DEPARTMENT else ""
        return Group(node.code, node.name, section, tuple(ids))


SECTIONS: dict[str, str | Promise] = {
    Department.Kind.BUREAU: _("Bureaux"),
    Department.Kind.DISTRICT: _("Districts"),
    Department.Kind.TOWN: _("Towns and street offices"),
    Department.Kind.UTILITY: _("Utilities"),
}
