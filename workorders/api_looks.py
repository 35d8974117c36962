"""What programs read of one order is on record, as what people look at is."""

from __future__ import annotations

from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from staff.rest import person
from workorders.looks import look
from workorders.models import Look, WorkOrder


def seen(order: WorkOrder, request: Request) -> None:
    """A program has read of this order."""
    look(order, Look.Door.API, by=person(request), request=request._request)


class RetrieveOnRecord(RetrieveModelMixin, GenericAPIView[Any]):
    """One record; that of its order was read is written down."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.get_object()
        answer = Response(self.get_serializer(record).data)
        seen(record if isinstance(record, WorkOrder) else record.order, request)
        return answer
