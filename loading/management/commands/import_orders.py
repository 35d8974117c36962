from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loading.importing import mapping as mappings
from loading.importing.errors import CannotImport
from loading.importing.report import Report
from loading.importing.run import Import, Tally
from staff.now import now

EVERY_SECONDS = 2.0
REASONS_SHOWN = 20
INTERRUPTED = 130


class Command(BaseCommand):
    help = "Take a table of appeals from elsewhere in: CSV or xlsx, by a mapping of its columns. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        names = ", ".join(mappings.shipped())
        parser.add_argument("--mapping", required=True, help=f"{names}; or the path of a YAML file")
        parser.add_argument("--report", type=Path, help="where bad rows are written (default: under var/imports/)")

    def handle(self, *, file: Path, mapping: str, report: Path | None, **options: Any) -> None:
        at = now()
        name = f"{file.stem}-{timezone.localtime(at):%Y%m%d-%H%M%S}-bad-rows.csv"
        self.began = self.said = monotonic()
        with Report(report or Path(settings.VAR_DIR) / "imports" / name) as bad:
            try:
                work = Import(file, mappings.load(mapping), bad, at)
                work.run(self._progress)
            except CannotImport as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt:
                said = f"Stopped: {work.tally.orders} new orders are in. The same command goes on from there."
                raise CommandError(said, returncode=INTERRUPTED) from None
        self._summary(work.tally, bad)

    def _progress(self, tally: Tally) -> None:
        if monotonic() - self.said >= EVERY_SECONDS:
            self.said = monotonic()
            self.stdout.write(f"  {tally.rows} rows: {tally.orders} new, {tally.known} known, {tally.bad} bad …")
            self.stdout.flush()

    def _summary(self, tally: Tally, bad: Report) -> None:
        read = f"{tally.rows} rows read" + (f" ({tally.encoding})" if tally.encoding else "")
        self.stdout.write(f"{read}, in {monotonic() - self.began:.0f} seconds.")
        self.stdout.write(f"  {tally.orders} new orders, {tally.known} were here already, {tally.bad} bad rows.")
        self.stdout.write(f"  New: {tally.categories} categories, {tally.departments} departments.")
        for reason, count in bad.reasons.most_common(REASONS_SHOWN):
            self.stdout.write(f"  {count:>6} × {reason}")
        if bad.count:
            self.stdout.write(f"  Line by line: {bad.path}")
