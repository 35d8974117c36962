"""The way to the broker: Celery's own for Redis, which says plainly when the connection it needs is gone."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as Gone


class Channel(redis.Channel):
    """A task that ends while the broker is away has no connection to be acknowledged on. Asked for one, kombu stumbles
    over what it has closed itself, and the worker dies of it; a connection that is lost it lives through, and the task
    is delivered again."""

    def _connparams(self, asynchronous: bool = False) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise Gone("the connection to the broker is closed")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # the stubs leave it out


class Transport(redis.Transport):
    """Named in the settings (`broker_transport`)."""

    Channel = Channel
