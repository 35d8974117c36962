"""Log lines: JSON, each with the request's id, none with a person or a query."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from hotline import logs, requests
from tests.cast import City
from tests.processes import without_pytest


@contextmanager
def as_json() -> Iterator[StringIO]:
    """What is logged inside, as an installation writes it."""
    root, written = logging.getLogger(), StringIO()
    configuration = logs.configuration(level="INFO", readable=False)
    configuration["handlers"]["stderr"]["stream"] = written
    before = root.handlers[:]
    dictConfig(configuration)
    try:
        yield written
    finally:
        dictConfig(settings.LOGGING)
        root.handlers[:] = before


def lines(written: StringIO) -> list[Any]:
    return [json.loads(row) for row in written.getvalue().splitlines()]


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_id_and_without_its_query(city: City, client: Client) -> None:
    client.force_login(city.lin)
    with as_json() as written:
        answer = client.get("/orders/?text=13812340271&q=王小明", headers={"X-Request-ID": "call-0000000417"})
    assert answer["X-Request-ID"] == "call-0000000417"
    (entry,) = lines(written)
    assert entry["request_id"] == "call-0000000417"
    assert (entry["logger"], entry["method"], entry["route"]) == ("hotline.requests", "GET", "orders/")
    assert entry["status"] == 200 and isinstance(entry["milliseconds"], int)
    assert not [secret for secret in ("13812340271", "王小明", "林月") if secret in written.getvalue()]


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_said_once_by_its_route(client: Client) -> None:
    with as_json() as written:
        client.get("/orders/20261123P0000417/", headers={"X-Request-ID": "not a harmless id"})
    (entry,) = lines(written)
    assert "20261123P0000417" not in json.dumps(entry)
    assert len(entry["request_id"]) == 32


def test_an_exception_is_logged_with_the_id_of_its_request() -> None:
    requests.begin("call-0000000418")
    with as_json() as written:
        try:
            raise LookupError("nothing there")
        except LookupError:
            logging.getLogger("django.request").exception("Internal Server Error")
    requests.end()
    (entry,) = lines(written)
    assert entry["request_id"] == "call-0000000418" and "LookupError" in entry["exc_info"]


def test_a_command_without_a_request_logs_json_too() -> None:
    code = "import django; django.setup(); import logging; logging.getLogger('x').warning('über 水管')"
    env = {**without_pytest(), "HOTLINE_LOCAL": "1", "DJANGO_SETTINGS_MODULE": "hotline.settings", "LOG_FORMAT": "json"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    entry = json.loads(done.stderr.splitlines()[-1])
    assert (entry["level"], entry["message"], entry["request_id"]) == ("WARNING", "über 水管", "")
