"""Those who take whole lists away: they read as it comes and keep nothing. Processes of their own, without Django."""

from __future__ import annotations

from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlsplit

PIECE = 1 << 18
PATIENCE = 3600.0
"""Seconds between two pieces; before the first one the database may sort."""


def read_through(nth: int, site: str, path: str, token: str) -> tuple[int, float]:
    """Read an answer to its end: how many bytes it had, and in how many seconds. Raises where it breaks off."""
    at = urlsplit(site)
    connection = HTTPConnection(at.hostname or "", at.port, timeout=PATIENCE)
    began, size = perf_counter(), 0
    connection.request("GET", path, headers={"Authorization": f"Token {token}", "Accept-Language": "zh-hans"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read(600)
    while piece := answer.read(PIECE):
        size += len(piece)
    connection.close()
    return size, perf_counter() - began
