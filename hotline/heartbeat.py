"""Signs of life of workers and clocks: each process leaves its own in the broker, by the broker's clock."""

from __future__ import annotations

import logging
import os
import socket
import time
from typing import Any

import redis
from celery.signals import heartbeat_sent, worker_ready
from django.conf import settings

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two signs of one process."""

FORGET = 3600
"""Seconds after which even the last sign of a process is gone."""

_last: dict[str, float] = {}


def client() -> redis.Redis:
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
            at = _now(broker)
            with broker.pipeline() as signs:
                signs.zadd(_key(who), {f"{socket.gethostname()}:{os.getpid()}": at})
                signs.zremrangebyscore(_key(who), 0, at - FORGET)
                signs.expire(_key(who), FORGET)
                signs.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("no heartbeat", extra={"error": type(error).__name__})


def ages(broker: redis.Redis, who: str, *, here: bool = False) -> list[float]:
    """Seconds since the last sign of each process, the youngest first; `here`: of this machine's alone."""
    at = _now(broker)
    signs: Any = broker.zrange(_key(who), 0, -1, desc=True, withscores=True)  # the client's types know no such answer
    mine = f"{socket.gethostname()}:".encode()
    return [max(0.0, at - left) for name, left in signs if not here or name.startswith(mine)]


def _key(who: str) -> str:
    return f"hotline:signs:{who}"


def _now(broker: redis.Redis) -> float:
    seconds, micros = broker.time()
    return float(seconds) + micros / 1_000_000


@worker_ready.connect
@heartbeat_sent.connect
def worker_lives(**_: Any) -> None:
    """The worker's event loop turns."""
    leave("worker")
