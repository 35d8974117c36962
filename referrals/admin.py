"""派单目录: who handles what, kept by administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from referrals.models import CatalogueRow
from staff.explain import listed


class CatalogueRowForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """What `refer` would refuse is not proposed in the first place."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lead, supporting = cleaned.get("lead"), cleaned.get("supporting") or ()
        if lead is not None and lead in supporting:
            self.add_error("supporting", _("The lead cannot support itself."))
        for name, departments in (("lead", [lead] if lead else []), ("supporting", supporting)):
            if not all(department.is_active for department in departments):
                self.add_error(name, _("This department takes no work any more."))
        return cleaned


@admin.register(CatalogueRow)
class CatalogueRowAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    form = CatalogueRowForm
    list_display = ("category", "area_words", "lead", "supporting_words")
    list_filter = ("lead__kind", "area__level", "category__is_active")
    list_select_related = ("category", "area", "lead")
    list_per_page = 100
    search_fields = ("category__full_name", "category__code", "category__initials", "lead__name", "area__name")
    autocomplete_fields = ("category", "area", "lead", "supporting")
    fields = ("category", "area", "lead", "supporting")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueRow]:
        return super().get_queryset(request).prefetch_related("supporting")

    @admin.display(description=_("area"), ordering="area__path")
    def area_words(self, row: CatalogueRow) -> str:
        return str(row.area or _("the whole city"))

    @admin.display(description=_("supporting"))
    def supporting_words(self, row: CatalogueRow) -> str:
        return listed(str(department) for department in row.supporting.all())
