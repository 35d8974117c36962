"""Lists of orders for programs, whole and in one answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, Serializer, URLField
from rest_framework.utils.urls import replace_query_param

from oversight import handover, streams
from oversight.lists import LISTS, in_order, listed
from oversight.models import Export
from oversight.records import ORDER
from oversight.seen import KINDS, Mark, Trail
from staff.models import User
from staff.rest import Anything, Collection, person
from workorders.filters import WorkOrderFilter
from workorders.models import Look, WorkOrder
from workorders.paging import ORDERINGS
from workorders.scope import visible_orders


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


class SeenSerializer(Serializer[Any]):
    """A look, a reveal or an export."""

    at = DateTimeField(source="mark.at")
    kind = ChoiceField(choices=list(KINDS), source="mark.kind")
    person = CharField(source="who.username")
    order = CharField(source="order.number", default=None, allow_null=True, help_text="Null for an export.")
    how = CharField(help_text="In words: the door, or what was exported.")
    why = CharField(help_text="Of a reveal the reason, of an export its parameters.")
    address = CharField(help_text="Of a look the network address, of IPv6 the /64.")


@extend_schema_serializer(many=False)
class TrailSerializer(Serializer[Any]):
    """So many entries, the latest first."""

    next = URLField(allow_null=True)
    results = SeenSerializer(many=True)


class Looks(Collection[Look]):
    """Who has seen what."""

    queryset = Look.objects.all()
    filter_backends = ()  # type: ignore[assignment]  # it reads its two names itself
    pagination_class = None  # type: ignore[assignment]  # its pages are of three records
    needs = {"list": "workorders.view_look"}
    page_size = 50

    @extend_schema(
        operation_id="looks_list",
        summary="Who has seen an order, or what a person has seen",
        tags=["looks"],
        parameters=[
            OpenApiParameter("order", description="The order's number."),
            OpenApiParameter("person", description="The person's user name. With `order`: that person at that order."),
            OpenApiParameter("at", description="Where the page begins, as `next` has it."),
        ],
        responses=TrailSerializer,
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """谁看过: looks, reveals, prints and exports, the latest first. One of `order` and `person` has to be named."""
        asked = request.query_params
        wrong = {name: [_("There is no such filter.")] for name in asked if name not in ("order", "person", "at")}
        mark = Mark.read(asked.get("at", ""))
        if asked.get("at") and mark is None:
            wrong["at"] = [_("Not a place in this list: take it from `next` or `previous`.")]
        order = visible_orders(person(request)).filter(number=asked.get("order", "")).first()
        who = User.objects.filter(username=asked.get("person", "")).first()
        if "order" in asked and order is None:
            wrong["order"] = [_("There is no such thing here, or it is not yours.")]
        if "person" in asked and who is None:
            wrong["person"] = [_("There is no such person.")]
        if not {"order", "person"} & asked.keys():
            wrong["order"] = [_("Name an order or a person.")]
        if wrong:
            raise ValidationError(wrong)
        page = Trail.of(order, who).page(mark, self.page_size)
        here = request.build_absolute_uri()
        following = replace_query_param(here, "at", page.following) if page.following else None
        return Response(TrailSerializer({"next": following, "results": page.entries}).data)
