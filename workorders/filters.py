"""What lists of orders can be narrowed by: the desk's and the API's alike."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from staff.filters import within
from staff.models import Area, Department, User
from staff.now import now
from workorders.models import Category, Kind, Status, Urgency, WorkOrder
from workorders.models.choices import Channel, Pool
from workorders.models.order import WorkOrderQuerySet
from workorders.search import matching
from workorders.typed import TypedFilter

LATENESS = [("on_time", _("on time")), ("soon", _("due within 24 hours")), ("overdue", _("overdue"))]


class WorkOrderFilter(filters.FilterSet):
    """Each filter is a parameter of the address; a place in a tree includes what is below it."""

    status = filters.MultipleChoiceFilter(choices=Status.choices, method="with_status", label=_("status"))
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, method="among", label=_("kind"))
    urgency = filters.MultipleChoiceFilter(choices=Urgency.choices, method="among", label=_("urgency"))
    channel = filters.ChoiceFilter(choices=Channel.choices, method="only", label=_("channel"))
    category = filters.ModelChoiceFilter(
        queryset=Category.objects.all(), to_field_name="code", method="below", label=_("category")
    )
    area = filters.ModelChoiceFilter(queryset=Area.objects.all(), to_field_name="code", method="below", label=_("area"))
    department = filters.ModelChoiceFilter(
        queryset=Department.objects.all(), to_field_name="code", method="led_by", label=_("department")
    )
    desk = filters.ChoiceFilter(choices=Pool.choices, method="at_desk", label=_("desk"))
    due = filters.ChoiceFilter(choices=LATENESS, method="lateness", label=_("due"))
    open = filters.BooleanFilter(method="only_open", label=_("open"))
    registered_from = filters.DateFilter(method="since", label=_("registered from"))
    registered_to = filters.DateFilter(method="until", label=_("registered to"))
    # The last: how words are best found depends on what the others have left.
    q = TypedFilter(method="find", label=_("text or number"))

    class Meta:
        model = WorkOrder
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        # Those the address names: the others narrow nothing, and to make all of them anew took longer than the list.
        self.base_filters = OrderedDict(
            (name, one) for name, one in type(self).base_filters.items() if name in (data or ())
        )
        super().__init__(data, *args, **kwargs)

    def find(self, orders: WorkOrderQuerySet, name: str, value: str) -> WorkOrderQuerySet:
        asker = getattr(self.request, "user", None)
        return matching(orders, value, by=asker if isinstance(asker, User) else None)

    def with_status(self, orders: WorkOrderQuerySet, name: str, value: list[str]) -> WorkOrderQuerySet:
        return orders.with_status(value)

    def among(self, orders: WorkOrderQuerySet, name: str, value: list[str]) -> WorkOrderQuerySet:
        return orders.among(name, value)

    def only(self, orders: WorkOrderQuerySet, name: str, value: str) -> WorkOrderQuerySet:
        return orders.among(name, [value])

    def at_desk(self, orders: WorkOrderQuerySet, name: str, value: str) -> WorkOrderQuerySet:
        return orders.unended().held_by_pool(value)

    @extend_schema_field(str)
    def below(self, orders: WorkOrderQuerySet, name: str, value: Any) -> WorkOrderQuerySet:
        places = type(value).objects.filter(path__startswith=value.path).values_list("pk", flat=True)
        return orders.among(name, list(places))

    def led_by(self, orders: WorkOrderQuerySet, name: str, value: Department) -> WorkOrderQuerySet:
        units = Department.objects.filter(path__startswith=value.path).values_list("pk", flat=True)
        return orders.among("lead_department", list(units))

    def lateness(self, orders: WorkOrderQuerySet, name: str, value: str) -> WorkOrderQuerySet:
        at = now()
        soon = at + timedelta(days=1)
        orders = orders.unended()
        match value:
            case "overdue":
                return orders.filter(next_due_at__lt=at)
            case "soon":
                return orders.filter(next_due_at__gte=at, next_due_at__lt=soon)
            case _:
                return orders.filter(Q(next_due_at__gte=soon))

    def only_open(self, orders: WorkOrderQuerySet, name: str, value: bool) -> WorkOrderQuerySet:
        return orders.open() if value else orders.closed()

    def since(self, orders: WorkOrderQuerySet, name: str, value: date) -> WorkOrderQuerySet:
        return orders.filter(**{f"{registered(orders)}__gte": midnight(value)})

    def until(self, orders: WorkOrderQuerySet, name: str, value: date) -> WorkOrderQuerySet:
        if value == date.max:
            return orders
        return orders.filter(**{f"{registered(orders)}__lt": midnight(value + timedelta(days=1))})


class CategoryFilter(filters.FilterSet):
    name = filters.CharFilter(field_name="full_name", lookup_expr="icontains", label=_("part of the name"))
    within = filters.ModelChoiceFilter(
        queryset=Category.objects.all(), to_field_name="code", method=within, label=_("this one and all below it")
    )
    is_active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Category
        fields: list[str] = []


def registered(orders: WorkOrderQuerySet) -> str:
    """The column by which the time of registering is found."""
    return orders.key("registered_at")[0]


def midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return datetime.combine(day, time(0), tzinfo=timezone.get_current_timezone())
