"""The orders and their categories for programs: find through the person, call one action, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from staff.rest import Anything, Collection, body, person
from workorders import inputs, preferring, uploads
from workorders.actions import attach, check_detach, detach, register
from workorders.api_looks import RetrieveOnRecord, seen
from workorders.api_moves import MovingCollection, with_moves
from workorders.errors import Invalid
from workorders.files.serving import served
from workorders.filters import CategoryFilter, WorkOrderFilter
from workorders.forms import RemovalForm, SentAppealForm
from workorders.idempotency import HEADER, Answer, once
from workorders.models import Attachment, Category, WorkOrder
from workorders.paging import ORDERINGS
from workorders.scope import visible_orders
from workorders.serializers import (
    AttachmentSerializer,
    CategorySerializer,
    EventSerializer,
    RevealedSerializer,
    WorkOrderSerializer,
    WorkOrderSummarySerializer,
)
from workorders.standing import with_standing
from workorders.workflow import ATTACH, MOVES, REVEAL, Move

SHOWN = ("category", "area", "holder_department", "holder_person", "lead_department", "merged_into")
# What a list does not tell of an order, nor of the one it is merged into.
LONG = tuple(f"{of}{name}" for of in ("", "merged_into__") for name in ("content", "wants", "extra", "reply"))
KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern=r"^[\x21-\x7e]{1,200}$",
    description="Any text of your own, a fresh one for each appeal: sent again with the same body within a day, it "
    "gets the first answer again and registers nothing; with another body, 409.",
)


def brand_new(order: WorkOrder) -> WorkOrder:
    """An order of this very moment needs no reading: nobody rides with it, nobody watches over it."""
    vars(order).update(carries_others=False, is_supervised=False, is_disputed=False)
    return order


@with_moves({REVEAL.name: RevealedSerializer})
class WorkOrderViewSet(ListModelMixin, RetrieveOnRecord, MovingCollection[WorkOrder]):
    """工单: what citizens asked. An order's id is its number."""

    queryset = WorkOrder.objects.all()
    serializer_class = told_as = WorkOrderSerializer
    filterset_class = WorkOrderFilter
    lookup_field = "number"
    lookup_value_regex = "[0-9A-Za-z]+"
    orderings = ORDERINGS
    needs = {"create": "workorders.register_workorder"}
    law, plural = MOVES, "work_orders"

    def get_queryset(self) -> QuerySet[WorkOrder]:
        orders = visible_orders(person(self.request)).select_related(*SHOWN)
        return orders.defer(*LONG) if self.action == "list" else with_standing(orders.select_related("registered_by"))

    def get_serializer_class(self) -> Any:
        return WorkOrderSummarySerializer if self.action == "list" else WorkOrderSerializer

    @extend_schema(responses=WorkOrderSummarySerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Orders, narrowed and sorted as on the pages."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Register an appeal",
        parameters=[KEY, preferring.ASKED, preferring.FOLLOWED],
        request={"application/json": inputs.schema(SentAppealForm.base_fields)},
        responses={201: preferring.whole_or_brief(WorkOrderSerializer)},
    )
    def create(self, request: Request) -> Response:
        """受理: the appeal becomes an order, held by the dispatch desk."""
        by = person(request)

        def registered() -> Answer:
            form = SentAppealForm(inputs.fill(SentAppealForm.base_fields, body(request), {}))
            inputs.by_code(form)
            form.is_valid()
            inputs.reject(form)
            order = register(form.appeal(), by=by)
            if preferring.wants_little(request):
                url = reverse("work-order-detail", args=[order.number], request=request)
                return 201, preferring.brief(url, order.number, order.version)
            return 201, self.get_serializer(brand_new(order)).data

        status, answer = once(request.headers.get(HEADER), body(request), registered, by=by)
        return Response(answer, status=status, headers={"Location": str(answer["url"]), **preferring.applied(answer)})

    def answer(self, move: Move, record: WorkOrder, done: Any) -> Response:
        if move is REVEAL:
            return Response(RevealedSerializer(done).data if done else {"name": "", "phone": "", "contact": ""})
        return super().answer(move, record, done)

    @extend_schema(responses=EventSerializer(many=True), summary="The timeline", filters=False)
    @action(detail=True, filter_backends=[], orderings=("seq", "-seq"))
    def events(self, request: Request, **kwargs: Any) -> Response:
        """流程记录: what happened, in its order; nothing is ever changed or taken away."""
        order: WorkOrder = self.get_object()
        events: Any = order.events.select_related("by")
        page: Any = self.paginate_queryset(events)
        told = EventSerializer(page, many=True, context=self.get_serializer_context())
        seen(order, request)
        return self.get_paginated_response(told.data)

    @extend_schema(responses=AttachmentSerializer(many=True), summary="The files", filters=False)
    @action(detail=True, filter_backends=[], orderings=("id",), parser_classes=[MultiPartParser])
    def attachments(self, request: Request, **kwargs: Any) -> Response:
        """附件: the files you may see."""
        order = self.get_object()
        files: Any = self._files(order)
        page: Any = self.paginate_queryset(files)
        told = AttachmentSerializer(page, many=True, context=self._told_of(order))
        seen(order, request)
        return self.get_paginated_response(told.data)

    @extend_schema(
        operation_id="work_orders_attach",
        summary="Add a file",
        request={"multipart/form-data": uploads.schema()},
        responses={201: AttachmentSerializer},
    )
    @attachments.mapping.post
    def attach(self, request: Request, **kwargs: Any) -> Response:
        """添加附件: one file, as a form with a file is sent."""
        order, by = self.get_object(), person(request)
        ATTACH.check(order, by)
        file, for_departments = uploads.read(request)
        try:
            done = attach(order, by=by, file=file, for_departments=for_departments)
        except Invalid as invalid:
            raise ValidationError({name: [str(words)] for name, words in invalid.errors.items()}) from None
        told = AttachmentSerializer(done, context=self._told_of(order)).data
        return Response(told, status=201, headers={"Location": told["url"]})

    @extend_schema(
        operation_id="work_orders_attachment",
        summary="A file's content",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(
        detail=True,
        filter_backends=[],
        url_path=r"attachments/(?P<attachment>[0-9]+)",
        content_negotiation_class=Anything,
    )
    def attachment(self, request: Request, attachment: str, **kwargs: Any) -> Any:
        """附件: the file as it was added, to be saved; for a browser never to be shown."""
        order = self.get_object()
        answer = served(get_object_or_404(self._files(order), pk=attachment))
        seen(order, request)
        return answer

    @extend_schema(
        operation_id="work_orders_detach",
        summary="Remove a file",
        request={"application/json": inputs.schema(RemovalForm.base_fields)},
        responses={204: OpenApiResponse(description="Removed; the record stays.")},
    )
    @action(detail=True, methods=["post"], url_path=r"attachments/(?P<attachment>[0-9]+)/remove")
    def detach(self, request: Request, attachment: str, **kwargs: Any) -> Response:
        """删除附件: the file goes; who took it away and why stays."""
        order, by = self.get_object(), person(request)
        found = get_object_or_404(self._files(order), pk=attachment)
        check_detach(order, found, by)
        form = RemovalForm(inputs.fill(RemovalForm.base_fields, body(request), {}))
        inputs.reject(form)
        detach(found, by=by, reason=form.cleaned_data["reason"])
        return Response(status=204)

    def _files(self, order: WorkOrder) -> QuerySet[Attachment]:
        visible = Attachment.objects.filter(order=order).kept().visible_to(person(self.request))
        return visible.select_related("added_by", "department")

    def _told_of(self, order: WorkOrder) -> dict[str, Any]:
        return {**self.get_serializer_context(), "order": order}


class CategoryViewSet(ListModelMixin, RetrieveModelMixin, Collection[Category]):
    """What appeals are about, as a tree."""

    queryset = Category.objects.select_related("parent")
    serializer_class = CategorySerializer
    filterset_class = CategoryFilter
    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    orderings = ("path",)
