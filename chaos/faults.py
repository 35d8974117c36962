"""The parts of the hotline, how each is killed and started again, and when it does its work again."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from time import monotonic, time

import psutil

from bench.house import House
from bench.visitors import Visitor
from chaos.plan import Strike
from hotline import heartbeat
from hotline.local.postgres import Postgres
from hotline.local.valkey import Valkey

LOOK = 0.1
PATIENCE = 60.0
"""Seconds within which a part has to do its work again."""
# What has to stand before the others are started.
FIRST = ("database", "broker", "web", "worker", "beat")


@dataclass(frozen=True)
class Blow:
    """What was done: the kind, when it was started again, and after how many seconds it worked (None: never)."""

    kind: str
    emptied: bool
    killed_at: float
    back_at: float
    seconds: float | None


@dataclass
class Parts:
    """Everything that can be killed."""

    house: House
    postgres: Postgres
    valkey: Valkey
    ended: list[str] = field(default_factory=list)  # what ended without being killed
    never: Event = field(default_factory=Event)

    def strike(self, blow: Strike) -> Iterator[Blow]:
        """Kill, wait, start again, and wait until it works."""
        self.see_to()
        killed = time()
        for kind in blow.kinds:
            self._kill(kind, emptied=blow.emptied)
        self.never.wait(blow.away)
        back = {}
        for kind in sorted(blow.kinds, key=FIRST.index):
            back[kind] = time()
            self._start(kind)
        for kind in blow.kinds:
            emptied = blow.emptied and kind == "broker"
            yield Blow(kind, emptied, killed, back[kind], self._recovered(kind, back[kind]))

    def see_to(self) -> None:
        """What ended by itself is started again, and not forgotten."""
        for part, process in self.house.processes.items():
            if process.poll() is not None:
                self.ended.append(f"{part} (exit code {process.returncode})")
                self.house.start(part)

    def _kill(self, kind: str, *, emptied: bool) -> None:
        match kind:
            case "database":
                _end(int((self.postgres.data / "postmaster.pid").read_text().split()[0]))
            case "broker":
                with heartbeat.client() as client:
                    told = client.info("server")
                assert isinstance(told, dict)
                _end(int(told["process_id"]))
                if emptied:
                    shutil.rmtree(self.valkey.data)
            case _:
                self.house.kill(kind)

    def _start(self, kind: str) -> None:
        match kind:
            case "database":
                self.postgres.launch()
            case "broker":
                self.valkey.launch()
            case _:
                self.house.start(kind)

    def _recovered(self, kind: str, since: float) -> float | None:
        """Seconds from starting a part until it does its work."""
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if self.works(kind, time() - since):
                return time() - since
            self.never.wait(LOOK)
        return None

    def works(self, kind: str, within: float = 3600.0) -> bool:
        """Whether the part does its work; of signs of life only those of the last seconds count."""
        match kind:
            case "web":
                return self._answers("/sign-in/")
            case "database":
                return self._health() and self._heard("acting", within)
            case "broker":
                return self._heard("worker", within) and self._heard("acting", within)
            case "worker":
                return self._heard("worker", within)
            case _:
                return self._heard("acting", within)

    def _answers(self, path: str) -> bool:
        with suppress(OSError):
            return Visitor(self.house.site, patience=5).get(path, whatever=True).status == 200
        return False

    def _health(self) -> bool:
        with suppress(OSError, ValueError):
            return bool(Visitor(self.house.site, patience=10).get("/healthz", whatever=True).json()["database"]["ok"])
        return False

    def _heard(self, who: str, within: float) -> bool:
        try:
            with heartbeat.client() as client:
                ages = heartbeat.ages(client, who)
        except Exception:  # whatever a broker says that is just coming up
            return False
        return bool(ages) and ages[0] < within


def _end(pid: int) -> None:
    """SIGKILL, and wait until the process is gone or a mere entry in the table."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        until = monotonic() + 10
        while process.status() != psutil.STATUS_ZOMBIE and monotonic() < until:
            Event().wait(0.01)
