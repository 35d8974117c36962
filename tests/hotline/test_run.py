"""`make run` for real: an empty folder, kill -9 of everything, the next start, and SIGTERM."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from hotline.local.server import free_port
from tests.processes import Process, Visitor, wait_until, without_pytest

pytestmark = pytest.mark.xdist_group("servers")

READY = 120.0
"""Seconds until an empty folder is a hotline, on a machine that has other things to do."""


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty folder with a blank and Chinese characters in its name; nothing that works in it outlives the test."""
    place = Path(tempfile.mkdtemp(prefix="hotline-")) / "云州 热线"
    yield place
    for process in working_in(place):
        process.kill()
    shutil.rmtree(place.parent, ignore_errors=True)


def environment(var: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in without_pytest().items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**kept, "HOTLINE_VAR_DIR": str(var), "PORT": str(port), "LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1"}


def working_in(var: Path) -> list[psutil.Process]:
    """Every process of this installation: it has the folder in its environment or works inside of it."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.environ().get("HOTLINE_VAR_DIR") == str(var) or process.cwd().startswith(str(var)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def names(var: Path) -> str:
    return " ".join(" ".join(process.cmdline()) for process in working_in(var))


def test_everything_comes_up_survives_kill_9_and_goes_away_when_asked(var: Path, tmp_path: Path) -> None:
    port = free_port()
    env = environment(var, port)
    run = Process(["manage.py", "run", "--no-demo"], env, tmp_path / "run.log").start()
    boss = Visitor(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: boss.answers() == 200 or has_ended(run), READY, "healthy")
        assert f"http://localhost:{port}/" in run.said() and "Ctrl-C stops everything." in run.said()
        assert all(part in names(var) for part in ("gunicorn", "worker", "beat", "postgres", "valkey"))
        assert (var / "static" / "staticfiles.json").exists()

        administrator = {**env, "DJANGO_SUPERUSER_PASSWORD": "yunzhou-12345"}
        command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--username", "boss"]
        subprocess.run(
            [*command, "--name", "主任"],
            env=administrator, cwd=settings.BASE_DIR, check=True, capture_output=True,
        )  # fmt: skip
        assert signs_in(boss)

        for process in working_in(var):
            process.kill()
        run.kill()
        wait_until(lambda: not working_in(var), 30, "everything is dead")
        assert boss.answers() is None

        run.start()
        wait_until(lambda: boss.answers() == 200 or has_ended(run), READY, "healthy again")
        assert signs_in(Visitor(boss.site)), "the data of before is there"
        assert run.said().count("The hotline of") == 2

        started = working_in(var)
        assert run.stop(60) == 0
        wait_until(lambda: not working_in(var), 30, "everything it started is gone")
        assert len(started) > 8
        assert run.said().rstrip().splitlines()[-1].endswith("Stopped.")
    except BaseException:
        sys.stdout.write(run.said()[-6000:])
        raise
    finally:
        run.kill()


def has_ended(process: Process) -> bool:
    """No use waiting any longer."""
    assert process.running is not None
    return process.running.poll() is not None


def signs_in(visitor: Visitor) -> bool:
    page = visitor.get("/sign-in/")
    assert page.status == 200 and "Content-Security-Policy" in page.headers
    visitor.post("/sign-in/", username="boss", password="yunzhou-12345")
    return visitor.get("/orders/").status == 200 and any(one.name == "sessionid" for one in visitor.cookies)


def test_a_port_in_use_is_refused_with_another_one_named(var: Path, tmp_path: Path) -> None:
    listener = Process(
        ["-m", "http.server", "--bind", "127.0.0.1", "0"],
        {**os.environ, "PYTHONUNBUFFERED": "1"},
        tmp_path / "taken.log",
    )
    listener.start()
    try:
        wait_until(lambda: "port" in listener.said(), 30, "somebody listens")
        port = int(listener.said().split("port")[1].split()[0])
        done = subprocess.run(
            [sys.executable, "manage.py", "run", "--no-demo"],
            env=environment(var, port), cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    finally:
        listener.kill()
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr and f"PORT={port + 1} make run" in done.stderr
    assert not working_in(var)


def test_a_port_that_is_no_number_is_refused_before_anything_starts(var: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "run"],
        env={**environment(var, 1), "PORT": "eighty"}, cwd=settings.BASE_DIR,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PORT must be a whole number, not 'eighty'" in done.stderr
    assert "Traceback" not in done.stderr
