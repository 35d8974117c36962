"""Who is held back from signing in; an administrator lifts it by deleting the count."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff.models import FailedSignIns


@admin.register(FailedSignIns)
class FailedSignInsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("who", "failures", "failed_at", "held_until")
    list_select_related = ("person",)
    search_fields = ("person__username", "person__name", "address")
    fields = list_display

    @admin.display(description=_("name or address"))
    def who(self, count: FailedSignIns) -> str:
        return str(count)

    @admin.display(description=_("failures"), ordering="level")
    def failures(self, count: FailedSignIns) -> int:
        return round(count.level)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
