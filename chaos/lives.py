"""What a client does all the time: an appeal from the call to the callback, by page and by program in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from chaos.clients import Client, Journal

V = TypeVar("V")

# Every so many lives: more time is asked for; the citizen is not content, and it is done again.
MORE_TIME, DISCONTENT = 3, 4
STOP = "stop"
"""The file that ends the clients, each after the life it is at."""


@dataclass(frozen=True)
class Work:
    """What the clients are told of the hotline they work for."""

    site: str
    folder: str
    password: str
    tokens: Mapping[str, str]
    cookies: Mapping[str, dict[str, str]]
    form: Mapping[str, str]
    sent: Mapping[str, object]
    water: str  # the key by which a page's form names the department

    @property
    def stop(self) -> Path:
        return Path(self.folder) / STOP


def live_on(nth: int, work: Work) -> int:
    """Live one life after the other until told to stop; how many were lived."""
    journal = Journal(Path(work.folder) / f"client-{nth}.jsonl")
    client, done = Client(work.site, work.password, work.tokens, work.cookies, journal), 0
    while not work.stop.exists():
        try:
            Life(client, work, f"c{nth}-{done}", nth + done).live()
        except Exception as error:  # whatever it was, it is a finding; the other lives go on
            journal.write("refused", mark=f"c{nth}-{done}", error=f"{type(error).__name__}: {error}")
        done += 1
    return done


@dataclass
class Life:
    """One appeal. Each move carries a mark of its own, by which its entry is known again."""

    client: Client
    work: Work
    mark: str
    turn: int
    number: str = ""
    part: str = ""

    def live(self) -> None:
        self._register()
        lead = {"page": self.work.water, "api": "water"}
        self._order("wang", "refer", "workorder.referred", "instructions", 0, lead=lead[self._way(0)])
        self.part = self._part()
        self._handle()
        content = bool(self.turn % DISCONTENT)
        said = {"resolution": "solved", "satisfaction": 5} if content else UNSOLVED
        self._order("tang", "record_result", "callback.completed", "opinion", 1, contacted="yes", **said)
        if not content:
            self._order("chen", "rework", "workorder.reworked", "instructions", 0)

    def _register(self) -> None:
        if self.turn % 2:
            self.number = self.client.register_by_page("lin", self.mark, self._told(self.work.form))
        else:
            self.number = self.client.register_by_api("fang", self.mark, self._told(self.work.sent))
        self.client.look("lin", f"/orders/{self.number}/")
        self.client.look("chen", "/board/" if self.turn % MORE_TIME == 0 else "/orders/")

    def _handle(self) -> None:
        """The department's part, with a note and a chase in between."""
        self._referral("zhao", "accept", "referral.accepted", "", 0)
        self._referral("zhao", "record_contact", "referral.contacted", "note", 1)
        self._order("lin", "note", "workorder.noted", "text", 1)
        self._order("lin", "chase", "workorder.chased", "words", 0)
        if self.turn % MORE_TIME == 0:
            self._referral("zhao", "request_extension", "referral.extension_requested", "reason", 1, days=1)
            self._referral("wang", "grant_extension", "referral.extension_granted", "ruling", 0, days=1)
        self.client.look("zhao", "/")
        self._referral("zhao", "answer", "referral.answered", "public_reply", 0, outcome="solved")
        self._referral("he", "pass_answer", "referral.passed", "comment", 1)

    def _order(self, name: str, move: str, verb: str, field: str, nth: int, **more: object) -> None:
        self._move(name, f"orders/{self.number}/{move}", verb, field, nth, more)

    def _referral(self, name: str, move: str, verb: str, field: str, nth: int, **more: object) -> None:
        self._move(name, f"referrals/{self.part}/{move}", verb, field, nth, more)

    def _move(self, name: str, path: str, verb: str, field: str, nth: int, more: Mapping[str, object]) -> None:
        mark = f"{self.mark} {verb}" if field else ""
        fields = {**more, field: mark} if field else more
        self.client.move(self._way(nth), name, self.number, path, verb, mark, **fields)

    def _way(self, nth: int) -> str:
        return ("page", "api")[(self.turn + nth) % 2]

    def _part(self) -> str:
        told = self.client.read("wang", f"/api/v1/work-orders/{self.number}/events/?page_size=200")["results"]
        return str(next(event["data"]["referral"] for event in told if event["verb"] == "workorder.referred"))

    def _told(self, fields: Mapping[str, V]) -> dict[str, V | str]:
        """The same fields as another citizen's."""
        nth = int(self.mark[1:].replace("-", "", 1))
        return {**fields, "content": f"{fields['content']} [{self.mark}]", "caller_phone": f"139{nth:08d}"}


UNSOLVED: Mapping[str, object] = {"resolution": "not_solved", "satisfaction": 2, "why_not": "not_solved"}
