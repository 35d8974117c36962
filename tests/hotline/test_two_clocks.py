"""Two clocks as processes, one broker, one database: one acts; when it is gone the other does, within seconds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from hotline import health, heartbeat
from hotline.local.valkey import Valkey
from hotline.scheduler import PATIENCE
from tests.cast import City
from tests.processes import Process, beat, on_this_database, running, wait_until, worker
from tests.stories.test_clock_for_real import is_escalated, neglected
from workorders.models import Reminder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]

SECONDS = 12
"""Until another acts in place of one that was killed: two seconds by its own count, the rest for a busy machine."""


def broker(folder: Path) -> Iterator[Valkey]:
    server = Valkey(folder)
    server.start()
    yield server
    server.release()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    yield from broker(tmp_path / "valkey")


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Valkey]:
    yield from broker(tmp_path / "another")


def clock(server: Valkey, folder: Path, name: str) -> Process:
    return beat(on_this_database(server.url(), CLOCK_SECONDS="1"), folder, name)


def senders(server: Valkey) -> Counter[int]:
    """Which processes sent what waits in the broker, where no worker takes it out."""
    with redis.Redis.from_url(server.url()) as client:
        waiting: Any = client.lrange("hotline", 0, -1)
    return Counter(int(json.loads(task)["headers"]["origin"].split("@")[0].removeprefix("gen")) for task in waiting)


def live(server: Valkey) -> list[float]:
    with redis.Redis.from_url(server.url()) as client:
        return heartbeat.ages(client, "beat")


def acts(process: Process) -> bool:
    """Whether the last it said of it is that it acts."""
    return process.said().rfind("this clock acts") > process.said().rfind("this clock stands by")


def test_one_of_two_sends_and_when_it_is_killed_the_other_does(
    db: None, valkey: Valkey, tmp_path: Path, settings: Any
) -> None:
    settings.BROKER_URL = valkey.url()
    first, second = clock(valkey, tmp_path, "first"), clock(valkey, tmp_path, "second")
    with running(first):
        wait_until(lambda: senders(valkey)[first.pid] >= 4, 60, "the first sends")
        with running(second):
            wait_until(lambda: health.acting().get("alive") == 2, 60, "both are seen alive")
            sent = senders(valkey)[first.pid]
            wait_until(lambda: senders(valkey)[first.pid] >= sent + 12, 60, "three more rounds")
            assert set(senders(valkey)) == {first.pid} and not acts(second)
            assert health.acting()["ok"]

            first.kill()
            wait_until(lambda: acts(second), SECONDS, "the second acts")
            wait_until(lambda: senders(valkey)[second.pid] >= 8, SECONDS, "the second sends")

            first.start()
            sent = senders(valkey)[second.pid]
            wait_until(lambda: senders(valkey)[second.pid] >= sent + 12, 60, "three more rounds")
            assert first.pid not in senders(valkey), "who comes back stands by"

            assert second.stop() == 0
            wait_until(lambda: senders(valkey)[first.pid], SECONDS, "one that is stopped hands over")


def test_a_clock_that_cannot_reach_the_broker_leaves_it_to_one_that_can(
    db: None, valkey: Valkey, another: Valkey, tmp_path: Path
) -> None:
    cut_off, well = clock(another, tmp_path, "cut-off"), clock(valkey, tmp_path, "well")
    with running(cut_off):
        wait_until(lambda: senders(another)[cut_off.pid], 60, "the first acts")
        with running(well):
            wait_until(lambda: len(live(valkey)) == 1, 60, "the second is there")
            assert not senders(valkey)
            another.release()
            wait_until(lambda: senders(valkey)[well.pid], PATIENCE + SECONDS, "the second acts")


def test_an_emptied_broker_and_a_killed_clock_cost_no_escalation_and_double_none(
    city: City, valkey: Valkey, tmp_path: Path
) -> None:
    env = on_this_database(valkey.url(), CLOCK_SECONDS="1")
    clocks = clock(valkey, tmp_path, "first"), clock(valkey, tmp_path, "second")
    orders = [neglected(city)]
    with running(worker(env, tmp_path), *clocks):
        wait_until(lambda: is_escalated(orders[0]), 60, "the first order is with a supervisor")

        with redis.Redis.from_url(valkey.url()) as client:
            client.flushall()
        orders.append(neglected(city))
        wait_until(lambda: is_escalated(orders[1]), 60, "so is the second, though what waited was lost")

        acting = next(one for one in clocks if acts(one))
        acting.kill()
        orders.append(neglected(city))
        wait_until(lambda: is_escalated(orders[2]), 60, "so is the third, though the clock was killed")
    climbed = Counter(Reminder.objects.values_list("step__order", "step__kind", "rung"))
    assert set(climbed.values()) == {1}
    for order in orders:
        order.refresh_from_db()
        seqs = list(order.events.values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
