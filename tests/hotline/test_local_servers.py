"""The servers from wheels: started by whoever comes first, stopped by whoever goes last, up again after any crash."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis
from django.conf import settings

from hotline.local.postgres import Postgres
from hotline.local.server import LocalServer, LocalServerError
from hotline.local.valkey import Valkey
from tests.processes import Process, wait_until, without_pytest

pytestmark = pytest.mark.xdist_group("servers")

HOLDS = """
import sys, threading
from pathlib import Path
from hotline.local.postgres import Postgres
from hotline.local.valkey import Valkey
folder = Path(sys.argv[2])
server = Postgres(folder) if sys.argv[1] == "Postgres" else Valkey(folder)
server.start()
print("started", server.url(), flush=True)
sys.stdin.read() if sys.argv[3:] else threading.Event().wait(120)
server.release()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place with a blank and Chinese characters in its name, whose servers do not outlive the test.

    Not under pytest's own folder, which each new session closes to all users but its own; PostgreSQL runs as another.
    """
    place = Path(tempfile.mkdtemp(prefix="hotline-")) / "云州 热线"
    yield place
    kill(place)
    shutil.rmtree(place.parent, ignore_errors=True)


def servers(place: Path) -> list[psutil.Process]:
    """Every process that works in this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(place.resolve())) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def kill(place: Path) -> None:
    """kill -9 of every process that works in this folder."""
    for process in servers(place):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's processes end when their first one does
            process.kill()
    wait_until(lambda: not servers(place), 20, "they are dead")


def make(kind: str, place: Path) -> LocalServer:
    return Postgres(place) if kind == "Postgres" else Valkey(place)


def remember(server: LocalServer, word: str) -> None:
    """Write something down that has to be there later."""
    if isinstance(server, Postgres):
        connection = psycopg2.connect(server.url())
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
            cursor.execute("INSERT INTO kept VALUES (%s)", [word])
        connection.close()
    else:
        with redis.Redis.from_url(server.url()) as client:
            client.rpush("kept", word)
            client.execute_command("WAITAOF", 1, 0, 5000)


def remembered(server: LocalServer) -> list[str]:
    if isinstance(server, Postgres):
        connection = psycopg2.connect(server.url())
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT word FROM kept")
            words = [word for (word,) in cursor.fetchall()]
        connection.close()
        return words
    with redis.Redis.from_url(server.url()) as client:
        return [word.decode() for word in client.lrange("kept", 0, -1)]


both = pytest.mark.parametrize("kind", ["Postgres", "Valkey"])


@both
def test_it_starts_keeps_and_stops_in_a_folder_with_a_blank_and_chinese(kind: str, folder: Path) -> None:
    first = make(kind, folder)
    first.start()
    remember(first, "漏水")
    first.release()
    wait_until(lambda: not servers(folder), 20, "it is gone")
    again = make(kind, folder)
    again.start()
    assert again.url() == first.url()
    assert remembered(again) == ["漏水"]
    again.release()


@both
def test_after_kill_9_it_starts_cleanly_and_has_its_data(kind: str, folder: Path) -> None:
    first = make(kind, folder)
    first.start()
    remember(first, "停电")
    kill(folder)
    first.release()
    again = make(kind, folder)
    again.start()
    assert remembered(again) == ["停电"]
    again.release()


@both
def test_it_runs_as_long_as_one_of_its_users(kind: str, folder: Path, tmp_path: Path) -> None:
    other = Process(["-c", HOLDS, kind, str(folder)], without_pytest(), tmp_path / "other.log").start()
    wait_until(lambda: "started" in other.said(), 60, "the other has it running")
    mine = make(kind, folder)
    mine.start()
    remember(mine, "共用")
    mine.release()
    assert remembered(mine) == ["共用"], "the other still uses it"
    mine.start()
    other.kill()
    assert remembered(mine) == ["共用"], "a user that was killed stops nobody's server"
    mine.release()
    wait_until(lambda: not servers(folder), 20, "the last one stopped it")


@both
def test_who_comes_by_a_link_finds_the_one_that_runs(kind: str, folder: Path) -> None:
    first = make(kind, folder)
    first.start()
    link = folder.parent / "link"
    link.symlink_to(folder)
    other = make(kind, link)
    other.start()
    assert other.url() == first.url()
    remember(other, "同一台")
    other.release()
    assert remembered(first) == ["同一台"]
    first.release()


@both
def test_one_left_running_by_a_killed_user_is_taken_up_again(kind: str, folder: Path, tmp_path: Path) -> None:
    other = Process(["-c", HOLDS, kind, str(folder)], without_pytest(), tmp_path / "other.log").start()
    wait_until(lambda: "started" in other.said(), 60, "the other has it running")
    before = {process.pid for process in servers(folder)}
    other.kill()
    mine = make(kind, folder)
    mine.start()
    assert before & {process.pid for process in servers(folder)}
    mine.release()
    wait_until(lambda: not servers(folder), 20, "it is gone")


@both
def test_a_port_that_somebody_took_meanwhile_is_left_to_them(kind: str, folder: Path) -> None:
    first = make(kind, folder)
    first.start()
    first.release()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        again = make(kind, folder)
        again.start()
        assert again.port != first.port
        again.release()


@both
def test_its_secrets_are_for_its_user_only(kind: str, folder: Path) -> None:
    server = make(kind, folder)
    server.start()
    secret = [path for path in folder.rglob("*") if path.is_file() and path.name in ("password", "valkey.conf")]
    assert secret and all(path.stat().st_mode & 0o077 == 0 for path in secret)
    assert not [one for one in servers(folder) if server.password in " ".join(one.cmdline())]
    server.release()


def as_nobody(kind: str, place: Path) -> subprocess.CompletedProcess[str]:
    """An ordinary user takes a server into use and lets it go."""
    try:
        return subprocess.run(
            [sys.executable, "-c", HOLDS, kind, str(place), "until told"],
            env={**without_pytest(), "HOME": "/nonexistent"}, cwd=settings.BASE_DIR,
            user="nobody", group="nogroup", extra_groups=[],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    except PermissionError as error:
        pytest.skip(f"an ordinary user may not use this Python: {error}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@both
def test_an_ordinary_user_starts_it_too_and_a_folder_of_roots_is_refused_in_words(kind: str, folder: Path) -> None:
    folder.parent.chmod(0o711)
    folder.mkdir(mode=0o700)
    shutil.chown(folder, "nobody", "nogroup")
    done = as_nobody(kind, folder)
    assert done.returncode == 0 and "started" in done.stdout, done.stderr
    roots = folder.parent / "root"
    server = make(kind, roots)
    server.start()
    server.release()
    roots.chmod(0o711)
    assert "belongs to another user. Run as that user" in as_nobody(kind, roots).stderr


def test_a_server_that_cannot_start_says_where_to_look(folder: Path) -> None:
    server = Valkey(folder)
    server.data.mkdir(parents=True)
    (server.data / "appendonlydir").write_text("not a folder")
    with pytest.raises(LocalServerError, match=r"Valkey does not start\. The end of .*log"):
        server.start()
