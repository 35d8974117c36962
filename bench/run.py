"""A run: what every figure is given, and what comes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.ground import Ground, program
from bench.house import House, house


@dataclass(frozen=True)
class Run:
    """One run of the bench: its ground, its city, and how to say what goes on."""

    ground: Ground
    database: str
    orders: int
    say: Callable[[str], None]

    @contextmanager
    def web(self) -> Iterator[House]:
        """The web server on the city."""
        with house(self.ground, self.database, "web") as running:
            yield running

    @contextmanager
    def everything(self) -> Iterator[House]:
        """Web server, worker and clock on the city."""
        with house(self.ground, self.database, "web", "worker", "beat") as running:
            yield running

    def postgres(self, name: str, *args: str, database: str = "", give: str = "") -> str:
        """Run one of PostgreSQL's own programs on the city's database, or another; returns what it says."""
        done = subprocess.run(
            [program(name), *args],
            env=self.ground.libpq(database or self.database),
            input=give, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout
