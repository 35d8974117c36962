"""Putting the demo city together: people and places, then orders that live through the last weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import DurationField, F, Value
from django.db.models.functions import Cast

from loading.demo import city as cities
from loading.demo.appeals import Callers, OwnTexts, Texts
from loading.demo.city import City
from loading.demo.lives import Order
from loading.demo.plans import Plan, cases, ordinary
from loading.demo.simulation import Simulation
from notices.models import Notice
from staff.calendars import current

# The simulated past of the orders that go through the actions.
WEEKS = timedelta(days=21)
# Hours of the day by how many people call.
HOURS = (1, 1, 0, 0, 0, 1, 2, 5, 10, 12, 11, 8, 6, 6, 9, 10, 9, 8, 6, 5, 5, 4, 3, 2)
READ_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Wish:
    """What was asked for."""

    orders: int
    seed: int
    end: datetime


def load(wish: Wish, progress: Callable[[int], None]) -> None:
    """Build the city and let its orders live until `wish.end`. `progress` hears how many lives have come to rest."""
    city = cities.build()
    rng = Random(wish.seed)  # noqa: S311  a demo that can be repeated
    texts, callers = texts_for(city), Callers(wish.orders)
    _live(city, texts, callers, wish, rng, progress)
    _mark_read(wish.end)


def texts_for(city: City) -> Texts:
    return OwnTexts(city)


def _live(city: City, texts: Texts, callers: Callers, wish: Wish, rng: Random, progress: Callable[[int], None]) -> None:
    """Those that go through the actions under the simulated clock."""
    done = 0

    def rest() -> None:
        nonlocal done
        done += 1
        progress(done)

    simulation = Simulation(wish.end, rest)
    plans = cases()[: wish.orders]
    plans += [ordinary(rng) for _count in range(wish.orders - len(plans))]
    for plan in plans:
        at = beginning(plan, wish.end, rng)
        simulation.add(at, Order(city, texts, callers, plan, Random(rng.random())).live())  # noqa: S311
    simulation.run()


def beginning(plan: Plan, end: datetime, rng: Random) -> datetime:
    """When the citizen calls."""
    if plan.sessions_ago is not None:
        return _session(end, plan.sessions_ago) + timedelta(minutes=rng.uniform(1, 20))
    # A case with a long road begins early enough to come to its end.
    latest = end - timedelta(hours=2)
    span = WEEKS.total_seconds()
    long_road = plan.door == "shelve" or plan.reopened or "rework" in plan.callback or plan.extension or plan.returns
    at = end - timedelta(seconds=span * (rng.uniform(0.7, 1) if long_road else rng.random()))
    hour = rng.choices(range(24), HOURS)[0]
    local = at.astimezone(current().tz).replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))
    return min(local, latest)


def _session(end: datetime, ago: int) -> datetime:
    """The opening of the working session so many sessions before the one that `end` lies in or comes after."""
    calendar = current()
    day = end.astimezone(calendar.tz).date()
    found: list[datetime] = []
    while len(found) <= ago:
        if calendar.is_working(day):
            for starts, _ends in reversed(calendar.sessions):
                at = datetime.combine(day, starts, tzinfo=calendar.tz)
                if at + timedelta(minutes=30) < end:
                    found.append(at)
        day -= timedelta(days=1)
    return found[ago]


def _mark_read(end: datetime) -> None:
    """People read what they are told; only the news of the last days is unread."""
    hour = Cast(Value(timedelta(hours=1)), DurationField())
    Notice.objects.filter(read_at=None, at__lt=end - READ_AFTER).update(read_at=F("at") + hour)
