"""The working calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff.explain import holiday_words
from staff.loading import load_years
from staff.models import CalendarDay, CalendarYear, WorkingSession
from staff.now import now


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("year", "is_official", "source", "loaded_at")
    list_filter = ("is_official",)
    fields = ("year", "is_official", "source", "loaded_at")
    readonly_fields = ("loaded_at",)
    actions = ("load_again",)

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        obj.loaded_at = now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Load the chosen years again"), permissions=["change"])
    def load_again(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        years = load_years(queryset.values_list("year", flat=True))
        words = ngettext("%(count)s year changed.", "%(count)s years changed.", len(years)) % {"count": len(years)}
        self.message_user(request, words, messages.SUCCESS)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """What a person enters here stays when the year is loaded again."""

    list_display = ("date", "weekday", "is_working", "called", "by_hand")
    list_filter = ("is_working", "by_hand")
    date_hierarchy = "date"
    ordering = ("-date",)
    search_fields = ("name",)
    fields = ("date", "is_working", "name")

    @admin.display(description=_("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        return formats.date_format(day.date, "l")

    @admin.display(description=_("name"), ordering="name")
    def called(self, day: CalendarDay) -> str:
        return holiday_words(day.name)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        obj.by_hand = True
        super().save_model(request, obj, form, change)


@admin.register(WorkingSession)
class WorkingSessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("__str__",)
