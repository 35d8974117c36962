"""The hotline's own processes, started for real on the test's database, and people who come to it over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from staff.models import User

T = TypeVar("T")
LOOK = 0.1


def wait_until(condition: Callable[[], T], seconds: float, what: str) -> T:
    """Ask again and again until it is so; a deadline that passes fails with words."""
    until, never = monotonic() + seconds, Event()
    while not (answer := condition()):
        assert monotonic() < until, f"after {seconds:.0f} seconds still not: {what}"
        never.wait(LOOK)
    return answer


def without_pytest() -> dict[str, str]:
    """The environment of a program that does not know it is being tested."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "HOTLINE_"))}


def on_this_database(broker: str, **more: str) -> dict[str, str]:
    """The environment of a process of the hotline that works on the test's database."""
    known: Mapping[str, Any] = connection.settings_dict
    host, user, password = (quote(str(known[name]), safe="") for name in ("HOST", "USER", "PASSWORD"))
    return {
        **without_pytest(),
        "HOTLINE_LOCAL": "1",
        "HOTLINE_VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": f"postgres://{user}:{password}@{host}:{known['PORT']}/{known['NAME']}",
        "REDIS_URL": broker,
        "LOG_FORMAT": "json",
        **more,
    }


@dataclass
class Process:
    """One process with all it starts, in a session of its own; its words go to a file."""

    command: list[str]
    env: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> Process:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, *self.command],
                env=self.env, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        return self

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def is_alive(self) -> bool:
        """Whether it runs since it was started, and did not end by itself."""
        return self.running is not None and self.running.poll() is None

    def kill(self) -> None:
        """kill -9, it and all it started: no time to say goodbye."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(10)

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM; returns the exit code."""
        assert self.running is not None
        self.running.terminate()
        return self.running.wait(seconds)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Start them; whatever happens, none of them is left. When a test fails their last words are shown."""
    try:
        for process in processes:
            process.start()
        yield
    except BaseException:
        for process in processes:
            sys.stdout.write(f"--- {' '.join(process.command)}\n{process.said()[-4000:]}\n")
        raise
    finally:
        for process in processes:
            process.kill()


def worker(env: dict[str, str], folder: Path) -> Process:
    command = ["-m", "celery", "--app", "hotline", "--quiet", "worker", "--concurrency", "2"]
    return Process(command, env, folder / "worker.log")


def beat(env: dict[str, str], folder: Path, name: str = "beat") -> Process:
    return Process(["-m", "celery", "--app", "hotline", "--quiet", "beat"], env, folder / f"{name}.log")


def web(env: dict[str, str], folder: Path, port: int) -> Process:
    command = ["-m", "gunicorn", "hotline.wsgi", "--config", "hotline/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    return Process(command, {**env, "WEB_CONCURRENCY": "1", "DEBUG": "1"}, folder / "web.log")


@dataclass
class Answer:
    status: int
    text: str
    headers: Message

    def json(self) -> Any:
        return json.loads(self.text)


class Visitor:
    """Somebody with a browser's cookies, or a program with a token."""

    def __init__(self, site: str, token: str = "") -> None:
        self.site = site
        self.token = token
        self.cookies = CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        return self._open(Request(self.site + path))  # noqa: S310  our own site

    def post(self, path: str, **values: str) -> Answer:
        """As a page's form does."""
        csrf = next((cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken"), "")
        body = urlencode({**values, "csrfmiddlewaretoken": csrf}).encode()
        return self._open(Request(self.site + path, body))  # noqa: S310  our own site

    def post_json(self, path: str, *, key: str = "", **values: object) -> Answer:
        """As a program does; `key`: once, however often it is sent."""
        headers = {"Content-Type": "application/json", "Authorization": f"Token {self.token}"}
        headers |= {"Idempotency-Key": key} if key else {}
        return self._open(Request(self.site + path, json.dumps(values).encode(), headers))  # noqa: S310  our own site

    def sign_in(self, person: User) -> Answer:
        """The tests' quick password hashes are no good outside of them."""
        person.password = PBKDF2PasswordHasher().encode("hotline-12345", "salt")
        person.save(update_fields=["password"])
        self.get("/sign-in/")
        return self.post("/sign-in/", username=person.username, password="hotline-12345")

    def answers(self, path: str = "/healthz") -> int | None:
        """The status, or None while nobody listens."""
        try:
            return self.get(path).status
        except OSError:
            return None

    def _open(self, request: Request) -> Answer:
        try:
            with self.opener.open(request, timeout=30) as response:
                return Answer(response.status, response.read().decode(), response.headers)
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), error.headers)


@dataclass
class SmsGateway:
    """A real HTTP server: what it was sent, and what it answers: a status, or nothing for a while."""

    url: str = ""
    bodies: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    silent: Event | None = None


@contextmanager
def listening() -> Iterator[SmsGateway]:
    """A gateway that answers 200 when no other answer is prepared."""
    gateway = SmsGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            gateway.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            gateway.headers.append(dict(self.headers))
            if gateway.silent is not None:
                gateway.silent.wait(20)
            self.send_response(gateway.answers.pop(0) if gateway.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_port}/send"
    try:
        yield gateway
    finally:
        if gateway.silent is not None:
            gateway.silent.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
