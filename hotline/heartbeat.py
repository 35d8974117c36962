"""Signs of life of worker and beat, left in the broker with the moment they were left."""

import logging
import time
from typing import Any

import redis
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_ready
from django.conf import settings

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two signs of one process."""

FORGET = 24 * 3600
"""Seconds after which even the last sign is gone."""

_last: dict[str, float] = {}


def client() -> "redis.Redis":
    """A connection to the broker that gives up soon."""
    return redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2)


def leave(who: str) -> None:
    """Leave a sign unless this process did a moment ago; a broker that is away is no reason to stop."""
    now = time.monotonic()
    if now - _last.get(who, -EVERY) < EVERY:
        return
    _last[who] = now
    try:
        with client() as broker:
            broker.set(f"hotline:heartbeat:{who}", time.time(), ex=FORGET)
    except (redis.RedisError, OSError) as error:
        logger.warning("no heartbeat", extra={"error": type(error).__name__})


def age(broker: "redis.Redis", who: str) -> float | None:
    """Seconds since the last sign; None when there is none."""
    left = broker.get(f"hotline:heartbeat:{who}")
    return None if left is None else max(0.0, time.time() - float(left))


class Scheduler(PersistentScheduler):
    """Beat's own scheduler, which also says that it goes round."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        leave("beat")
        return float(super().tick(*args, **kwargs))


@worker_ready.connect
@heartbeat_sent.connect
def worker_lives(**_: Any) -> None:
    """The worker's event loop turns."""
    leave("worker")
