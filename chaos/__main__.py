"""`python -m chaos`: shake the hotline for CHAOS_SECONDS by CHAOS_SEED, then look whether everything is there."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import monotonic

import django

from bench import ground as grounds
from bench.ground import Ground
from bench.house import house
from bench.visitors import together
from chaos.lives import Work, live_on
from chaos.plan import KINDS, strikes
from hotline.local.postgres import Postgres
from hotline.local.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("HOTLINE_VAR_DIR") or ROOT / "var") / "chaos"
DATABASE = "chaos"
OPTIONS = ("max_connections=100", "jit=off")
CLIENTS = 4
SETTLING = 120.0
"""Seconds within which everything has to be told, climbed and added up after the last blow."""


def main() -> int:
    """Build, shake, settle, check, print; 1 when something did not hold."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit("stopped"))  # what was started is stopped on the way
    seconds = float(os.environ.get("CHAOS_SECONDS", "180"))
    orders = int(os.environ.get("CHAOS_ORDERS", "300"))
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(1_000_000))
    _say(f"• CHAOS_SEED={seed}, {seconds:.0f} seconds, a city of {orders} orders")
    journals = FOLDER / "journals"
    shutil.rmtree(journals, ignore_errors=True)
    journals.mkdir(parents=True)
    postgres, valkey = Postgres(FOLDER / "postgres", OPTIONS), Valkey(FOLDER / "valkey")
    for server in (postgres, valkey):
        server.start()
        atexit.register(server.release)
    at = Ground(postgres.url(), valkey.url(), FOLDER)
    os.environ.update(at.environment(DATABASE), DJANGO_SETTINGS_MODULE="hotline.settings", CLOCK_SECONDS="1")
    django.setup()
    grounds.create(at, DATABASE)

    from django.core.management import call_command
    from django.db import connection

    from chaos import checks, city, record
    from chaos.faults import Blow, Parts
    from chaos.journals import Journals
    from chaos.settling import interrupted, settle
    from staff.now import now

    city.build(orders, seed)
    for command in ("compile_translations", "collectstatic"):
        call_command(command, **({"interactive": False} if command == "collectstatic" else {}), verbosity=0)
    blows: list[Blow] = []
    lost: list[str] = []
    with house(at, DATABASE, "web", "worker", "beat") as running:
        parts = Parts(running, postgres, valkey)
        work = city.work(running, str(journals))
        began, clock = now(), monotonic()
        neglected = city.neglect(seconds)
        connection.close()
        with at_work(work, lost) as lives:
            for strike in strikes(seed):
                if monotonic() - clock > seconds and {blow.kind for blow in blows} == set(KINDS):
                    break
                for blow in parts.strike(strike):
                    blows.append(blow)
                    _say(
                        f"  {monotonic() - clock:>5.0f} s  {record.name(blow):<34} works after {_seconds(blow.seconds)}"
                    )
                parts.never.wait(strike.rest)
        parts.see_to()
        _say("• settling")
        left = settle(SETTLING)
        given_up = interrupted()
    _say("• looking")
    told = record.Told(
        seed,
        datetime.now().astimezone(),
        seconds,
        orders,
        neglected,
        blows,
        Journals.of(journals),
        sum(lives),
        given_up,
    )
    told.findings = {checks.words(check): list(check(told.journals, began)) for check in checks.CHECKS}
    told.findings["Every part works again within a minute, and none ends by itself."] = [
        *(f"{blow.kind} does not come back" for blow in blows if blow.seconds is None),
        *(f"{what} ended by itself" for what in parts.ended),
    ]
    told.findings["Nothing waits for the worker any more."] = [f"{count} {what}" for what, count in left.items()]
    told.findings["The clients come to their end."] = lost
    _say(record.as_markdown(told))
    if "CHAOS_SECONDS" not in os.environ:
        _say(f"Written to {record.write(told)}")
    return 0 if told.holds else 1


@contextmanager
def at_work(work: Work, lost: list[str]) -> Iterator[list[int]]:
    """The clients, until the end of the block; each then finishes the life it is at."""
    lives: list[int] = []

    def all_of_them() -> None:
        try:
            lives.extend(together(CLIENTS, live_on, work))
        except Exception as error:  # a client that dies is a finding
            lost.append(f"{type(error).__name__}: {error}")

    working = Thread(target=all_of_them)
    working.start()
    try:
        yield lives
    finally:
        work.stop.touch()
        working.join()


def _seconds(seconds: float | None) -> str:
    return "NEVER" if seconds is None else f"{seconds:.1f} s"


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
