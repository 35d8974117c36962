"""The callbacks for programs; they are carried on by their orders' moves."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks.filters import CallbackFilter
from callbacks.models import Callback
from callbacks.serializers import CallbackSerializer, CallbackSummarySerializer
from staff.rest import Collection, person
from workorders.api_looks import RetrieveOnRecord
from workorders.serializers import RELATED

RELATED["callbacks"] = "callback-list"


class CallbackViewSet(ListModelMixin, RetrieveOnRecord, Collection[Callback]):
    """回访: what citizens said when they were called back, round by round."""

    queryset = Callback.objects.all()
    serializer_class = CallbackSerializer
    filterset_class = CallbackFilter
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Callback]:
        rounds = Callback.objects.visible_to(person(self.request)).select_related("order", "department")
        return rounds if self.action == "list" else rounds.prefetch_related("attempts")

    def get_serializer_class(self) -> Any:
        return CallbackSummarySerializer if self.action == "list" else CallbackSerializer

    @extend_schema(responses=CallbackSummarySerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Callbacks, the newest first."""
        return super().list(request, *args, **kwargs)
