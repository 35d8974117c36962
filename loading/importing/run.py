"""One import from the first row to the last: batches, each in a transaction of its own, so that a rerun goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from loading.importing import table as tables
from loading.importing.drafts import Draft, Rows, Wrong
from loading.importing.errors import CannotImport
from loading.importing.lives import imported
from loading.importing.mapping import Mapping
from loading.importing.places import Places
from loading.importing.report import Report
from loading.past import rows
from loading.past.life import Life
from loading.past.limits import Limits
from workorders.deadlines import NoLimit
from workorders.models import WorkOrder


@dataclass
class Tally:
    """What has become of the rows so far; `orders` are in the database."""

    rows: int = 0
    orders: int = 0
    known: int = 0
    bad: int = 0
    categories: int = 0
    departments: int = 0
    encoding: str = ""


class Import:
    """A table on its way into the house."""

    def __init__(self, path: Path, mapping: Mapping, report: Report, at: datetime) -> None:
        self.path, self.mapping, self.report, self.at = path, mapping, report, at
        self.tally = Tally()
        self.places = Places(mapping)
        self.limits = Limits()
        self.lines: dict[str, int] = {}  # where each number stood first

    def run(self, progress: Callable[[Tally], None]) -> Tally:
        """Take everything in; raises CannotImport before a row is read when the table does not fit."""
        table = tables.read(self.path)
        self.tally.encoding = table.encoding
        self._check(table.header)
        drafts, batch = Rows(self.mapping, table.header, self.at), list[Draft]()
        for line, cells in table.rows:
            self.tally.rows += 1
            try:
                batch.append(self._once(drafts.draft(line, cells)))
            except Wrong as wrong:
                self.report.add(line, wrong)
                self.tally.bad = self.report.count
            if len(batch) >= rows.BATCH:
                self._take_in(batch)
                batch = []
                progress(self.tally)
        self._take_in(batch)
        rows.analyze()
        progress(self.tally)
        return self.tally

    def _check(self, header: list[str]) -> None:
        missing = [name for name in self.mapping.columns() if name not in header]
        if missing:
            there = ", ".join(filter(None, header))
            raise CannotImport(f"{self.path.name} has no column {', '.join(missing)}. It has: {there}.")
        doubled = {name for name in header if name and header.count(name) > 1}
        if doubled & set(self.mapping.columns()):
            raise CannotImport(f"{self.path.name} has the column {', '.join(sorted(doubled))} more than once.")

    def _once(self, draft: Draft) -> Draft:
        """A number stands once in a table."""
        if draft.number in self.lines:
            raise Wrong(self.mapping.number, f"stood on line {self.lines[draft.number]} already", draft.number)
        self.lines[draft.number] = draft.line
        return draft

    def _take_in(self, batch: list[Draft]) -> None:
        """All of a batch or nothing of it."""
        numbers = [draft.number for draft in batch]
        known = set(WorkOrder.objects.filter(source_number__in=numbers).values_list("source_number", flat=True))
        fresh = [draft for draft in batch if draft.number not in known]
        try:
            with transaction.atomic():
                self.places.enter(draft.path for draft in fresh)
                rows.write([self._life(draft) for draft in fresh])
        except NoLimit as missing:
            raise CannotImport(f"There is no time limit for: {missing}. Run manage.py load_defaults first.") from None
        self.tally.known += len(known)
        self.tally.orders += len(fresh)
        self.tally.categories, self.tally.departments = self.places.new_categories, self.places.new_departments

    def _life(self, draft: Draft) -> Life:
        category, unit = self.places.categories[draft.path], self.places.department(draft.unit)
        table = self.path.name
        return imported(draft, category, unit, table=table, at=self.at, limits=self.limits)
