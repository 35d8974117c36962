"""`manage.py restore FILE`: a backup into an empty database and an empty folder of files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hotline.backup.errors import BackupError
from hotline.backup.progress import Progress
from hotline.backup.restoring import restore


class Command(BaseCommand):
    """Ends with the closure audit as of the moment of the backup; what has become due since is the clock's."""

    help = "Bring a backup into an empty database and an empty folder of files, then check all of it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = restore(file, say=Progress(self.stdout))
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Restored as of {manifest.made_at}: every row, every attachment; the keys open every caller."
        )
        if manifest.missing:
            self.stderr.write(f"{len(manifest.missing)} attachments were missing already when it was made.")
        call_command("audit_closure", "--at", manifest.made_at, stdout=self.stdout)
