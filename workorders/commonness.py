"""How common words are, and what it costs to find them in a list: by reading along it, by gathering it whole, or by
looking the words up."""

from __future__ import annotations

import re
from enum import Enum, auto

from django.db import connection

from workorders.models.order import WorkOrderQuerySet

# So many orders fill a page: a list reads on until it has them.
PAGE = 50
# So many of the latest orders are read to learn how common the words are now, and of all of them so many pages of
# some ten orders each to learn how common they have been: heating is a word of the winter.
LATEST, PAGES = 1000, 100
# Microseconds: to read one order of a list for words, to fetch one that was looked up, to pass over one that another
# filter keeps out, and what the database calls a cost of one. Measured warm at a million orders; only ratios matter.
READ, FETCHED, PASSED, COST = 2.0, 5.0, 0.5, 0.5

# The same pages each time, so that they are at hand.
SAMPLED = """
WITH latest AS MATERIALIZED (
    SELECT text FROM workorders_wording
    WHERE order_id = ANY (ARRAY(SELECT id FROM workorders_workorder ORDER BY registered_at DESC LIMIT %(latest)s))
), spread AS MATERIALIZED (
    SELECT text FROM workorders_wording TABLESAMPLE SYSTEM (least(100, 100.0 * %(pages)s / (
        SELECT greatest(1, pg_relation_size('workorders_wording') / current_setting('block_size')::int)
    ))) REPEATABLE (1)
)
SELECT (SELECT count(*) FROM latest), (SELECT count(*) FROM latest WHERE {fits}),
    (SELECT count(*) FROM spread), (SELECT count(*) FROM spread WHERE {fits}),
    greatest(1, pg_relation_size('workorders_wording') / current_setting('block_size')::numeric / %(pages)s)
"""
PLAN = re.compile(r"cost=[\d.]+\.\.([\d.]+) rows=(\d+)")


class Way(Enum):
    """How a page of fitting orders is found."""

    READ = auto()
    """Along the list, from its beginning until the page is full."""
    GATHERED = auto()
    """All that the list's filters leave, by their own index, and each of them read."""
    LOOKED_UP = auto()
    """All that have the words, of whatever list, by the index of grams."""


def cheapest(terms: list[str], orders: WorkOrderQuerySet) -> Way:
    """The way that reads and fetches least for these words in this list."""
    latest, fitting_now, spread, fitting_ever, times = _sampled(terms)
    # Half an order fits where none was seen: how rare it is, is not known.
    share = max(fitting_now, 0.5) / max(latest, 1)
    costs = {Way.LOOKED_UP: FETCHED * max(fitting_ever, 0.5) * times}
    everything = spread * times
    length, cost = _narrowed_to(orders) if orders.query.where else (everything, 0.0)
    costs[Way.READ] = READ * min(length, PAGE / share)
    if length < everything:
        apart = everything / max(length, 1)
        costs[Way.READ] += PASSED * min(everything, PAGE / share * apart)
        costs[Way.GATHERED] = READ * length + COST * cost
    return min(costs, key=costs.__getitem__)


def _sampled(terms: list[str]) -> tuple[int, int, int, int, float]:
    """Of the latest orders: how many, how many fit; of orders of all times the same, and how often these go in all."""
    fits = " AND ".join(f"strpos(text, upper(%(term{nth})s)) > 0" for nth in range(len(terms)))
    values = {f"term{nth}": term for nth, term in enumerate(terms)}
    with connection.cursor() as cursor:
        cursor.execute(SAMPLED.format(fits=fits), {**values, "latest": LATEST, "pages": PAGES})
        latest, fitting_now, spread, fitting_ever, times = cursor.fetchone()
    return latest, fitting_now, spread, fitting_ever, float(times)


def _narrowed_to(orders: WorkOrderQuerySet) -> tuple[float, float]:
    """How many orders the list holds, and what it costs to gather them, as the database reckons before it looks."""
    plan = PLAN.search(orders.order_by().explain())
    return (float(plan[2]), float(plan[1])) if plan else (0.0, 0.0)  # no plan: nothing can fit
