"""What lists of referrals can be narrowed by."""

from __future__ import annotations

from datetime import date, timedelta

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from referrals.models import LIVE, Referral, ReferralQuerySet, Role, Status
from staff.models import Department
from staff.now import now
from workorders.filters import LATENESS, midnight


class ReferralFilter(filters.FilterSet):
    """Each filter is a parameter of the address; a department includes its sub-units."""

    order = filters.CharFilter(field_name="order__number", label=_("number of the order"))
    department = filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", method="of_units", label=_("department")
    )
    role = filters.MultipleChoiceFilter(choices=Role.choices, label=_("role"))
    status = filters.MultipleChoiceFilter(choices=Status.choices, label=_("status"))
    live = filters.BooleanFilter(method="only_live", label=_("being worked on"))
    due = filters.ChoiceFilter(choices=LATENESS, method="lateness", label=_("answer due"))
    sent_from = filters.DateFilter(method="since", label=_("sent from"))
    sent_to = filters.DateFilter(method="until", label=_("sent to"))

    class Meta:
        model = Referral
        fields: list[str] = []

    def of_units(self, parts: ReferralQuerySet, name: str, value: Department) -> ReferralQuerySet:
        return parts.filter(department__path__startswith=value.path)

    def only_live(self, parts: ReferralQuerySet, name: str, value: bool) -> ReferralQuerySet:
        return parts.filter(status__in=LIVE) if value else parts.exclude(status__in=LIVE)

    def lateness(self, parts: ReferralQuerySet, name: str, value: str) -> ReferralQuerySet:
        at = now()
        soon = at + timedelta(days=1)
        match value:
            case "overdue":
                return parts.overdue(at)
            case "soon":
                return parts.live().filter(answer_step__due_at__gte=at, answer_step__due_at__lt=soon)
            case _:
                return parts.live().filter(answer_step__due_at__gte=soon)

    def since(self, parts: ReferralQuerySet, name: str, value: date) -> ReferralQuerySet:
        return parts.filter(sent_at__gte=midnight(value))

    def until(self, parts: ReferralQuerySet, name: str, value: date) -> ReferralQuerySet:
        return parts if value == date.max else parts.filter(sent_at__lt=midnight(value + timedelta(days=1)))
