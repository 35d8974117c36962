"""`manage.py retain`: lets go what is kept no longer, as the clock does by night; `--dry-run` only says what would."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from staff.now import now
from staff.retention import RULES, look, retain


class Command(BaseCommand):
    """Killed anywhere, it is simply begun again; it may run while people work."""

    help = "Let go what is past the time it is kept; may run while people work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, write nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self._look()
            return
        gone: Counter[str] = Counter()
        for batch in retain(now()):
            gone[batch.rule.name] += batch.count
        for rule in RULES.values():
            self.stdout.write(f"{rule.name:<14} {gone[rule.name]:>9}  {rule.words}")

    def _look(self) -> None:
        for past in look(now()):
            rule = past.rule
            kept = f"{rule.days} days" if rule.before(now()) else "for ever"
            oldest = f", the oldest of {timezone.localtime(past.oldest):%F}" if past.oldest else ""
            self.stdout.write(f"{rule.name:<14} {past.count:>9}  {rule.words}, kept {kept}{oldest}")
