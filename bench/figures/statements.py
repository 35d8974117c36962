"""SQL statements a request sends: registering, the list, the dossier. Counted by the database, everything included."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

from bench.figures.dossier import much_discussed
from bench.figures.registering import form_fields
from bench.run import Run
from bench.table import Row

LEVELS = {"registering": 15, "list page": 8, "dossier": 15}
REPEATED = 5


def measure(run: Run) -> Iterator[Row]:
    """Each request several times on a warm server; the database's own log counts what reached it."""
    run.postgres("psql", "-qc", f"ALTER DATABASE {run.database} SET log_statement = 'all'")
    with run.web() as house:
        lin, chen = house.signed_in("lin"), house.signed_in("chen")
        [order] = much_discussed(1)
        requests: dict[str, Callable[[], object]] = {
            "registering": lambda: lin.post(f"/register/{secrets.token_hex(4)}/", **form_fields()),
            "list page": lambda: chen.get("/orders/"),
            "dossier": lambda: chen.get(f"/orders/{order.number}/"),
        }
        for name, send in requests.items():
            send()
            counts = sorted(_counted(run, send) for _time in range(REPEATED))
            seen = counts[REPEATED // 2]
            yield Row(
                f"SQL statements, {name}",
                str(seen),
                f"≤ {LEVELS[name]}",
                seen <= LEVELS[name],
                "from the database's log; session, permissions, BEGIN and COMMIT included",
            )
    run.postgres("psql", "-qc", f"ALTER DATABASE {run.database} RESET log_statement")


def _counted(run: Run, send: Callable[[], object]) -> int:
    """How many statements of the web server the database logs meanwhile."""
    log = run.ground.folder / "postgres" / "log"
    before = log.stat().st_size
    send()
    with log.open("rb") as lines:
        lines.seek(before)
        return sum(b"LOG:  statement: " in line for line in lines)
