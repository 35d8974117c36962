"""`manage.py audit_closure`: whether every promise of the closure guarantee holds, and who breaks it."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from oversight.audit import GRACE, NAMED, Audit, audit
from oversight.replica import read
from staff.now import now


class Command(BaseCommand):
    help = "Checks the whole database for the closure guarantee; exits 1 naming what breaks it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="look from this moment instead of now (ISO 8601)")
        parser.add_argument(
            "--grace", type=int, default=GRACE // timedelta(minutes=1), help="minutes the clock may be behind"
        )
        parser.add_argument("--named", type=int, default=NAMED, help="name at most so many offenders of a promise")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["at"]) if options["at"] else now()
        grace, named = timedelta(minutes=options["grace"]), max(options["named"], 1)
        result = read(lambda: audit(at, grace=grace, named=named))
        self.stdout.write(_as_json(result) if options["json"] else _as_text(result))
        if not result.holds:
            sys.exit(1)


def _moment(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None:
        raise ValueError(f"not a moment: {text}")
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _as_text(result: Audit) -> str:
    lines = [f"{result.orders} orders, {result.open} open, at {timezone.localtime(result.at):%F %T}"]
    for finding in result.findings:
        lines.append(f"{'ok ' if finding.holds else 'NOT'} {finding.count:>7}  {finding.words}")
        lines += [f"             {offender.number or '-'}: {offender.reason}" for offender in finding.offenders]
    lines.append("The closure guarantee holds." if result.holds else f"{len(result.broken)} promises are broken.")
    return "\n".join(lines)


def _as_json(result: Audit) -> str:
    return json.dumps(
        {
            "at": result.at.isoformat(),
            "orders": result.orders,
            "open": result.open,
            "holds": result.holds,
            "promises": [
                {
                    "name": finding.name,
                    "words": str(finding.words),
                    "broken": finding.count,
                    "offenders": [vars(offender) for offender in finding.offenders],
                }
                for finding in result.findings
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
