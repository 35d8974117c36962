"""Several processes as one: when one ends or a signal comes, all of them stop."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.processes import Process, wait_until, without_pytest

pytestmark = pytest.mark.xdist_group("servers")

WAITS = [sys.executable, "-c", "import threading; threading.Event().wait(120)"]
ENDS = [sys.executable, "-c", "import sys; sys.exit(3)"]
DEAF = [
    *(sys.executable, "-c"),
    "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
    "threading.Event().wait(120)",
]
PROGRAM = """
import json, sys
from pathlib import Path
from hotline import supervisor
supervisor.GRACE = 1.0
say = lambda line: print(line, flush=True)
sys.exit(supervisor.supervise(json.loads(sys.argv[1]), folder=Path.cwd(), say=say))
"""


def supervisor(folder: Path, **commands: list[str]) -> Process:
    return Process(["-c", PROGRAM, json.dumps(commands)], without_pytest(), folder / "supervisor.log").start()


def children(process: Process, count: int) -> list[psutil.Process]:
    """The processes it started, once they are all there."""
    parent = psutil.Process(process.pid)
    return wait_until(lambda: found if len(found := parent.children()) == count else [], 20, f"{count} processes run")


def are_gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for one in psutil.process_iter(["cmdline"]):
        if str(tmp_path) in (one.info["cmdline"] or []):
            one.kill()


def test_when_one_ends_by_itself_all_stop_and_it_is_said_which(folder: Path) -> None:
    process = supervisor(folder, web=WAITS, worker=WAITS, beat=ENDS)
    assert process.running is not None
    assert process.running.wait(30) == 1
    assert "beat ended by itself (exit code 3)" in process.said()
    assert not [one for one in psutil.process_iter() if one.ppid() == process.pid]


def test_one_that_is_killed_takes_the_others_with_it(folder: Path) -> None:
    process = supervisor(folder, web=WAITS, worker=WAITS)
    started = children(process, 2)
    started[0].kill()
    assert process.running is not None and process.running.wait(30) == 1
    assert are_gone(started)
    assert "(exit code -9)" in process.said()


def test_sigterm_stops_all_and_that_is_no_failure(folder: Path) -> None:
    process = supervisor(folder, web=WAITS, worker=WAITS)
    started = children(process, 2)
    assert process.stop() == 0
    assert are_gone(started)


def test_one_that_does_not_listen_is_ended_after_its_time(folder: Path) -> None:
    process = supervisor(folder, worker=DEAF)
    started = children(process, 1)
    wait_until(lambda: "deaf" in process.said(), 20, "it does not listen")
    assert process.stop() == 0
    assert are_gone(started)
    assert "worker does not end by itself and is ended." in process.said()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell children that their parent is gone")
def test_a_supervisor_that_is_killed_leaves_nobody_behind(folder: Path) -> None:
    process = supervisor(folder, web=WAITS, worker=WAITS)
    started = children(process, 2)
    psutil.Process(process.pid).kill()
    process.kill()
    wait_until(lambda: are_gone(started), 20, "its processes are gone")
