"""What surrounds every request: its id and log line, and an address the database can be asked for."""

import logging
import time
from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

from hotline import requests

logger = logging.getLogger("hotline.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: GetResponse) -> GetResponse:
    """Give the request an id, answer with it, and log one line: no query string, no person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        value = requests.begin(request.headers.get("X-Request-ID", ""))
        started = time.perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = value
            route = request.resolver_match.route if request.resolver_match else ""
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000),
                },
            )
            return response
        finally:
            requests.end()

    return middleware


def no_nul(get_response: GetResponse) -> GetResponse:
    """The database takes no NUL, and pages look up what their address says as it is: such a page is not there. Django's
    own also look up what the query says. Forms, filters and the API say it beside the field."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if "\x00" in path and not path.startswith("/api/"):
            raise Http404
        if path.startswith("/admin/") and any("\x00" in said for said in _said(request)):
            raise BadRequest("a NUL in the address")
        return get_response(request)

    return middleware


def _said(request: HttpRequest) -> Iterator[str]:
    return (said for name, values in request.GET.lists() for said in (name, *values))
