"""The city of the bench: a few thousand lives told one by one, then multiplied."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from time import monotonic

from django.core.management import call_command
from django.db import connection

from bench.multiply import multiply, multiply_bare, settle_down
from oversight.daybook import keep_up, sum_anew
from workorders.models import WorkOrder

# So many lives are told, from registering to closing; the others are copies of theirs.
TOLD = 5000
# So many orders have everything that hangs on an order. Ten million would be 100 GB: beyond these, copies are bare.
WHOLE = 1_000_000
# A database made by an older way of making it is made anew.
EDITION = 1


def mark(orders: int) -> str:
    """What is written on a database that holds such a city, whole."""
    return f"city of {orders} orders, edition {EDITION}"


def build(orders: int, say: Callable[[str], None]) -> None:
    """Fill the empty database settings name with a city of about so many orders."""
    began = monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    told = min(orders, TOLD)
    call_command("load_demo", orders=told, stdout=StringIO())
    say(f"{told:>12,} lives told, {monotonic() - began:.0f} s")
    if copies := round(min(orders, WHOLE) / told) - 1:
        multiply(copies, say)
    settle_down()
    say(f"{WorkOrder.objects.count():>12,} orders, {monotonic() - began:.0f} s")
    entered = keep_up()
    settle_down()
    say(f"{entered:>12,} orders entered in the day book, {monotonic() - began:.0f} s")
    if orders > WHOLE:
        multiply_bare(range(copies + 1, round(orders / told)), say)
        sum_anew()
        keep_up()
        settle_down()
        say(f"{WorkOrder.objects.count():>12,} orders, most of them bare, {monotonic() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE workorders_workorder IS '{mark(orders)}'")
