"""卷宗: the page of one order that has been through much."""

from __future__ import annotations

from collections.abc import Iterator

from bench.run import Run
from bench.table import Row, Times
from workorders.models import WorkOrder

LEVEL = 40.0
PEOPLE = ("wang", "chen", "lin")
ORDERS = 40
EVENTS, REFERRALS = 30, 4


def measure(run: Run) -> Iterator[Row]:
    """One person after the other opens the busiest orders; the first round warms up and counts too."""
    orders = [order.number for order in busy()[:ORDERS]]
    seconds = []
    with run.web() as house:
        for name in PEOPLE:
            person = house.signed_in(name)
            seconds += [person.get(f"/orders/{number}/").seconds for _round in range(2) for number in orders]
    times = Times.of(seconds)
    entries, parts = busiest_counts()
    yield Row(
        "dossier",
        str(times),
        f"p95 ≤ {LEVEL:.0f} ms",
        times.p95 <= LEVEL,
        f"{len(orders)} busiest orders ({entries} entries and {parts} parts the busiest), three roles, over HTTP",
    )


def busy() -> list[WorkOrder]:
    """The orders with the longest timelines among the latest."""
    latest = WorkOrder.objects.order_by("-version", "-registered_at")
    return list(latest[:ORDERS])


def busiest() -> WorkOrder:
    return busy()[0]


def busiest_counts() -> tuple[int, int]:
    """Entries and parts of the busiest order."""
    order = busiest()
    return order.version, order.referrals.count()
