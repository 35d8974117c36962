"""What the lists of departments and areas can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from staff.models import Area, Department


@extend_schema_field(str)
def within(rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
    """This place in a tree and all below it."""
    return rows.filter(path__startswith=value.path)


class DepartmentFilter(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains", label=_("part of the name"))
    kind = filters.MultipleChoiceFilter(choices=Department.Kind.choices, label=_("kind"))
    within = filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", method=within, label=_("this one and all below it")
    )
    is_active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Department
        fields: list[str] = []


class AreaFilter(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains", label=_("part of the name"))
    level = filters.MultipleChoiceFilter(choices=Area.Level.choices, label=_("level"))
    within = filters.ModelChoiceFilter(
        queryset=Area.objects.all(), to_field_name="code", method=within, label=_("this one and all below it")
    )

    class Meta:
        model = Area
        fields: list[str] = []
