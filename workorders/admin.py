"""What administrators keep of the law: categories and time limits. Orders are worked on at the desk, never here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff.admin.places import TreeAdmin
from staff.models import Tree
from workorders.models import Category, TimeLimit
from workorders.models.category import WITHOUT_LIMIT
from workorders.models.choices import StepKind


@admin.register(Category)
class CategoryAdmin(TreeAdmin):
    list_display = ("indented", "code", "kind", "urgency", "sensitive", "is_active")
    list_filter = ("is_active", "sensitive", "kind", "urgency")
    search_fields = ("full_name", "code", "initials", "keywords")
    fields = (
        "name",
        "code",
        "parent",
        "full_name",
        "initials",
        "kind",
        "urgency",
        "sensitive",
        "keywords",
        "questions",
        "is_active",
    )
    readonly_fields = ("full_name", "initials")

    @admin.display(description=_("name"))
    def indented(self, row: Tree) -> str:
        assert isinstance(row, Category)
        return "\u3000" * (len(row.lineage()) - 1) + row.name


@admin.register(TimeLimit)
class TimeLimitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """A step keeps one limit that holds for every appeal: without it an action could set no due time."""

    list_display = ("step", "kind_words", "urgency_words", "category_words", "for_rework", "limit", "extensions")
    list_display_links = ("step", "limit")
    list_filter = ("step", "kind", "urgency", "for_rework", "unit")
    list_select_related = ("category",)
    list_per_page = 100
    search_fields = ("category__full_name", "category__code")
    autocomplete_fields = ("category",)
    fieldsets = (
        (None, {"fields": ("step", "kind", "urgency", "category", "for_rework")}),
        (_("Limit"), {"fields": (("amount", "unit"),)}),
        (_("Extensions"), {"fields": (("extensions", "extension_days"),)}),
    )

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "step":
            steps = [step for step in StepKind if step not in WITHOUT_LIMIT]
            kwargs["choices"] = [("", "---------"), *((step.value, step.label) for step in steps)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what must stay, as for rows that others point to; the admin then offers no deletion."""
        deleted, count, permissions, protected = super().get_deleted_objects(objs, request)
        return deleted, count, permissions, [*protected, *map(str, kept(objs))]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_words(self, limit: TimeLimit) -> str:
        return limit.get_kind_display() or str(_("any kind"))

    @admin.display(description=_("urgency"), ordering="urgency")
    def urgency_words(self, limit: TimeLimit) -> str:
        return limit.get_urgency_display() or str(_("any urgency"))

    @admin.display(description=_("category"), ordering="category__path")
    def category_words(self, limit: TimeLimit) -> str:
        return str(limit.category or _("any category"))

    @admin.display(description=_("limit"))
    def limit(self, limit: TimeLimit) -> str:
        return limit.length


def kept(limits: Iterable[TimeLimit]) -> list[TimeLimit]:
    """Those of the limits that hold where nothing more specific does; at most one a step, by constraint."""
    return [limit for limit in limits if limit.is_catch_all]
