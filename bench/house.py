"""The hotline as in production on the bench's database: web server, worker and clock as processes, and their memory."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.ground import Ground
from bench.visitors import Visitor
from hotline.local.server import free_port
from hotline.management.commands.run import commands
from hotline.supervisor import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds until the web server has to answer."""
GRACE = 20.0
"""Seconds between asking a process to end and ending it."""
PASSWORD = "hotline-12345"  # noqa: S105  the demo's, the same for every account


@dataclass(frozen=True)
class House:
    """A house that runs: where, and by which processes."""

    site: str
    processes: dict[str, subprocess.Popen[bytes]]
    begin: Callable[[str], subprocess.Popen[bytes]]

    def start(self, part: str) -> None:
        """Start a part, or start it again."""
        self.processes[part] = self.begin(part)

    def kill(self, part: str) -> None:
        """SIGKILL, it and all it started: no time to say goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[part].pid, signal.SIGKILL)
        self.processes[part].wait()

    def signed_in(self, name: str) -> Visitor:
        """One of the demo's people at his browser."""
        return Visitor(self.site).sign_in(name, PASSWORD)

    def memory(self) -> dict[str, int]:
        """Bytes of memory by part, processes under it included; what they share is shared out among them."""
        return {name: _memory(process.pid) for name, process in self.processes.items()}


@contextmanager
def house(ground: Ground, database: str, *parts: str) -> Iterator[House]:
    """The parts (`web`, `worker`, `beat`) until the end of the block."""
    port = free_port()
    env = ground.environment(database)
    told = commands("127.0.0.1", port)

    def begin(part: str) -> subprocess.Popen[bytes]:
        with (ground.folder / f"{part}.log").open("ab") as log:
            return subprocess.Popen(
                told[part], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    running = House(f"http://127.0.0.1:{port}", {}, begin)
    try:
        for part in parts:
            running.start(part)
        if "web" in parts:
            _wait(lambda: _answers(running.site), running.processes["web"], ground.folder / "web.log")
        yield running
    finally:
        for process in running.processes.values():
            process.terminate()
        until = time.monotonic() + GRACE
        for process in running.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
            process.kill()
            process.wait()


def _wait(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the web server does not start:\n" + log.read_text(errors="replace")[-2000:])
        time.sleep(0.1)


def _answers(site: str) -> bool:
    try:
        return Visitor(site).get("/healthz", whatever=True).status in (
            200,
            503,
        )  # 503: worker and clock are not asked for
    except OSError:
        return False


def _memory(pid: int) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += int(one.memory_full_info().pss)
    return total
