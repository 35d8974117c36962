"""The worker outlives its broker, whatever it was about to tell it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from hotline import heartbeat
from hotline.celery import app
from hotline.local.valkey import Valkey
from tests.processes import on_this_database, running, wait_until, worker

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server.url()
    server.release()


def test_a_task_that_ends_after_the_connection_is_gone_is_not_acknowledged_and_breaks_nothing(
    broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    connection: Any = app.connection_for_write(broker)
    connection.default_channel.do_restore = False  # a worker's messages come again by the visibility timeout
    queue = connection.SimpleQueue("hotline-test")
    queue.put({"task": "sweep"})
    message = queue.get(timeout=5)
    connection.close()

    with caplog.at_level(logging.CRITICAL):
        message.ack_log_error(logging.getLogger("worker"), connection.connection_errors)

    assert "Couldn't ack" in caplog.text and not message.acknowledged


@pytest.mark.parametrize("connections", [3, 4, 6])
def test_a_broker_that_goes_away_while_the_worker_starts_is_waited_for_at_every_step(
    db: None, broker: str, connections: int, tmp_path: Path
) -> None:
    works = worker(on_this_database(broker), tmp_path)
    with redis.Redis.from_url(broker) as told, running(works):
        told.config_set("maxclients", connections)  # so many are let in: the next step finds nobody
        wait_until(lambda: told.info("stats")["rejected_connections"] > 1, 60, "the worker has met it")
        told.config_set("maxclients", 1000)
        wait_until(lambda: heartbeat.ages(told, "worker"), 60, "it has found the broker")
        assert works.is_alive()
