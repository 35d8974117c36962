"""The API's front door: what lies where, and how it says no."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.urls import path, re_path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView, exception_handler

from callbacks.api import CallbackViewSet
from hotline.away import HEADER, trouble_of
from hotline.throttling import of_stranger
from oversight.api import Looks, WorkOrderTable
from referrals.api import ReferralViewSet
from staff.api import AreaViewSet, DepartmentViewSet
from staff.rest import person
from workorders import inputs
from workorders.api import CategoryViewSet, WorkOrderViewSet
from workorders.errors import NotAllowed, Stale
from workorders.forms import SentAppealForm
from workorders.serializers import EventSerializer, MoveSerializer

logger = logging.getLogger(__name__)

COLLECTIONS: dict[str, tuple[str, Any]] = {
    "work-orders": ("work-order", WorkOrderViewSet),
    "referrals": ("referral", ReferralViewSet),
    "callbacks": ("callback", CallbackViewSet),
    "categories": ("category", CategoryViewSet),
    "departments": ("department", DepartmentViewSet),
    "areas": ("area", AreaViewSet),
}


class Root(APIView):
    """Where everything begins: the collections, and what can be done without a record."""

    @extend_schema(
        operation_id="root",
        tags=["api"],
        responses=inline_serializer(
            "Root",
            {name.replace("-", "_"): serializers.URLField() for name in COLLECTIONS}
            | {"moves": MoveSerializer(many=True)},
        ),
    )
    def get(self, request: Request) -> Response:
        told: dict[str, Any] = {
            name.replace("-", "_"): reverse(f"{base}-list", request=request)
            for name, (base, _view) in COLLECTIONS.items()
        }
        return Response(told | {"moves": self._moves(request)})

    def _moves(self, request: Request) -> list[dict[str, Any]]:
        if not person(request).has_perm(WorkOrderViewSet.needs["create"]):
            return []
        register = {"name": "register", "label": _("Register"), "method": "POST"}
        fields = inputs.Teller(request).fields(SentAppealForm())
        return [{**register, "url": reverse("work-order-list", request=request), "fields": fields}]


class NotFound(APIView):
    """An address under the API that leads nowhere says so as the API does."""

    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.http_method_not_allowed = self.nowhere  # type: ignore[method-assign]  # whatever was asked of it
        return super().dispatch(request, *args, **kwargs)

    def nowhere(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise Http404


def say_no(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal in one shape: `detail` in words, `errors` by field."""
    if trouble := trouble_of(error):
        logger.error("database away", extra={"error": type(error).__name__})
        told = {"detail": str(trouble.words), "errors": {}}
        return Response(told, status=503, headers={HEADER: str(trouble.seconds)})
    match error:
        case Stale():
            newer = EventSerializer(error.newer, many=True, context=context).data
            words = _("Somebody wrote in between: read what came in and send it again with the present version.")
            more = {"version": error.newer[-1].seq, "newer": newer}
            return Response({"detail": words, "errors": {}, **more}, status=409)
        case NotAllowed():
            return Response({"detail": str(error.reason), "errors": {}}, status=409)
        case RequestDataTooBig():
            return Response({"detail": _("Too long."), "errors": {}}, status=413)
        case exceptions.ValidationError(detail=dict() as errors):
            return Response({"detail": _("Something is not right."), "errors": errors}, status=400)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            error = of_stranger(error, context["request"], context["view"])
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"detail": _flat(error, response.data), "errors": {}}
    return response


def _flat(error: Exception, data: Any) -> str:
    if isinstance(error, Http404 | exceptions.NotFound):
        return _("There is no such thing here, or it is not yours.")
    return str(data["detail"] if isinstance(data, dict) else data[0])


router = SimpleRouter()
for prefix, (base, view) in COLLECTIONS.items():
    router.register(prefix, view, base)

urlpatterns = [
    path("", Root.as_view(), name="api"),
    path("work-orders.csv", WorkOrderTable.as_view({"get": "list"}), name="work-orders-csv"),
    path("looks/", Looks.as_view({"get": "list"}), name="looks"),
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view()), name="docs"),
    re_path("", NotFound.as_view()),
]
