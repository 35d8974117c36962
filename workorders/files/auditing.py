"""Whether rows and files agree: a file that no row names, a row whose file is gone or is another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.core.files.storage import default_storage

from workorders.files import shelf
from workorders.models import Attachment

AT_ONCE = 1000


class Finding(NamedTuple):
    """A place below the folder of files, and in words what is wrong with it."""

    place: str
    words: str
    orphan: bool = False


def audit(at: datetime, *, content: bool = False) -> Iterator[Finding]:
    """All that does not agree. `content` also reads each file and compares its checksum."""
    for attachment in Attachment.objects.kept().order_by("pk").iterator(AT_ONCE):
        if words := _wrong(attachment, content=content):
            yield Finding(str(attachment.file), f"attachment {attachment.pk}: {words}")
    old = (place for place, written_at in shelf.lying() if written_at < at - shelf.ON_ITS_WAY)
    for places in _batches(old):
        named = set(Attachment.objects.filter(file__in=places).values_list("file", flat=True))
        for place in places:
            if place not in named:
                yield Finding(place, "no attachment names it", orphan=True)


def _batches(places: Iterable[str]) -> Iterator[list[str]]:
    each = iter(places)
    while batch := list(islice(each, AT_ONCE)):
        yield batch


def _wrong(attachment: Attachment, *, content: bool) -> str:
    try:
        if default_storage.size(str(attachment.file)) != attachment.size:
            return "another size"
        if content:
            with default_storage.open(str(attachment.file)) as file:
                known = hashlib.sha256()
                for part in file.chunks():
                    known.update(part)
                return "" if known.hexdigest() == attachment.sha256 else "another content"
    except OSError:
        return "the file is not there"
    return ""
