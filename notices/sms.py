"""短信: a small interface; an HTTP gateway, and by default the log."""

from __future__ import annotations

import json
import logging
from typing import Protocol

from django.conf import settings

from notices import outgoing

logger = logging.getLogger("notices.sms")
TIMEOUT_SECONDS = 10


class Gateway(Protocol):
    def send(self, number: str, text: str) -> None:
        """Hand one message over; raises when the gateway does not take it."""


class LogGateway:
    """Writes that a message would have left, without number and text."""

    def send(self, number: str, text: str) -> None:
        logger.info("sms", extra={"characters": len(text)})


class HttpGateway:
    """POSTs {"to", "text"} as JSON to `SMS_GATEWAY_URL`; any answer but 2xx is a failure."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def send(self, number: str, text: str) -> None:
        body = json.dumps({"to": number, "text": text}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        outgoing.post(self.url, body, headers, seconds=TIMEOUT_SECONDS)


def gateway() -> Gateway:
    """The gateway the settings name."""
    if settings.SMS_GATEWAY_URL:
        return HttpGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN)
    return LogGateway()
