"""What lists of callbacks can be narrowed by."""

from __future__ import annotations

from datetime import date, timedelta

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from callbacks.models import Callback, CallbackQuerySet, Resolution, Satisfaction, Status, Verdict
from staff.models import Department
from workorders.filters import midnight


class CallbackFilter(filters.FilterSet):
    """Each filter is a parameter of the address; a department includes its sub-units."""

    order = filters.CharFilter(field_name="order__number", label=_("number of the order"))
    department = filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", method="about", label=_("department")
    )
    status = filters.MultipleChoiceFilter(choices=Status.choices, label=_("status"))
    resolution = filters.MultipleChoiceFilter(choices=Resolution.choices, label=_("solved?"))
    satisfaction = filters.MultipleChoiceFilter(choices=Satisfaction.choices, label=_("satisfied with the result"))
    verdict = filters.MultipleChoiceFilter(choices=Verdict.choices, label=_("decision"))
    completed_from = filters.DateFilter(method="since", label=_("completed from"))
    completed_to = filters.DateFilter(method="until", label=_("completed to"))

    class Meta:
        model = Callback
        fields: list[str] = []

    def about(self, rounds: CallbackQuerySet, name: str, value: Department) -> CallbackQuerySet:
        return rounds.filter(department__path__startswith=value.path)

    def since(self, rounds: CallbackQuerySet, name: str, value: date) -> CallbackQuerySet:
        return rounds.filter(completed_at__gte=midnight(value))

    def until(self, rounds: CallbackQuerySet, name: str, value: date) -> CallbackQuerySet:
        return rounds if value == date.max else rounds.filter(completed_at__lt=midnight(value + timedelta(days=1)))
