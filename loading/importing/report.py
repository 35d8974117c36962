"""The report of bad rows: a CSV that a spreadsheet opens as it is, and a summary for the screen."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TextIO

from loading.importing.drafts import Wrong

# Text that begins like this would be worked out as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ["line", "column", "reason", "value"]
LONGEST_VALUE = 200


def safe(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA) else cell


class Report:
    """Bad rows as they come; the file is there only when there are some."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reasons: Counter[str] = Counter()
        self._file: TextIO | None = None

    def __enter__(self) -> Report:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: int, wrong: Wrong) -> None:
        """One bad row."""
        self.reasons[f"{wrong.column}: {wrong.reason}" if wrong.column else f"the row {wrong.reason}"] += 1
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(COLUMNS)
        cells = [str(line), wrong.column, wrong.reason, wrong.value[:LONGEST_VALUE]]
        csv.writer(self._file).writerow([safe(cell) for cell in cells])

    @property
    def count(self) -> int:
        return self.reasons.total()
