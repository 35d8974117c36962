"""Those who work while it breaks: they send again what got no answer, and keep a journal of what was acknowledged.

Processes of their own that know nothing of Django, as the bench's visitors.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

from bench.visitors import Answer, Visitor

PATIENCE = 20.0
"""Seconds a client waits for an answer before it thinks the connection dead."""
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between two tries; the last again and again."""
TRIES = 60
REFUSALS = 8
DONE = (200, 201, 204, 302)
# What our own error page and our own error object have in them.
PAGE, OBJECT = b"<title>12345</title>", b'"detail"'
UNABLE = 503  # 500 would be a mistake of our own
TRACES = (b"Traceback (most recent call last)", b"OperationalError", b"psycopg2", b"site-packages")


class Refused(Exception):
    """The hotline says no to what it should take."""


@dataclass
class Journal:
    """One client's file: a line for all that was begun, acknowledged, refused or looked wrong."""

    path: Path

    def write(self, kind: str, **told: object) -> None:
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"at": time.time(), "kind": kind, **told}, ensure_ascii=False) + "\n")


@dataclass
class Client:
    """A client with the sessions and tokens of the people it works for."""

    site: str
    password: str
    tokens: Mapping[str, str]
    cookies: Mapping[str, dict[str, str]]  # of those who signed in before it began
    journal: Journal
    people: dict[str, Visitor] = field(default_factory=dict)
    programs: dict[str, Visitor] = field(default_factory=dict)
    never: Event = field(default_factory=Event)

    # --- three ways to ask

    def read(self, name: str, path: str) -> Any:
        """What the API tells this person, however long it takes until it does."""
        program = self._program(name)
        answer = self._until(lambda: program.ask("GET", path, None, {}), path, lambda status: status < 500)
        if answer.status != 200:
            raise Refused(f"{path}: {answer.status} {answer.body[:300].decode(errors='replace')}")
        return answer.json()

    def look(self, name: str, path: str) -> None:
        """A page, as it comes: whatever it says it has to say in our words."""
        self._once(lambda: self._person(name).ask("GET", path, None, {}), path)

    def register_by_page(self, name: str, mark: str, fields: Mapping[str, str]) -> str:
        """Take a call. The form is sent again to its own address until it is answered; returns the order's number."""
        answer = self._change("register", "page", mark, lambda: self._send(name, f"/register/{mark}/", fields))
        number = answer.headers["Location"].split("/")[2]
        self._acknowledged("register", "page", mark, number)
        return number

    def register_by_api(self, name: str, mark: str, fields: Mapping[str, object]) -> str:
        """The same by a program, under a key."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": mark, "Prefer": "return=minimal"}
        body, program = json.dumps(fields).encode(), self._program(name)
        answer = self._change(
            "register", "api", mark, lambda: program.ask("POST", "/api/v1/work-orders/", body, headers)
        )
        number = str(answer.json()["number"])
        self._acknowledged("register", "api", mark, number)
        return number

    def move(self, way: str, name: str, number: str, path: str, verb: str, mark: str, **fields: object) -> None:
        """Make a move on what was read. Where no answer came the timeline says whether it was made."""

        def send() -> Answer:
            version = self.read(WATCHER, f"/api/v1/work-orders/{number}/")["version"]
            told = {**fields, "version": version}
            if way == "page":
                return self._send(name, f"/{path}/", {key: str(value) for key, value in told.items()})
            program, address = self._program(name), f"/api/v1/{path.replace('orders/', 'work-orders/')}/"
            return program.ask("POST", address, json.dumps(told).encode(), {"Content-Type": "application/json"})

        self._change(verb, way, mark, send, order=number, made=lambda: self.is_told(number, verb, mark))
        self._acknowledged(verb, way, mark, number)

    def is_told(self, number: str, verb: str, mark: str) -> bool:
        """Whether the timeline has this entry."""
        told = self.read(WATCHER, f"/api/v1/work-orders/{number}/events/?page_size=200")["results"]
        return any(event["verb"] == verb and mark in event["note"] + event["public"] for event in told)

    # --- sending until it is known

    def _change(
        self,
        what: str,
        way: str,
        mark: str,
        send: Callable[[], Answer],
        *,
        order: str = "",
        made: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Send until it is acknowledged, or found to have been made by a try that was never answered."""
        self.journal.write("begun", what=what, way=way, mark=mark, order=order)
        refusals = 0
        for nth in range(TRIES):
            answer = self._once(send, what)
            if answer is not None and answer.status in DONE:
                return answer
            if answer is not None and answer.status < 500:
                refusals += 1
            if nth or answer is None or answer.status >= 500:
                self.never.wait(PAUSES[min(nth, len(PAUSES) - 1)])
            if made():
                return Answer(200, b"", {}, 0.0)
            if answer is not None and refusals >= REFUSALS:
                raise Refused(f"{what} {mark}: {answer.status} {answer.body[:1500].decode(errors='replace')}")
        raise Refused(f"{what} {mark}: no answer in {TRIES} tries")

    def _acknowledged(self, what: str, way: str, mark: str, order: str) -> None:
        self.journal.write("acknowledged", what=what, way=way, mark=mark, order=order)

    def _until(self, send: Callable[[], Answer], what: str, enough: Callable[[int], bool]) -> Answer:
        for nth in count():
            answer = self._once(send, what)
            if answer is not None and enough(answer.status):
                return answer
            if nth >= TRIES:
                raise Refused(f"{what}: no answer in {TRIES} tries")
            self.never.wait(PAUSES[min(nth, len(PAUSES) - 1)])
        raise AssertionError  # `count` has no end

    def _once(self, send: Callable[[], Answer], what: str) -> Answer | None:
        """One try; None when the connection broke. What a person would have been frightened by is written down."""
        try:
            answer = send()
        except (OSError, HTTPException) as error:
            self.journal.write("dropped", what=what, error=type(error).__name__)
            return None
        if answer.status >= 500:
            self.journal.write("unable", what=what, status=answer.status)
        ours = PAGE in answer.body or OBJECT in answer.body
        friendly = answer.status < 500 or (answer.status == UNABLE and ours and "Retry-After" in answer.headers)
        if not friendly or any(trace in answer.body for trace in TRACES):
            body = answer.body[:4000].decode(errors="replace")
            self.journal.write("unfriendly", what=what, status=answer.status, body=body)
        return answer

    # --- who asks

    def _send(self, name: str, path: str, fields: Mapping[str, str]) -> Answer:
        """A page's form; whoever is signed out meanwhile signs in again."""
        person = self._person(name)
        answer = self._post(person, path, fields)
        if answer.status in (401, 403) or answer.headers.get("Location", "").startswith("/sign-in/"):
            self.people.pop(name)
            self.cookies = {}
            answer = self._post(self._person(name), path, fields)
        return answer

    def _post(self, person: Visitor, path: str, fields: Mapping[str, str]) -> Answer:
        body = urlencode({**fields, "csrfmiddlewaretoken": person.cookies.get("csrftoken", "")}).encode()
        return person.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _person(self, name: str) -> Visitor:
        """Signed in at his browser."""
        if name not in self.people and name in self.cookies:
            self.people[name] = Visitor(self.site, cookies=dict(self.cookies[name]), patience=PATIENCE)
        elif name not in self.people:
            fresh = Visitor(self.site, patience=PATIENCE)
            self._until(lambda: fresh.ask("GET", "/sign-in/", None, {}), "sign-in", lambda status: status == 200)
            told = {"username": name, "password": self.password}
            self._until(lambda: self._post(fresh, "/sign-in/", told), "sign-in", lambda status: status == 302)
            self.people[name] = fresh
        return self.people[name]

    def _program(self, name: str) -> Visitor:
        if name not in self.programs:
            self.programs[name] = Visitor(self.site, token=self.tokens[name], patience=PATIENCE)
        return self.programs[name]


WATCHER = "chen"
"""Who reads everything: a supervisor."""
