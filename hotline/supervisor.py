"""Several processes as one: they start together, and when one ends or a signal comes, all of them stop."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

GRACE = 15.0
"""Seconds between asking a process to end and ending it."""

LOOK = 0.2
"""Seconds between two looks at the processes."""

PR_SET_PDEATHSIG = 1
"""Linux: the signal a child gets when its parent is killed without a chance to say goodbye."""


def supervise(commands: Mapping[str, Sequence[str]], *, folder: Path, say: Callable[[str], object]) -> int:
    """Run the commands, by name, until one ends or SIGINT or SIGTERM comes; 0 when we were asked to stop."""
    asked: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    running = {name: _start(command, folder) for name, command in commands.items()}
    try:
        while not asked and all(process.poll() is None for process in running.values()):
            time.sleep(LOOK)
        if not asked:
            for name, process in running.items():
                if process.poll() is not None:
                    say(f"{name} ended by itself (exit code {process.returncode}); its last lines are above.")
    finally:
        _stop(running, say)
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if asked else 1


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C in the terminal reaches only us, and we pass it on once."""
    return subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
    )


def die_with_parent() -> None:
    """Between fork and exec: the child is asked to end when its parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(running: dict[str, subprocess.Popen[bytes]], say: Callable[[str], object]) -> None:
    for process in running.values():
        with suppress(ProcessLookupError):
            process.terminate()
    until = time.monotonic() + GRACE
    for name, process in running.items():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{name} does not end by itself and is ended.")
            process.kill()
            process.wait()
