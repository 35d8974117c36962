"""督办台: the supervisor's board, any period, any division, narrowed to any places; and the rows behind its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, product
from math import isclose
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.timezone import localdate

from bench.run import Run
from bench.table import Row, Times
from bench.visitors import Visitor
from oversight.daybook import keep_up
from oversight.figures import Counted, added_up, recount
from oversight.filters import Asked
from oversight.groups import By, Grouping
from oversight.indicators import INDICATORS
from staff.models import Area, Department
from workorders.models import Category, WorkOrder

LEVELS = {1_000_000: 300.0, 10_000_000: 600.0}
COMPARED_EVERY = 31
ROWS_LEVEL = 300.0


def measure(run: Run) -> Iterator[Row]:
    """Every board a supervisor could ask for, each once on a warm server, and several of them counted anew."""
    keep_up()
    boards = [*questions()]
    with run.web() as house:
        chen = house.signed_in("chen")
        times, slowest = _timed(chen, [f"/board/?{urlencode(board)}" for board in boards])
        rows, slowest_rows = _timed(chen, [f"/board/rows/?{urlencode(one)}" for one in rows_behind(boards)])
    level = LEVELS[min((orders for orders in LEVELS if run.orders <= orders), default=max(LEVELS))]
    yield Row("board", str(times), f"p95 ≤ {level:.0f} ms", times.p95 <= level, f"slowest: {slowest}")
    yield Row(
        "rows behind a number",
        str(rows),
        f"p95 ≤ {ROWS_LEVEL:.0f} ms",
        rows.p95 <= ROWS_LEVEL,
        f"slowest: {slowest_rows}",
    )
    compared = boards[::COMPARED_EVERY]
    different = [urlencode(board) for board in compared if not _is_exact(board)]
    yield Row(
        "board, equal to a full recount",
        f"{len(compared) - len(different)} of {len(compared)}",
        "all",
        not different,
        "; ".join(different) or "every indicator, in all, by group and by part of the period, and of the period before",
    )


def questions() -> Iterator[dict[str, str]]:
    """Each period that runs and one that is over, three years; each division; nowhere and each set of places."""
    today = localdate()
    past = {"on": (today - timedelta(days=200)).isoformat()}
    whole = {"period": "days", "first": (today - timedelta(days=1100)).isoformat(), "last": today.isoformat()}
    periods = [{"period": kind} | on for kind in ("week", "month", "quarter", "year") for on in ({}, past)]
    places = busiest_places()
    narrowings = [dict(some) for count in range(4) for some in combinations(places.items(), count)]
    for period, by, narrowed in product([*periods, whole], By.values, narrowings):
        yield period | {"by": by} | narrowed


def rows_behind(boards: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Every indicator's sides, each for another of the boards."""
    sides = [(indicator.name, side) for indicator in INDICATORS for side, _words in indicator.sides()]
    for nth, (name, side) in enumerate(sides):
        yield boards[nth * 7 % len(boards)] | {"of": name, "side": side}


def busiest_places() -> dict[str, str]:
    """The code of the top of each tree under which the most orders lie: the most to add up."""
    found = {}
    trees: dict[str, tuple[type[Any], str]] = {
        By.DEPARTMENT: (Department, "lead_department"),
        By.CATEGORY: (Category, "category"),
        By.AREA: (Area, "area"),
    }
    for by, (tree, column) in trees.items():
        under: Counter[int] = Counter()
        nodes = {node.pk: node for node in tree._default_manager.all()}
        for place, count in WorkOrder.objects.order_by().values_list(column).annotate(n=Count("pk")):
            if place is not None:
                under[nodes[place].lineage()[0]] += count
        [(busiest, _count)] = under.most_common(1)
        found[str(by)] = str(nodes[busiest].code)
    return found


def _timed(person: Visitor, addresses: list[str]) -> tuple[Times, str]:
    """How long each took, and which took longest."""
    for address in addresses[:3]:
        person.get(address)
    taken = [(person.get(address).seconds, address) for address in addresses]
    return Times.of([seconds for seconds, _address in taken]), max(taken)[1]


def _is_exact(board: dict[str, str]) -> bool:
    asked = Asked.of(QueryDict(urlencode(board)))
    grouping = Grouping(asked.by, asked.scope)
    before = asked.period.before()
    now, then = added_up(asked.scope, (asked.period, grouping), (before, None))
    return _same(now, recount(asked.period, asked.scope, grouping)) and _same(then, recount(before, asked.scope))


def _same(one: Counted, other: Counted) -> bool:
    """Hours are sums of fractions: the same to a hundredth of a second."""
    left, right = _told(one), _told(other)
    return left.keys() == right.keys() and all(
        left[key][:3] == right[key][:3] and isclose(left[key][3], right[key][3], rel_tol=1e-9, abs_tol=0.01)
        for key in left
    )


def _told(counted: Counted) -> dict[tuple[str, str], tuple[int, int, int, float]]:
    parts = [
        ("", counted.total),
        *counted.by_group.items(),
        *((str(day), one) for day, one in counted.by_bucket.items()),
    ]
    return {
        (where, name): (tally.n, tally.hits, tally.half, tally.total)
        for where, tallies in parts
        for name, tally in tallies.items()
    }
