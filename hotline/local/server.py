"""What both local servers share: a folder, a free port, a password, and a count of who is using it."""

import fcntl
import os
import secrets
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO


class LocalServerError(Exception):
    """A local server cannot be used; says what to do."""


class LocalServer(ABC):
    """A server that lives as long as somebody uses it.

    Each user holds a shared lock on a file; who lets go last stops the server. The kernel drops a killed
    process's lock, so the count is right after any crash, and a server left running is simply taken up again.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()  # a server is known again by its folder, whatever link led there
        self._use: IO[str] | None = None

    @property
    def data(self) -> Path:
        """The server's own files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Where the server writes what happened."""
        return self.folder / "log"

    @cached_property
    def password(self) -> str:
        """Made once, readable by this user only: loopback is shared with everybody on the machine."""
        return self._remembered("password", lambda: secrets.token_urlsafe(24))

    @cached_property
    def port(self) -> int:
        """The port it listens on, or will: the one of last time unless another program has taken it since."""
        port = int(self._remembered("port", lambda: str(free_port())))
        if not self.is_running(port) and not _is_free(port):
            (self.folder / "port").unlink()
            port = int(self._remembered("port", lambda: str(free_port())))
        return port

    @abstractmethod
    def url(self) -> str:
        """What goes into DATABASE_URL or REDIS_URL."""

    @abstractmethod
    def is_running(self, port: int) -> bool:
        """Whether our server, not somebody else's, listens on the port."""

    @abstractmethod
    def launch(self) -> None:
        """Start it and wait until it answers."""

    @abstractmethod
    def halt(self) -> None:
        """Stop it and wait until it has written everything down."""

    def start(self) -> None:
        """Take the server into use; starts it unless it runs already."""
        if self._use is not None:
            return
        with self._alone():
            if not self.is_running(self.port):
                self.launch()
            use = (self.folder / "users.lock").open("w")
            fcntl.flock(use, fcntl.LOCK_SH)
            self._use = use

    def release(self) -> None:
        """Let go; the last one stops the server."""
        if self._use is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self.halt()
            self._use.close()
            self._use = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping happen one at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._opened("start.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _opened(self, name: str) -> IO[str]:
        try:
            return (self.folder / name).open("w")
        except PermissionError:
            raise LocalServerError(
                f"{self.folder} belongs to another user. Run as that user, or move the folder away to begin afresh."
            ) from None

    def _remembered(self, name: str, make: Callable[[], str]) -> str:
        """The content of a small private file, made by whoever comes first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        if not path.exists():
            fresh = self.folder / f".{name}.{os.getpid()}"
            fresh.touch(mode=0o600)
            fresh.write_text(make())
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        try:
            return path.read_text().strip()
        except PermissionError:
            raise LocalServerError(f"{path} belongs to another user. Run as that user.") from None


def free_port() -> int:
    """A port of this machine nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
