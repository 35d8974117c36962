"""Office documents, told by their parts: which they are, and whether a program is inside."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from enum import Enum
from typing import IO
from xml.etree import ElementTree

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Document(Enum):
    """What a document was written with. An old PowerPoint file is none: a macro in it cannot be told from outside."""

    WORD = "wordprocessingml.document.main+xml"
    EXCEL = "spreadsheetml.sheet.main+xml"
    POWERPOINT = "presentationml.presentation.main+xml"
    OFD = "ofd"
    OLD_WORD = "WordDocument"
    OLD_EXCEL = "Workbook"


class Macros(Exception):
    """The document has a program in it."""


TYPES = "[Content_Types].xml"
OOXML = "application/vnd.openxmlformats-officedocument."
PROGRAM = re.compile(r"macro|vba|activex", re.I)
# The list of parts of an honest document is far shorter, in bytes; a longer one is not read.
LONGEST_LIST = 4 << 20
END = struct.Struct("<4s4H2LH")
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def of_zip(file: IO[bytes]) -> Document | None:
    """A document of parts in a zip file. Raises Macros."""
    if not _is_listed_briefly(file):
        return None
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            if TYPES not in names:
                return Document.OFD if "OFD.xml" in names else None
            with parts.open(TYPES) as part:
                told = part.read(LONGEST_LIST + 1)
    except BROKEN:
        return None
    types = _types(told)
    if any(PROGRAM.search(word) for word in (*names, *types)):
        raise Macros
    return next((kind for kind in Document if OOXML + kind.value in types), None)


def _is_listed_briefly(file: IO[bytes]) -> bool:
    """Whether the zip file ends with its list, and the list is short: Python reads it whole."""
    try:
        file.seek(-END.size, 2)
    except OSError:
        return False
    mark, _disks, _disk, _here, count, size, _at, comment = END.unpack(file.read(END.size).ljust(END.size, b"\0"))
    return bool(mark == b"PK\x05\x06" and size <= LONGEST_LIST and count < 0xFFFF and not comment)


def _types(told: bytes) -> set[str]:
    """The content types of a document's parts; none where the list is no plain XML."""
    try:
        text = told.decode("utf-8-sig")
        if len(told) > LONGEST_LIST or "<!" in text:  # no entities, which could unfold without end
            return set()
        return {one.get("ContentType", "") for one in ElementTree.fromstring(text)}  # noqa: S314  no DOCTYPE gets here
    except (ValueError, ElementTree.ParseError):
        return set()


def _wide(name: str) -> bytes:
    return re.escape(name.encode("utf-16-le"))


# Names of the streams inside, as the compound file's directory has them.
VBA = re.compile(_wide("_VBA_PROJECT"), re.IGNORECASE)
STREAMS = {Document.OLD_WORD: re.compile(_wide("WordDocument")), Document.OLD_EXCEL: re.compile(_wide("Workbook"))}
# The record that announces a sheet of Excel's oldest macros: its length, the sheet's name's, and how wide that is.
MACRO_SHEET = re.compile(rb"\x85\x00(.)\x00.{4}[\x00-\x02]\x01(.)([\x00\x01])", re.DOTALL)
CHUNK, OVERLAP = 1 << 20, 64


def of_compound(file: IO[bytes]) -> Document | None:
    """A document of the time before 2007, or of WPS. Raises Macros."""
    found: set[Document] = set()
    program, before = False, b""
    file.seek(0)
    while data := file.read(CHUNK):
        window = before + data
        program = program or bool(VBA.search(window)) or _has_macro_sheet(window)
        found |= {kind for kind, stream in STREAMS.items() if stream.search(window)}
        before = window[-OVERLAP:]
    if len(found) != 1:
        return None
    if program:
        raise Macros
    return found.pop()


def _has_macro_sheet(window: bytes) -> bool:
    return any(told[1][0] == 8 + told[2][0] * (1 + told[3][0]) and told[2][0] for told in MACRO_SHEET.finditer(window))
