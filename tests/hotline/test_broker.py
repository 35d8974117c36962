"""The worker outlives its broker, whatever it was about to tell it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.celery import app
from hotline.local.valkey import Valkey

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
