"""`manage.py audit_attachments`: whether every attachment's file is there, and which files nobody names."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from staff.now import now
from workorders.files import auditing, shelf


class Command(BaseCommand):
    help = "Compares attachments with the files on the disk; exits 1 naming what does not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--content", action="store_true", help="read every file and compare its checksum")
        parser.add_argument("--remove", action="store_true", help="delete files that no attachment has named for a day")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = removed = 0
        for finding in auditing.audit(now(), content=options["content"]):
            if finding.orphan and options["remove"]:
                shelf.take_away(finding.place)
                removed += 1
                self.stdout.write(f"removed {finding.place}")
            else:
                wrong += 1
                self.stdout.write(f"NOT {finding.place}: {finding.words}")
        self.stdout.write(f"{wrong} wrong, {removed} removed")
        if wrong:
            sys.exit(1)
