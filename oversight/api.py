"""Lists of orders for programs, whole and in one answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from oversight import handover, streams
from oversight.lists import LISTS, in_order, listed
from oversight.models import Export
from oversight.records import ORDER
from staff.rest import Collection, person
from workorders.filters import WorkOrderFilter
from workorders.models import WorkOrder
from workorders.paging import ORDERINGS


class Anything(BaseContentNegotiation):
    """The answer has one form, whatever form was asked for; a refusal is JSON as everywhere."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class WorkOrderTable(ListModelMixin, Collection[WorkOrder]):
    """A list of orders as CSV."""

    queryset = WorkOrder.objects.all()
    filterset_class = WorkOrderFilter
    content_negotiation_class = Anything
    parameters = ("queue", "sort")
    needs = {"list": "workorders.export_workorders"}

    def get_queryset(self) -> QuerySet[WorkOrder]:
        asked = self.request.query_params
        orders, sort = listed(person(self.request), asked.get("queue", "")), asked.get("sort", ORDERINGS[0])
        wrong: dict[str, list[str]] = {}
        if orders is None:
            wrong["queue"] = [_("It is none of your queues.")]
        if sort not in ORDERINGS:
            wrong["sort"] = [_("One of: %(choices)s.") % {"choices": ", ".join(ORDERINGS)}]
        if orders is None or wrong:
            raise ValidationError(wrong)
        return in_order(orders, sort)

    @extend_schema(
        operation_id="work_orders_csv",
        summary="A whole list as CSV",
        tags=["work-orders"],
        filters=True,
        parameters=[
            OpenApiParameter("queue", enum=list(LISTS), description="One of your queues; else every order you find."),
            OpenApiParameter("sort", enum=ORDERINGS, default=ORDERINGS[0], description="As in the list."),
        ],
        responses={(200, streams.MEDIA_TYPE): OpenApiTypes.STR},
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # not JSON
        """Every order of the list with what the pages' export tells of it, however many there are."""
        orders = self.filter_queryset(self.get_queryset())
        return handover.stream(request._request, ORDER, orders, Export.What.ORDERS, by=person(request))
