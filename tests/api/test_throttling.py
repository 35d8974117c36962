"""Too many requests are put off, in words; without the broker nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from hotline.environment import SettingError, rate
from hotline.local.valkey import Valkey
from tests.api.client import DOOR
from tests.api.conftest import Programs
from tests.cast import City

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("servers")]


MINUTE = 60.0
# Twenty seconds into a minute, unless a test goes on.
CLOCK = [100 * MINUTE + 20]


def clock() -> float:
    return CLOCK[0]


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "3/min", "user": "3/min"})
    monkeypatch.setattr(SimpleRateThrottle, "timer", staticmethod(clock))
    cache.clear()
    yield
    cache.clear()
    CLOCK[0] = 100 * MINUTE + 20


def test_who_asks_too_often_is_told_when_to_come_back(programs: Programs, three_a_minute: None) -> None:
    for _time in range(3):
        programs.lin.get(DOOR)
    answer = programs.lin.http.get(DOOR)
    assert answer.status_code == 429 and answer["Retry-After"] == "40"
    assert answer.json()["detail"] and answer.json()["errors"] == {}
    programs.wang.get(DOOR)  # each person has his own measure
    CLOCK[0] += 40
    programs.lin.get(DOOR)  # and a new one as soon as he was told


def test_strangers_are_measured_by_their_address(three_a_minute: None) -> None:
    stranger, guesser = APIClient(), APIClient(HTTP_AUTHORIZATION="Token guessed")
    assert [who.get(DOOR).status_code for who in (stranger, guesser, stranger)] == [401, 401, 401]
    for who in (stranger, guesser):
        answer = who.get(DOOR)
        assert answer.status_code == 429 and answer["Retry-After"] == "40"
        assert answer.json()["detail"] and answer.json()["errors"] == {}
    assert stranger.get(DOOR, REMOTE_ADDR="192.0.2.7").status_code == 401
    CLOCK[0] += 40
    assert stranger.get(DOOR).status_code == 401


def test_whoever_is_known_is_let_in_where_strangers_are_held_off(programs: Programs, three_a_minute: None) -> None:
    for _time in range(5):
        APIClient().get(DOOR)
    programs.lin.get(DOOR)


def test_the_broker_counts_and_forgets_by_itself(
    city: City, programs: Programs, three_a_minute: None, tmp_path: Path
) -> None:
    server = Valkey(tmp_path / "valkey")
    server.start()
    try:
        with override_settings(CACHES={"default": {**AWAY["default"], "LOCATION": server.url()}}):
            for _time in range(3):
                programs.lin.get(DOOR)
            assert programs.lin.http.get(DOOR).status_code == 429
            kept = cache.make_key(f"throttle_user_{city.lin.pk}_100")
            assert 60 < redis.Redis.from_url(server.url()).ttl(kept) <= 120
    finally:
        server.release()


AWAY = {
    "default": {
        "BACKEND": "hotline.cache.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",  # nobody listens there
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}


def test_without_the_broker_requests_go_through(programs: Programs, three_a_minute: None) -> None:
    with override_settings(CACHES=AWAY):
        for _time in range(5):
            programs.lin.get(DOOR)


def test_a_measure_that_is_none_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("often", "0/min", "60", "60/year", "-1/min"):
        monkeypatch.setenv("API_RATE", value)
        with pytest.raises(SettingError, match="API_RATE must look like 60/min"):
            rate("API_RATE", "60/min")
    monkeypatch.setenv("API_RATE", "10/s")
    assert rate("API_RATE", "60/min") == "10/s"
