"""The two local servers as the settings and the commands see them."""

import atexit
from pathlib import Path

from hotline.local.postgres import FOR_TESTS, Postgres
from hotline.local.server import LocalServer
from hotline.local.valkey import Valkey

_postgres: dict[Path, Postgres] = {}
_valkey: dict[Path, Valkey] = {}


def postgres(var: Path, *, testing: bool = False) -> Postgres:
    """The PostgreSQL under `var`; tests have their own, faster and careless of power cuts."""
    folder = var / ("test-postgres" if testing else "postgres")
    return _postgres.setdefault(folder, Postgres(folder, FOR_TESTS if testing else ()))


def valkey(var: Path, *, testing: bool = False) -> Valkey:
    """The Valkey under `var`."""
    folder = var / ("test-valkey" if testing else "valkey")
    return _valkey.setdefault(folder, Valkey(folder))


def use(*servers: LocalServer) -> None:
    """Have these servers running until this process ends."""
    for server in servers:
        server.start()
        atexit.register(server.release)


def use_all() -> None:
    """Have every server running that the settings found no address for."""
    use(*_postgres.values(), *_valkey.values())
