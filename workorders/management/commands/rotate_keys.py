"""`manage.py rotate_keys`: everything encrypted comes under the first of CALLER_KEYS, while people work."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workorders.rotation import Progress, left, rotate

EVERY_SECONDS = 2.0


class Command(BaseCommand):
    """Killed anywhere, it is simply begun again: what is done is passed over."""

    help = (
        "Write everything encrypted under an older key anew under the first of CALLER_KEYS; may run while people work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="count what an older key is needed for, write nothing")

    def handle(self, *, check: bool, **options: Any) -> None:
        if not check:
            self._rotate()
        if remaining := left():
            again = (
                "" if check else " Somebody wrote them meanwhile, perhaps a process without the new key: run it again."
            )
            raise CommandError(f"{remaining} rows still need an older key.{again}")
        self.stdout.write("Nothing needs an older key: the first of CALLER_KEYS opens everything.")

    def _rotate(self) -> None:
        said, read, written = monotonic(), 0, 0
        closed: list[str] = []
        for progress in rotate():
            read += progress.read
            written += progress.old - progress.overtaken
            closed += [f"{progress.table} {key}" for key in progress.closed]
            if monotonic() - said >= EVERY_SECONDS:
                said = monotonic()
                self._say(progress, read, written)
        self.stdout.write(f"{read} rows read, {written} written anew.")
        if closed:
            named = ", ".join(closed[:20])
            raise CommandError(
                f"No key of CALLER_KEYS opens {len(closed)} rows: {named}. Keep every key; add the missing one."
            )

    def _say(self, progress: Progress, read: int, written: int) -> None:
        self.stdout.write(f"  {read} rows read, {written} written anew; {progress.table} up to {progress.upto} …")
        self.stdout.flush()
