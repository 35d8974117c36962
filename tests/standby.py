"""A streaming replica of a PostgreSQL on this machine, from the same wheel: what REPLICA_URL may name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from hotline.local.postgres import Postgres
from hotline.local.server import LocalServerError


class Standby(Postgres):
    """Begins as a copy of the primary and follows it; to be read, not written."""

    name = "PostgreSQL replica"

    def __init__(self, folder: Path, primary: str, options: tuple[str, ...] = ()) -> None:
        super().__init__(folder, options)
        self.primary = urlsplit(primary)

    def url(self) -> str:
        """With the primary's people and passwords."""
        return f"postgres://{self.primary.username}:{self.primary.password}@127.0.0.1:{self.port}{self.primary.path}"

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        secret = self.folder / "passfile"
        secret.touch(mode=0o600)
        secret.write_text(f"*:*:*:*:{self.primary.password}\n")
        self.log.touch(mode=0o600)
        if os.geteuid() == 0:
            self._hand_over(self.data, secret, self.log)
        where = (
            f"host={self.primary.hostname} port={self.primary.port} user={self.primary.username} passfile='{secret}'"
        )
        copied = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast")
        done = self._run("pg_basebackup", "-d", where, *copied)
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise LocalServerError(f"PostgreSQL cannot copy the primary to {self.data}:\n{done.stderr.strip()}")
