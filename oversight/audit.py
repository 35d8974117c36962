"""The closure guarantee, looked at in the whole database: which promise is broken, by which orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise as Words

from oversight.promises import PROMISES, Promise, parameters
from oversight.replica import alias, reading
from workorders.models import WorkOrder

# What the clock has not got to within this time is an offence, not a delay.
GRACE = timedelta(minutes=10)
# So many offenders of one promise are named; all are counted.
NAMED = 20


@dataclass(frozen=True)
class Offender:
    """An order that breaks a promise, and how; without a number where no order is to blame."""

    number: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """One promise looked at: how many break it, and the first of them by number."""

    name: str
    words: str | Words
    count: int
    offenders: list[Offender]

    @property
    def holds(self) -> bool:
        return self.count == 0


@dataclass(frozen=True)
class Audit:
    """The whole house at one moment."""

    at: datetime
    orders: int
    open: int
    findings: list[Finding]

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)

    @property
    def broken(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.holds]


def audit(at: datetime, *, grace: timedelta = GRACE, named: int = NAMED) -> Audit:
    """Look at every promise in one snapshot of the database, so that work going on meanwhile is no offence."""
    connection = reading()
    with transaction.atomic(alias()), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")  # the whole house takes longer than a page may
        law = parameters(at - grace)
        return Audit(
            at=at,
            orders=WorkOrder.objects.count(),
            open=WorkOrder.objects.open().count(),
            findings=[_look(promise, law, named) for promise in PROMISES],
        )


def _look(promise: Promise, law: dict[str, Any], named: int) -> Finding:
    counted = f"SELECT number, reason, count(*) OVER () FROM ({promise.broken}) AS broken(number, reason)"  # noqa: S608  our own text
    with reading().cursor() as cursor:
        cursor.execute(f"{counted} ORDER BY 1, 2 LIMIT %(named)s", {**law, "named": named})
        rows = cursor.fetchall()
    offenders = [Offender(number or "", reason) for number, reason, _count in rows]
    return Finding(promise.name, promise.words, rows[0][2] if rows else 0, offenders)
