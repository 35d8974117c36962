"""导出: every order streamed as CSV over HTTP, beside a bare COPY of the same columns; and the web server's memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter

from bench.house import House
from bench.readers import read_through
from bench.run import Run
from bench.table import Row
from bench.visitors import together
from oversight.models import Export
from staff.models import Token, User
from staff.tokens import issue
from workorders.models import WorkOrder

ROUNDS = 5
LEVEL = 0.30
FLAT = 16 * 2**20
"""Bytes by which the web server may grow while a list of any length goes through it."""
LOOK = 0.25
"""Seconds between two looks at its memory."""

ADDRESS = "/api/v1/work-orders.csv"
# What the stream's columns are made of, as it lies in the table: without words, names, order or sort.
COLUMNS = (
    "number, title, category_id, area_id, kind, urgency, channel, lead_department_id, status, holder_pool,"
    " holder_department_id, holder_person_id, registered_at, next_due_at, closed_at, closing, outcome, dispatches,"
    " reworks, chases"
)
BARE = f"COPY (SELECT {COLUMNS} FROM workorders_workorder) TO STDOUT WITH (FORMAT csv)"  # noqa: S608  names of our own


def measure(run: Run) -> Iterator[Row]:
    """The two take turns; each one's best counts."""
    token = issue(Token(person=User.objects.get(username="chen"), name="bench"))
    bare, streamed = [], []
    with run.web() as house:
        together(1, read_through, house.site, ADDRESS, token)  # what is loaded once, and the widest row
        with _watched(house) as grown:
            for _round in range(ROUNDS):
                began = perf_counter()
                run.postgres("psql", "-qc", BARE, "-o", os.devnull)
                bare.append(perf_counter() - began)
                ((size, seconds),) = together(1, read_through, house.site, ADDRESS, token)
                streamed.append(seconds)
    rows, orders = Export.objects.latest("id").rows, WorkOrder.objects.count()
    assert rows == orders, f"{rows} of {orders} orders were streamed"
    share = min(bare) / min(streamed)
    yield Row(
        "streaming export of a list",
        f"{share:.0%} of COPY: {size / 2**20:.0f} MB in {min(streamed):.1f} s, COPY {min(bare):.1f} s",
        f"≥ {LEVEL:.0%}",
        share >= LEVEL,
        f"{orders:,} orders in words and sorted; COPY of the bare columns as they lie; best of {ROUNDS} in turn",
    )
    yield Row(
        "memory of the web server meanwhile",
        f"+{max(grown) / 2**20:.1f} MB",
        f"≤ {FLAT / 2**20:.0f} MB",
        max(grown) <= FLAT,
        "its processes together, at most, against before",
    )


@contextmanager
def _watched(house: House) -> Iterator[list[int]]:
    """By how many bytes the web server has grown, looked at again and again until the end of the block."""
    before, over = house.memory()["web"], Event()
    grown = [0]

    def look() -> None:
        while not over.wait(LOOK):
            grown.append(house.memory()["web"] - before)

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield grown
    finally:
        over.set()
        watcher.join()
