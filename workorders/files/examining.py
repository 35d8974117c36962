"""Whether a file may come in: its size, its kind by content, its name, and what the scanner says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from workorders.errors import Invalid
from workorders.files import scanning, spool
from workorders.files.kinds import kinds_of
from workorders.files.names import clean, ending_of
from workorders.files.office import Macros

FIELD = "file"


@dataclass(frozen=True)
class Examined:
    """What is known of a file that may come in; size in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str


def refuse(words: str | Promise) -> Invalid:
    return Invalid({FIELD: words})


def no_room() -> Invalid:
    return refuse(_("There is no room left on the disk for files. Tell the administrator, then try again."))


def examine(file: File[bytes]) -> Examined:
    """What the file is. Raises Invalid, with the reason in words, for what may not come in."""
    name, size = clean(file.name or ""), file.size
    match vars(file).get("refused"):
        case spool.NO_ROOM:
            raise no_room()
        case spool.TOO_LARGE:
            raise _too_large(size)
    if size > settings.ATTACHMENT_FILE_BYTES:
        raise _too_large(size)
    if not size:
        raise refuse(_("The file is empty."))
    content: Any = file
    content_type = _kind(content, ending_of(name))
    try:
        if found := scanning.scan(content):
            raise refuse(_("The virus scanner found %(what)s in it.") % {"what": found})
    except scanning.ScannerAway:
        raise refuse(_("The virus scanner does not answer, and nothing is taken unchecked. Try again later.")) from None
    return Examined(name, content_type, size, _hash(file))


def _too_large(size: int) -> Invalid:
    most = settings.ATTACHMENT_FILE_BYTES
    if size <= most:
        return refuse(_("Too much at once. Send the files one after another."))
    told = {"size": filesizeformat(size), "most": filesizeformat(most)}
    return refuse(_("The file has %(size)s; at most %(most)s are taken.") % told)


def _kind(content: IO[bytes], ending: str) -> str:
    """The content type, where content and ending agree."""
    try:
        kinds = kinds_of(content)
    except Macros:
        raise refuse(_("There are macros in it. Save it without macros, or as PDF.")) from None
    if not kinds:
        raise refuse(
            _(
                "This kind of file is not taken. Taken are pictures, PDF, OFD, Word, Excel, PowerPoint (pptx), sound, "
                "video and plain text."
            )
        )
    for kind in kinds:
        if ending in kind.endings:
            return kind.content_type
    endings = ", ".join(f".{ending}" for kind in kinds for ending in kind.endings)
    raise refuse(
        _("The name does not say what it is: by its content it should end in %(endings)s.") % {"endings": endings}
    )


def _hash(file: File[bytes]) -> str:
    known = hashlib.sha256()
    for part in file.chunks():
        known.update(part)
    return known.hexdigest()
