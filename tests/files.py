"""Files as people send them: the smallest that are still what they say, and some that are not."""

from __future__ import annotations

import zipfile
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08free"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><title>12345</title><script>alert(1)</script>"
TYPES = '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
PART = '<Override PartName="/{}" ContentType="{}"/>'
OOXML = "application/vnd.openxmlformats-officedocument."
WORD = f"{OOXML}wordprocessingml.document.main+xml"
EXCEL = f"{OOXML}spreadsheetml.sheet.main+xml"
POWERPOINT = f"{OOXML}presentationml.presentation.main+xml"


def zipped(**parts: str) -> bytes:
    """A zip file; two underlines in a name stand for a slash."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def office(main: str, *more: str, **parts: str) -> bytes:
    """An office document of these content types and further parts."""
    types = "".join(PART.format(f"part{number}", kind) for number, kind in enumerate((main, *more)))
    return zipped(**{"[Content_Types].xml": TYPES.format(types), "part0": "<x/>", **parts})


def compound(*streams: str, content: bytes = b"") -> bytes:
    """An office document of the time before 2007, as far as its names tell."""
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + content.ljust(4096, b"\0") + directory


def sheet(name: str, kind: int) -> bytes:
    """The record with which an old Excel file announces a sheet: 0 is a sheet of figures, 1 one of macros."""
    return b"\x85\0" + bytes([8 + len(name), 0]) + bytes(4) + bytes([0, kind, len(name), 0]) + name.encode()


def given(name: str, content: bytes) -> ContentFile[bytes]:
    """As an action takes it."""
    return ContentFile(content, name)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """As a browser or a program sends it."""
    return SimpleUploadedFile(name, content)
