"""Departments and areas, to look up their codes."""

from __future__ import annotations

from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from staff.filters import AreaFilter, DepartmentFilter
from staff.models import Area, Department
from staff.rest import Collection
from staff.serializers import AreaSerializer, DepartmentSerializer


class DepartmentViewSet(ListModelMixin, RetrieveModelMixin, Collection[Department]):
    """承办单位: who handles what the hotline refers, as a tree."""

    queryset = Department.objects.select_related("parent")
    serializer_class = DepartmentSerializer
    filterset_class = DepartmentFilter
    lookup_field = "code"
    lookup_value_regex = "[-0-9A-Za-z_]+"
    orderings = ("path",)


class AreaViewSet(ListModelMixin, RetrieveModelMixin, Collection[Area]):
    """District → street → community."""

    queryset = Area.objects.select_related("parent")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"
    lookup_value_regex = "[-0-9A-Za-z_]+"
    orderings = ("path",)
