"""Departments and areas, each in its tree."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff.models import Area, Department, Tree


class TreeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """A tree, in its order, each row under the one it belongs to."""

    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
    list_per_page = 200
    sortable_by = ()

    @admin.display(description=_("name"))
    def indented(self, row: Tree) -> str:
        return "\u3000" * (len(row.lineage()) - 1) + str(row)


@admin.register(Department)
class DepartmentAdmin(TreeAdmin):
    list_display = ("indented", "code", "kind", "phone", "people_count", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code", "parent__name")
    fields = ("name", "code", "kind", "parent", "phone", "email", "is_active")
    prepopulated_fields = {"code": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        people = Count("people", filter=Q(people__is_active=True))
        return Department.objects.annotate(people_count=people).order_by("path")

    @admin.display(description=_("people"))
    def people_count(self, department: Any) -> int:
        return int(department.people_count)


@admin.register(Area)
class AreaAdmin(TreeAdmin):
    list_display = ("indented", "code", "level")
    list_filter = ("level",)
    search_fields = ("name", "code", "parent__name")
    fields = ("name", "code", "level", "parent")
