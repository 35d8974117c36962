"""Whether each part of the installation works, for people, load balancers and container managers."""

import time
from collections.abc import Callable
from typing import Any

import psycopg2
import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hotline import heartbeat
from oversight import replica

OLDEST = 60.0
"""A heartbeat older than this many seconds means that the process hangs or is gone."""

Part = dict[str, Any]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all parts work, else 503 and which does not."""
    parts = {
        "database": timed(database),
        "writing": timed(writing),
        "broker": timed(broker),
        "worker": timed(lambda: beating("worker")),
        "beat": timed(acting),
    }
    well = all(part["ok"] for part in parts.values())
    if replica.ALIAS in settings.DATABASES:  # said, not counted: reports are read on the primary while it is not well
        parts["replica"] = timed(level)
    return JsonResponse({"ok": well, **parts}, status=200 if well else 503)


def timed(check: Callable[[], Part]) -> Part:
    """The check's answer and how long it took; what it raises is an answer too, without addresses or passwords."""
    started = time.perf_counter()
    try:
        part: Part = {"ok": True} | check()
    except (Error, psycopg2.Error, redis.RedisError, OSError) as error:
        part = {"ok": False, "error": type(error).__name__}
    return part | {"milliseconds": round((time.perf_counter() - started) * 1000)}


def database() -> Part:
    """PostgreSQL answers within two seconds; connecting gives up after five."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'; SELECT 1")
    return {}


def writing() -> Part:
    """The database takes what is written; for a pause it may be open for reading only, as a standby always is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')::boolean")
        (read_only,) = cursor.fetchone()
    return {"ok": False, "error": "read only"} if read_only else {}


def level() -> Part:
    """By how many seconds the replica is behind."""
    standing = replica.look()
    if standing is None:
        return {"ok": False, "error": "away"}
    lag = standing.lag.total_seconds()
    return {"ok": lag <= settings.REPLICA_LAG, "behind": round(lag, 1)}


def broker() -> Part:
    """Redis or Valkey answers within two seconds."""
    with heartbeat.client() as client:
        client.ping()
    return {}


def beating(who: str, *, here: bool = False) -> Part:
    """How many such processes live, and how many seconds ago one was last heard of; `here`: on this machine."""
    with heartbeat.client() as client:
        ages = heartbeat.ages(client, who, here=here)
    if not ages:
        return {"ok": False, "error": "never heard of"}
    return {"ok": ages[0] <= OLDEST, "seconds": round(ages[0], 1), "alive": sum(age <= OLDEST for age in ages)}


def acting() -> Part:
    """Clocks live, and one of them acts; the seconds are that one's."""
    beats, acts = beating("beat"), beating("acting")
    if beats["ok"] and not acts["ok"]:
        return beats | {"ok": False, "error": "none acts"}
    return beats | ({"seconds": acts["seconds"]} if beats["ok"] else {})
