"""The referrals for programs: find through the person, call one action, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from referrals.filters import ReferralFilter
from referrals.models import Referral
from referrals.serializers import ReferralSerializer, ReferralSummarySerializer
from referrals.workflow import MOVES
from staff.rest import person
from workorders.api_looks import RetrieveOnRecord
from workorders.api_moves import MovingCollection, with_moves
from workorders.serializers import RELATED

RELATED["referrals"] = "referral-list"


@with_moves({})
class ReferralViewSet(ListModelMixin, RetrieveOnRecord, MovingCollection[Referral]):
    """派单: each department's part of an order."""

    queryset = Referral.objects.all()
    serializer_class = told_as = ReferralSerializer
    filterset_class = ReferralFilter
    lookup_value_regex = "[0-9]+"
    law, plural, order = MOVES, "referrals", "order__"

    def get_queryset(self) -> QuerySet[Referral]:
        parts = Referral.objects.visible_to(person(self.request)).select_related("order", "department", "answer_step")
        if self.action == "list":
            return parts
        parts = parts.select_related("order__category", "sign_step", "contact_step", "parent")
        return parts.prefetch_related("return_requests", "extensions", "answers")

    def get_serializer_class(self) -> Any:
        return ReferralSummarySerializer if self.action == "list" else ReferralSerializer

    @extend_schema(responses=ReferralSummarySerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Referrals, the newest first."""
        return super().list(request, *args, **kwargs)
