"""What a file is, told by what is in it: the kinds a citizen or an officer sends, and no others.

Read the table first. The name's ending only chooses among the kinds its content allows.
"""

from __future__ import annotations

import re
from typing import IO, NamedTuple

from workorders.files import office, texts

# So much of a file's beginning tells what it is.
HEAD = 4096


class Kind(NamedTuple):
    """A kind of file: as what it is sent, and the endings its names may have, without the dot."""

    content_type: str
    endings: tuple[str, ...]


# fmt: off
JPEG = Kind("image/jpeg",      ("jpg", "jpeg", "jfif"))
PNG  = Kind("image/png",       ("png",))
GIF  = Kind("image/gif",       ("gif",))
BMP  = Kind("image/bmp",       ("bmp",))
TIFF = Kind("image/tiff",      ("tif", "tiff"))
WEBP = Kind("image/webp",      ("webp",))
HEIC = Kind("image/heic",      ("heic", "heif"))
AVIF = Kind("image/avif",      ("avif",))
PDF  = Kind("application/pdf", ("pdf",))
MP4  = Kind("video/mp4",       ("mp4", "m4v"))
MOV  = Kind("video/quicktime", ("mov", "qt"))
GPP  = Kind("video/3gpp",      ("3gp", "3g2"))
M4A  = Kind("audio/mp4",       ("m4a",))
WEBM = Kind("video/webm",      ("webm",))
MKV  = Kind("video/x-matroska", ("mkv",))
AVI  = Kind("video/x-msvideo", ("avi",))
WMV  = Kind("video/x-ms-wmv",  ("wmv",))
WMA  = Kind("audio/x-ms-wma",  ("wma",))
MP3  = Kind("audio/mpeg",      ("mp3",))
AAC  = Kind("audio/aac",       ("aac",))
AMR  = Kind("audio/amr",       ("amr",))
WAV  = Kind("audio/wav",       ("wav",))
OGG  = Kind("audio/ogg",       ("ogg", "oga", "opus"))
FLAC = Kind("audio/flac",      ("flac",))
TEXT = Kind("text/plain",      ("txt", "csv", "log"))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document",   ("docx",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",         ("xlsx",))
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",))
OFD  = Kind("application/ofd",          ("ofd",))  # 版式文档, GB/T 33190
DOC  = Kind("application/msword",       ("doc", "wps"))
XLS  = Kind("application/vnd.ms-excel", ("xls", "et"))

# By the file's first bytes. Phones name what they record as they please: one family, several endings.
MOVIES = (MP4, MOV, GPP, M4A)
SIGNATURES: tuple[tuple[re.Pattern[bytes], tuple[Kind, ...]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kinds)
    for pattern, kinds in (
        (rb"\xff\xd8\xff",                                            (JPEG,)),
        (rb"\x89PNG\r\n\x1a\n",                                       (PNG,)),
        (rb"GIF8[79]a",                                               (GIF,)),
        (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",             (BMP,)),
        (rb"II\*\0|MM\0\*",                                           (TIFF,)),
        (rb"RIFF.{4}WEBPVP8",                                         (WEBP,)),
        (rb"RIFF.{4}WAVE",                                            (WAV,)),
        (rb"RIFF.{4}AVI LIST",                                        (AVI,)),
        (rb"\0\0.{2}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)",           (HEIC,)),
        (rb"\0\0.{2}ftypavi[fs]",                                     (AVIF,)),
        (rb"\0\0.{2}ftyp(?:qt  |isom|iso[2-9]|mp4[12]|mmp4|avc1|M4[AVB] |M4VH|MSNV|dash|3g[p2][0-9a-z])", MOVIES),
        (rb"\x1a\x45\xdf\xa3.{0,64}?\x42\x82.webm",                   (WEBM,)),
        (rb"\x1a\x45\xdf\xa3.{0,64}?\x42\x82.matroska",               (MKV,)),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", (WMV, WMA)),
        (rb"ID3[\x02-\x04]",                                          (MP3,)),
        (rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]",               (MP3,)),
        (rb"\xff[\xf0\xf1\xf8\xf9]",                                  (AAC,)),
        (rb"#!AMR",                                                   (AMR,)),
        (rb"OggS\0",                                                  (OGG,)),
        (rb"fLaC\0",                                                  (FLAC,)),
        (rb"%PDF-[12]\.\d",                                           (PDF,)),
    )
)
# fmt: on
OFFICE = {
    office.Document.WORD: DOCX,
    office.Document.EXCEL: XLSX,
    office.Document.POWERPOINT: PPTX,
    office.Document.OFD: OFD,
    office.Document.OLD_WORD: DOC,
    office.Document.OLD_EXCEL: XLS,
}


def kinds_of(file: IO[bytes]) -> tuple[Kind, ...]:
    """What the content may be called; empty for what is none of the kinds. Raises office.Macros."""
    file.seek(0)
    head = file.read(HEAD)
    for signature, kinds in SIGNATURES:
        if signature.match(head):
            return kinds
    if head.startswith(office.ZIP):
        document = office.of_zip(file)
    elif head.startswith(office.COMPOUND):
        document = office.of_compound(file)
    else:
        return (TEXT,) if texts.is_plain(file) else ()
    return (OFFICE[document],) if document else ()
