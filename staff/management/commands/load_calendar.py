from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from staff.calendars import calendar_warnings
from staff.loading import FIRST_YEAR, load_years
from staff.now import now


class Command(BaseCommand):
    help = "Load holidays and make-up days: notices where the package knows them, statutory days where not."

    def add_arguments(self, parser: CommandParser) -> None:
        next_year = timezone.localdate(now()).year + 1
        parser.add_argument("--from", dest="first", type=int, default=FIRST_YEAR, metavar="YEAR")
        parser.add_argument("--to", dest="last", type=int, default=next_year, metavar="YEAR")

    def handle(self, *, first: int, last: int, **options: Any) -> None:
        if first > last:
            raise CommandError(f"--from {first} is later than --to {last}")
        changed = load_years(range(first, last + 1))
        if changed:
            self.stdout.write(f"Changed: {', '.join(map(str, changed))}")
            self.stdout.write("The clock works out anew, within a minute, the open due times that rest on them.")
        else:
            self.stdout.write("Nothing changed.")
        for warning in calendar_warnings():
            self.stderr.write(self.style.WARNING(f"WARNING: {warning}"))
