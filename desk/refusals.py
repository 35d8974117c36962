"""A move that is refused is answered in one place, in words, where it was tried; what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk import drafts
from staff.models import User
from workorders.errors import NotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """NotAllowed from a page's view: a piece for htmx, else a page, both 409 with the reason."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotAllowed):
            return None
        key = request.POST.get(drafts.FIELD)
        if key and isinstance(request.user, User):
            drafts.keep(request.user, key, request.POST)
        if not getattr(request, "htmx", False):
            return render(request, "desk/refused.html", {"reason": error.reason}, status=409)
        response = render(request, "components/refusal.html", {"reason": error.reason}, status=409)
        if request.method == "POST":  # beside the form, which stays as it was typed
            response["HX-Retarget"] = place(request)
            response["HX-Reswap"] = "innerHTML"
        return response


def place(request: HttpRequest) -> str:
    """Where a form's page has room for a refusal: beside the files for what is done to them, else beside the move."""
    target = getattr(getattr(request, "htmx", None), "target", None)
    return f"#{'attachments' if target == 'attachments' else 'move'} [data-refusal]"
