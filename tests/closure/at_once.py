"""Several people act at the same moment, each with a connection of his own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from django.db import connection

from staff.now import pretend
from workorders.errors import Invalid, NotAllowed, Stale

REFUSALS = (NotAllowed, Invalid, Stale)


def at_once(at: datetime, *calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the refusal it met; anything else is raised."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        try:
            with pretend(at):
                connection.ensure_connection()
                start.wait(30)
                return call()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as people:
        return list(people.map(one, calls))


def refused(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, REFUSALS)]
