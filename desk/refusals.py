"""A move that is refused, or a form filled in on an older version, is answered in one place, in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workorders.errors import NotAllowed


class RefusalMiddleware:
    """NotAllowed from a page's view: a piece for htmx, else a page, both 409 with the reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotAllowed):
            return None
        if getattr(request, "htmx", False):
            return render(request, "components/refusal.html", {"reason": error.reason}, status=409)
        return render(request, "desk/refused.html", {"reason": error.reason}, status=409)
