"""What the board is asked for: period, division, narrowing. All of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oversight.groups import By, Scope
from oversight.indicators import BY_NAME, Theme
from oversight.periods import Kind, Period
from staff.lean import LeanForm
from staff.models import Area, Department
from staff.now import now
from workorders.models import Category

# The same few names, keys and days stand in the addresses of five hundred numbers of a board.
quoted = lru_cache(maxsize=4096)(quote_plus)

# Figures of another century are a slip of the pen.
EARLIEST = date(2000, 1, 1)


class BoardForm(LeanForm):
    """The filter row of the board. What is missing or makes no sense is as if not asked for, and said so."""

    period = forms.ChoiceField(label=_("Period"), choices=Kind.choices, required=False)
    on = forms.DateField(required=False, widget=forms.HiddenInput)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    by = forms.ChoiceField(label=_("Divided by"), choices=By.choices, required=False)
    theme = forms.ChoiceField(choices=Theme.choices, required=False, widget=forms.HiddenInput)
    trend = forms.ChoiceField(
        choices=[(name, one.label) for name, one in BY_NAME.items()], required=False, widget=forms.HiddenInput
    )
    sort = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("Department"), to_field_name="code", required=False, empty_label=_("all")
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), to_field_name="code", required=False, empty_label=_("all")
    )
    area = forms.ModelChoiceField(
        Area.objects.all(), label=_("Area"), to_field_name="code", required=False, empty_label=_("all")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        latest = timezone.localdate(now()).replace(month=12, day=31)
        for name in ("on", "first", "last"):
            if data.get(name) is not None and not EARLIEST <= data[name] <= latest:
                self.add_error(name, _("This date is out of range."))
        first, last = data.get("first"), data.get("last")
        if data.get("period") == Kind.DAYS:
            if first is None or last is None:
                self.add_error("last", _("Give both days."))
            elif last < first:
                self.add_error("last", _("The last day is before the first."))
        return data


@dataclass(frozen=True)
class Asked:
    """What was asked for, with defaults for what was not."""

    form: BoardForm
    period: Period
    scope: Scope
    by: str
    theme: str
    trend: str
    sort: str
    at: datetime

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """Read an address. Never fails: a parameter that makes no sense is left out."""
        at = now()
        form = BoardForm(query)
        form.is_valid()
        data = form.cleaned_data
        kind = data.get("period") or Kind.MONTH
        if kind == Kind.DAYS and not (data.get("first") and data.get("last")):
            kind = Kind.MONTH
        if kind == Kind.DAYS:
            period = Period(kind, data["first"], data["last"], at)
        else:
            period = Period.around(kind, data.get("on") or timezone.localdate(at), at)
        return cls(
            form=form,
            period=period,
            scope=Scope(data.get("department"), data.get("category"), data.get("area")),
            by=data.get("by") or By.DEPARTMENT,
            theme=data.get("theme") or Theme.HANDLING,
            trend=data.get("trend") or "closure",
            sort=data.get("sort") or "",
            at=at,
        )

    def query(self, **changes: str | None) -> str:
        """The address's parameters that ask for this again, with changes; None takes one out."""
        values: dict[str, str | None] = {"period": self.period.kind}
        if self.period.kind == Kind.DAYS:
            values |= {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}
        elif self.form.cleaned_data.get("on"):
            values["on"] = self.period.first.isoformat()
        values["by"] = self.by
        for by in By.values:
            place = self.scope.place(by)
            values[by] = place.code if place is not None else None
        values |= {"theme": self.theme, "trend": self.trend, "sort": self.sort} | changes
        return "&".join(f"{name}={quoted(value)}" for name, value in values.items() if value)
