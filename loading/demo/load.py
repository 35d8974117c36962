"""Putting the demo city together: people and places, months that are over, orders that live through the last weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import DurationField, F, Value
from django.db.models.functions import Cast

from loading.demo import city as cities
from loading.demo.appeals import Callers, Texts
from loading.demo.city import City
from loading.demo.history import Past
from loading.demo.lives import Order
from loading.demo.plans import Plan, cases, ordinary
from loading.demo.real import texts_for
from loading.demo.simulation import Simulation
from loading.past import rows
from loading.past.life import Life
from notices.models import Notice
from staff.calendars import current

# So many of the newest orders go through the actions under the simulated clock; the rest is written as past.
LIVED = 150
# The simulated weeks, and how far back the past reaches: further for more orders.
WEEKS = timedelta(days=21)
PAST_DAYS, ORDERS_A_DAY, LONGEST_PAST_DAYS = 60, 330, 365
# Hours of the day by how many people call.
HOURS = (1, 1, 0, 0, 0, 1, 2, 5, 10, 12, 11, 8, 6, 6, 9, 10, 9, 8, 6, 5, 5, 4, 3, 2)
READ_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Wish:
    """What was asked for: how many orders, which ones, until when."""

    orders: int
    seed: int
    end: datetime


Progress = Callable[[str, int], None]


def load(wish: Wish, progress: Progress) -> City:
    """Build the city and let its orders live until `wish.end`; `progress` hears of what, and how many are done."""
    city = cities.build()
    rng = Random(wish.seed)  # noqa: S311  a demo that can be repeated
    texts, callers = texts_for(city), Callers(wish.orders)
    lived = min(wish.orders, LIVED)
    _write(Past(city, texts, callers), wish, wish.orders - lived, rng, progress)
    rows.analyze()
    _live(city, texts, callers, wish, lived, rng, progress)
    _mark_read(wish.end)
    return city


def _write(past: Past, wish: Wish, count: int, rng: Random, progress: Progress) -> None:
    """Orders whose life is over, a batch at a time."""
    span = timedelta(days=min(PAST_DAYS + wish.orders // ORDERS_A_DAY, LONGEST_PAST_DAYS))
    done = 0
    while done < count:
        batch = [_finished(past, wish.end, span, rng) for _nth in range(min(rows.BATCH, count - done))]
        rows.write(batch)
        done += len(batch)
        progress("written", done)


def _finished(past: Past, end: datetime, span: timedelta, rng: Random) -> Life:
    """A life that is over by the end; what would not be is told anew, of another day."""
    while True:
        life = past.tell(ordinary(rng), at_some_hour(end - span * rng.random(), rng), rng)
        if life.events[-1].at < end:
            return life


def _live(city: City, texts: Texts, callers: Callers, wish: Wish, count: int, rng: Random, progress: Progress) -> None:
    """Orders that go through the actions under the simulated clock."""
    done = 0

    def rest() -> None:
        nonlocal done
        done += 1
        progress("lived", done)

    simulation = Simulation(wish.end, rest)
    plans = cases()[:count]
    plans += [ordinary(rng) for _count in range(count - len(plans))]
    for plan in plans:
        at = beginning(plan, wish.end, rng)
        simulation.add(at, Order(city, texts, callers, plan, Random(rng.random())).live())  # noqa: S311  as above
    simulation.run()


def beginning(plan: Plan, end: datetime, rng: Random) -> datetime:
    """When the citizen calls; a case with a long road calls early enough to come to its end."""
    if plan.sessions_ago is not None:
        return session(end, plan.sessions_ago) + timedelta(minutes=rng.uniform(1, 20))
    long_road = plan.door == "shelve" or plan.reopened or "rework" in plan.callback or plan.extension or plan.returns
    share = rng.uniform(0.7, 1) if long_road else rng.betavariate(1, 1.6)  # the newer, the more of them are open
    return min(at_some_hour(end - WEEKS * share, rng), end - timedelta(hours=2))


def at_some_hour(day: datetime, rng: Random) -> datetime:
    """A moment of that day at which people call."""
    hour = rng.choices(range(24), HOURS)[0]
    return day.astimezone(current().tz).replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))


def session(end: datetime, ago: int) -> datetime:
    """The opening of a working session: of the one going on at `end` or the last before, or so many before that."""
    calendar = current()
    day = end.astimezone(calendar.tz).date()
    found: list[datetime] = []
    while len(found) <= ago:
        if calendar.is_working(day):
            openings = [datetime.combine(day, starts, tzinfo=calendar.tz) for starts, _ends in calendar.sessions]
            found += [at for at in reversed(openings) if at + timedelta(minutes=30) < end]
        day -= timedelta(days=1)
    return found[ago]


def _mark_read(end: datetime) -> None:
    """People read what they are told; only the news of the last days is unread."""
    hour = Cast(Value(timedelta(hours=1)), DurationField())
    Notice.objects.filter(read_at=None, at__lt=end - READ_AFTER).update(read_at=F("at") + hour)
