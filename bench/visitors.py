"""Those who come over HTTP: a browser's person or a program, in processes of their own, over kept-alive connections.

Plain and quick, so that two cores are the hotline's and not the visitors'.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from hotline.supervisor import die_with_parent

T = TypeVar("T")
PATIENCE = 120.0
"""Seconds for one answer."""


@dataclass
class Answer:
    """What came back, and after how many seconds it was read whole."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """One person with a browser's cookies, or a program with a token."""

    site: str
    token: str = ""
    language: str = "zh-hans"
    cookies: dict[str, str] = field(default_factory=dict)
    patience: float = PATIENCE
    _connection: HTTPConnection | None = None

    def get(self, path: str, *, whatever: bool = False) -> Answer:
        """The page; anything but 200 is a fault of the bench, unless `whatever` comes is welcome."""
        return self.ask("GET", path, None, {}, (200,) if not whatever else ())

    def post(self, path: str, **fields: str) -> Answer:
        """As a page's form does: sent away to another page, or taken as it is."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}, (200, 204, 302))

    def post_json(self, path: str, key: str = "", wish: str = "", **values: object) -> Answer:
        """As a program does; the key makes sure that what is sent twice is done once, the wish is what it prefers."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        headers |= {"Prefer": wish} if wish else {}
        return self.ask("POST", path, json.dumps(values).encode(), headers, (200, 201))

    def sign_in(self, name: str, password: str) -> Visitor:
        self.get("/sign-in/")
        self.post("/sign-in/", username=name, password=password)
        self.get("/")
        return self

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], wanted: Sequence[int] = ()
    ) -> Answer:
        """Ask, and once more where a kept connection had ended; raises where the answer is none of those wanted."""
        if self._connection is None:
            at = urlsplit(self.site)
            self._connection = HTTPConnection(at.hostname or "", at.port, timeout=self.patience)
        sent = {"Accept-Language": self.language, **headers}
        if self.token:
            sent["Authorization"] = f"Token {self.token}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = perf_counter()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            content = response.read()
        except (ConnectionError, HTTPException):  # the server ended the kept connection: once more on a fresh one
            self._connection.close()
            began = perf_counter()
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            content = response.read()
        seconds = perf_counter() - began
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if wanted and response.status not in wanted:
            raise AssertionError(f"{method} {path}: {response.status} {content[:600].decode(errors='replace')}")
        return Answer(response.status, content, dict(response.headers), seconds)


def together(count: int, do: Callable[..., T], *args: Any) -> list[T]:
    """Let so many processes do the same at once, each knowing which it is; returns what each brings back.

    They begin with nothing but the module `do` stands in, which therefore knows nothing of Django.
    """
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), die_with_parent) as pool:
        at_work = [pool.submit(do, nth, *args) for nth in range(count)]
        return [one.result() for one in at_work]
