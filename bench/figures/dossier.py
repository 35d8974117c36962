"""卷宗: the page of one order that has been through much."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from bench.run import Run
from bench.table import Row, Times
from workorders.models import WorkOrder

LEVEL = 40.0
PEOPLE = ("wang", "chen", "lin")
ORDERS = 40
EVENTS, REFERRALS = 30, 4


def measure(run: Run) -> Iterator[Row]:
    """One person after the other opens the busiest orders; the first round warms up and counts too."""
    orders = [order.number for order in busy()]
    seconds = []
    with run.web() as house:
        for name in PEOPLE:
            person = house.signed_in(name)
            seconds += [person.get(f"/orders/{number}/").seconds for _round in range(2) for number in orders]
    times = Times.of(seconds)
    yield Row(
        "dossier",
        str(times),
        f"p95 ≤ {LEVEL:.0f} ms",
        times.p95 <= LEVEL,
        f"{len(orders)} orders of {EVENTS} entries and {REFERRALS} parts or more, three roles, over HTTP",
    )


def busy() -> list[WorkOrder]:
    """Orders with so many entries and parts at least, the least of them first; in a small city the busiest."""
    counted = WorkOrder.objects.order_by().annotate(parts=Count("referrals"))
    asked_for = counted.filter(version__gte=EVENTS, parts__gte=REFERRALS).order_by("version", "pk")
    return list(asked_for[:ORDERS]) or list(counted.order_by("-version", "pk")[:ORDERS])
