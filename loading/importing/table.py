"""Reading a table: CSV in whatever encoding it comes, or the first sheet of an xlsx file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from charset_normalizer import from_bytes
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from loading.importing.errors import CannotImport

# Texts of several pages stand in one cell.
LONGEST_CELL = 10_000_000
SAMPLE = 200_000
# What is tried beside UTF-8: Chinese of the mainland and of Taiwan, Western European.
ENCODINGS = ["gb18030", "big5", "cp1252"]
DELIMITERS = ",\t;|"

Cell = object  # text from CSV; text, numbers and moments from xlsx


@dataclass
class Table:
    """Column names, and rows with the line each begins on. `encoding` is what was found, empty for xlsx."""

    header: list[str]
    rows: Iterator[tuple[int, list[Cell]]]
    encoding: str = ""


def read(path: Path) -> Table:
    """Open a table. Raises CannotImport with a sentence that says what to do."""
    if not path.is_file():
        raise CannotImport(f"There is no file {path}.")
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _xlsx(path)
    if path.suffix.lower() == ".xls":
        raise CannotImport(f"{path.name} is in the old Excel format: save it as .xlsx or .csv and try again.")
    return _csv(path)


def _csv(path: Path) -> Table:
    data = path.read_bytes()
    text, encoding = decode(data, path.name)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader)
    except StopIteration:
        raise CannotImport(f"{path.name} is empty.") from None
    return Table(_names(header), _lines(reader, path.name), encoding)


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with the line on which they begin; empty lines are passed over."""
    began = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader has it, the type of its iterator not
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield began, list(row)
            began = reader.line_num + 1  # type: ignore[attr-defined]  # as above
    except csv.Error as error:
        raise CannotImport(f"{name} cannot be read as CSV from line {began} on: {error}.") from error


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text and the encoding it was found to be in."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding, name), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    best = from_bytes(data[:SAMPLE], cp_isolation=ENCODINGS).best()
    if best is None or b"\0" in data[:SAMPLE]:
        raise CannotImport(f"The encoding of {name} is not known: save it as CSV in UTF-8 and try again.")
    return _strict(data, best.encoding, name), best.encoding


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = bytes(error.object[: error.start]).count(b"\n") + 1
        raise CannotImport(f"{name} looks like {encoding} but is not, on line {line}: save it in UTF-8.") from error


def _xlsx(path: Path) -> Table:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise CannotImport(f"{path.name} cannot be read as xlsx: {error}.") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = next(rows, None)
    if header is None:
        raise CannotImport(f"The first sheet of {path.name} is empty.")
    width = len(header)
    cells = ((line, list(row[:width])) for line, row in enumerate(rows, 2) if any(cell is not None for cell in row))
    return Table(_names(["" if cell is None else str(cell) for cell in header]), cells)


def _names(header: list[str]) -> list[str]:
    return [name.strip() for name in header]
