"""`python -m bench [figure …]`: all figures, or those named; BENCH_ORDERS says how large the city is."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from datetime import datetime
from time import monotonic

import django

from bench import ground
from bench.table import Row, as_text

# In the order of the table. What changes the city's past comes last.
FIGURES = ("statements", "lists", "search", "dossier", "board", "export", "sweep", "registering", "hour")
LONGEST_STATEMENT = "3600"  # seconds; building a city and counting it over take their time


def main(wanted: list[str]) -> int:
    """Build the city where it is not there, measure, print the table and write the record; 1 when a level is missed."""
    if unknown := set(wanted) - set(FIGURES):
        sys.exit(f"There is no figure {', '.join(sorted(unknown))}. There are: {', '.join(FIGURES)}.")
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit("stopped"))  # what was started is stopped on the way
    orders = int(os.environ.get("BENCH_ORDERS", "1000000").replace("_", ""))
    began, clock = datetime.now().astimezone(), monotonic()
    _say("• servers")
    at = ground.prepare()
    database = f"city_{orders}"
    os.environ.update(at.environment(database), DJANGO_SETTINGS_MODULE="hotline.settings")
    os.environ["DATABASE_STATEMENT_TIMEOUT"] = LONGEST_STATEMENT
    django.setup()

    from django.core.management import call_command

    from bench import city, record
    from bench.run import Run
    from workorders.models import WorkOrder

    _say(f"• city of {orders:,} orders")
    if ground.mark_of(at, database) == city.mark(orders):
        call_command("migrate", interactive=False, verbosity=0)
        _say(f"  the city is there, with {WorkOrder.objects.count():,} orders")
    else:
        ground.create(at, database)
        city.build(orders, lambda words: _say(f"  {words}"))
    call_command("compile_translations", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    run = Run(at, database, orders, _say)
    rows: list[Row] = []
    for name in FIGURES:
        if wanted and name not in wanted:
            continue
        _say(f"• {name}")
        for row in importlib.import_module(f"bench.figures.{name}").measure(run):
            rows.append(row)
            _say(as_text(row))
    minutes = (monotonic() - clock) / 60
    _say(f"\n{minutes:.0f} minutes.")
    if not wanted:
        _say(f"Written to {record.write(run, rows, began=began, city=WorkOrder.objects.count(), minutes=minutes)}")
    return 1 if any(row.reached is False for row in rows) else 0


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
