"""GET /healthz: what works and what does not."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hotline import alive, health, heartbeat
from hotline.local.server import free_port
from hotline.local.valkey import Valkey

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("servers")]


@pytest.fixture
def broker(tmp_path: Path, settings: Any) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    settings.BROKER_URL = server.url()
    yield server
    server.release()


def test_all_parts_that_give_signs_of_life_are_well(
    client: Client, broker: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_last", {})
    heartbeat.leave("worker")
    assert client.get("/healthz").json()["beat"]["error"] == "never heard of"
    heartbeat.leave("beat")
    assert client.get("/healthz").json()["beat"]["error"] == "none acts"
    heartbeat.leave("acting")
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.json()["ok"]
    assert answer.json()["worker"]["alive"] == answer.json()["beat"]["alive"] == 1
    assert "no-store" in answer["Cache-Control"]


def test_a_worker_not_heard_of_for_a_minute_is_not_well(
    client: Client, broker: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_last", {})
    heartbeat.leave("worker")
    heartbeat.leave("beat")
    monkeypatch.setattr(health, "OLDEST", -1.0)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"]["ok"] and not answer.json()["worker"]["ok"]
    assert answer.json()["worker"]["alive"] == 0


def test_a_containers_own_process_is_not_well_because_another_machines_is(
    broker: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_last", {})
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(socket, "gethostname", lambda: "elsewhere")
        heartbeat.leave("worker")
    assert health.beating("worker")["alive"] == 1
    assert alive.main("worker") == 1
    monkeypatch.setattr(heartbeat, "_last", {})
    heartbeat.leave("worker")
    assert health.beating("worker")["alive"] == 2
    assert alive.main("worker") == 0


def test_a_broker_that_is_away_is_named_without_its_address(client: Client, settings: Any) -> None:
    settings.BROKER_URL = f"redis://:secret-of-the-broker@127.0.0.1:{free_port()}/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"]["ok"]
    assert not any(answer.json()[part]["ok"] for part in ("broker", "worker", "beat"))
    assert "secret" not in answer.content.decode() and "127.0.0.1" not in answer.content.decode()


def test_a_heartbeat_without_a_broker_stops_nobody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_last", {})
    settings.BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    heartbeat.leave("worker")
