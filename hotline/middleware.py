"""What surrounds every request: its id and log line."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
