"""`manage.py backup FILE`: database and attachments as of one moment, in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotline.backup.errors import BackupError
from hotline.backup.manifest import DATABASE
from hotline.backup.progress import Progress
from hotline.backup.taking import take


class Command(BaseCommand):
    """People may work meanwhile. The keys are not in the file: keep CALLER_KEYS and CALLER_HASH_KEY apart from it."""

    help = "Write the database and the attachments as of one moment into one file. The keys are kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a file that is there already")

    def handle(self, *, file: Path, force: bool, **options: Any) -> None:
        try:
            manifest = take(file, force=force, say=Progress(self.stdout))
        except BackupError as error:
            raise CommandError(str(error)) from None
        attachments = sum(part.name != DATABASE for part in manifest.parts)
        self.stdout.write(
            f"{file}: {file.stat().st_size / 1e6:.1f} MB, {sum(manifest.rows.values())} rows of "
            f"{len(manifest.rows)} tables, {attachments} attachments, as of {manifest.made_at}."
        )
        self.stdout.write(f"Only keys of these fingerprints open the callers in it: {', '.join(manifest.keys)}.")
        if manifest.missing:
            named = ", ".join(manifest.missing[:20])
            self.stderr.write(f"{len(manifest.missing)} attachments are named and are not there: {named}")
