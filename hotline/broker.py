"""The way to the broker: Celery's own for Redis, which says plainly when the connection it needs is gone."""

from __future__ import annotations

from typing import Any

from kombu.exceptions import OperationalError
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
    # So kombu calls a lost connection when it was about to send. A worker does so while it starts, to greet others, and
    # would end of it where it waits for every other loss.
    connection_errors = (*redis.Transport.connection_errors, OperationalError)
