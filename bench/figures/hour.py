"""北京一小时: seven thousand contacts with their full lives, through the actions, while web server and clock run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from threading import Event, Thread
from time import perf_counter

import django
from django.core.management import CommandError, call_command

from bench.house import House
from bench.run import Run
from bench.table import Row
from bench.visitors import together

CONTACTS = 7000
HOUR = 3600.0
LEVEL = 20.0
MEMORY = 1_000_000_000
PROCESSES = 3
LOOK = 2.0
A_MOMENT = timedelta(seconds=20)


def measure(run: Run) -> Iterator[Row]:
    """So many processes live the lives; what the house takes of memory meanwhile is looked at every two seconds."""
    with run.everything() as house:
        peak: dict[str, int] = {}
        done = Event()
        looking = Thread(target=_look, args=(house, done, peak))
        looking.start()
        began = perf_counter()
        lived = together(PROCESSES, live, CONTACTS // PROCESSES, run.ground.environment(run.database))
        seconds = perf_counter() - began
        done.set()
        looking.join()
    contacts, moments = sum(one for one, _moments in lived), sum(moments for _one, moments in lived)
    speed = HOUR / seconds * contacts / CONTACTS
    yield Row(
        "Beijing's hour",
        f"{contacts:,} lives in {seconds:.0f} s = {speed:.0f} × real time",
        f"≥ {LEVEL:.0f} ×",
        speed >= LEVEL,
        f"{moments:,} moments through the actions by {PROCESSES} processes, web server, worker and clock running",
    )
    holds = _audit_holds()
    yield Row(
        "the closure guarantee afterwards", "holds" if holds else "BROKEN", "audit clean", holds, "`audit_closure`"
    )
    together_ = sum(peak.values())
    parts = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in peak.items())
    yield Row(
        "memory of web, worker and beat",
        f"{together_ / 1e6:.0f} MB ({parts})",
        "≤ 1 GB",
        together_ <= MEMORY,
        "the most of each during the hour, shared pages shared out (PSS)",
    )


def live(nth: int, contacts: int, env: dict[str, str]) -> tuple[int, int]:
    """Let so many contacts live, one after the other; how many lived, in how many moments.

    Nobody waits: a life that has to rest until another half-day goes on at once, at the moment it asked for. Citizens
    are called back from eight to nine: at night the hour takes place tomorrow morning.
    """
    os.environ.update(env, DJANGO_SETTINGS_MODULE="hotline.settings")
    django.setup()
    from django.utils import timezone, translation

    from callbacks.calling import is_calling_time, next_half_day
    from loading.demo import city as cities
    from loading.demo.appeals import Callers, OwnTexts
    from loading.demo.lives import Order
    from loading.demo.plans import ordinary
    from staff.now import pretend

    city = cities.city()
    texts, callers, rng = OwnTexts(city), Callers(contacts), Random(nth)  # noqa: S311  a run that can be repeated
    began = timezone.now()
    ahead = timedelta(0) if is_calling_time(began) else next_half_day(began)[0] - began
    moments = 0
    with translation.override("zh-hans"):
        for _contact in range(contacts):
            life = Order(city, texts, callers, ordinary(rng), Random(rng.random())).live()  # noqa: S311  as above
            at: datetime | None = timezone.now() + ahead
            while at is not None:
                with pretend(at):
                    then = next(life, None)
                at = None if then is None else max(then, at + A_MOMENT)
                moments += 1
    return contacts, moments


def _look(house: House, done: Event, peak: dict[str, int]) -> None:
    while not done.wait(LOOK):
        for name, size in house.memory().items():
            peak[name] = max(peak.get(name, 0), size)


def _audit_holds() -> bool:
    try:
        call_command("audit_closure", stdout=StringIO())
    except (CommandError, SystemExit):
        return False
    return True
