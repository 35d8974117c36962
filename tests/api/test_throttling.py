"""Too many requests are put off, in words; without the broker nobody is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from hotline.environment import SettingError, rate
from tests.api.client import DOOR
from tests.api.conftest import Programs

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": "3/min", "user": "3/min"})
    cache.clear()
    yield
    cache.clear()


def test_who_asks_too_often_is_told_when_to_come_back(programs: Programs, three_a_minute: None) -> None:
    for _time in range(3):
        programs.lin.get(DOOR)
    answer = programs.lin.http.get(DOOR)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert answer.json()["detail"] and answer.json()["errors"] == {}
    programs.wang.get(DOOR)  # each person has his own measure


def test_strangers_are_measured_by_their_address(three_a_minute: None) -> None:
    answers = [APIClient().get(DOOR).status_code for _time in range(4)]
    assert set(answers) <= {401, 429}


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
