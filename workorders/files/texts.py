"""Plain text: characters people type, in an encoding of ours, and nothing a browser would take for a page."""

from __future__ import annotations

import codecs
import re
from typing import IO

CHUNK = 1 << 16
NOT_TYPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What begins like a page, a picture in XML or a program is one, whatever its name says.
CODE = re.compile(r"\s*(?:#!|<[!?a-z])|[\s\S]*<(?:!doctype|html|head|body|script|svg|iframe|object|embed)\b", re.I)
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def is_plain(file: IO[bytes]) -> bool:
    """Whether it is a text and no more."""
    file.seek(0)
    mark = file.read(3)
    told = next((encoding for bom, encoding in MARKS.items() if mark.startswith(bom)), None)
    return any(_reads_as(file, encoding) for encoding in ([told] if told else ["utf-8", "gb18030"]))


def _reads_as(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    beginning = True
    try:
        while data := file.read(CHUNK):
            words = decoder.decode(data)
            if NOT_TYPED.search(words) or (beginning and CODE.match(words)):
                return False
            beginning = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
