"""What administrators keep of the board: the weights; and what they may read: who exported what."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from oversight.models import Export, Weight


@admin.register(Weight)
class WeightAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("name", "value")
    fields = ("name", "value")
    ordering = ("id",)


@admin.register(Export)
class ExportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """On record; nobody writes it by hand."""

    list_display = ("at", "by", "what", "rows", "asked")
    list_filter = ("what",)
    date_hierarchy = "at"
    list_select_related = ("by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
