"""Where files lie: under random names, below the folder of files, which no address leads to."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from staff.now import now

FOLDER = "attachments"
# A file without a row is on its way in; after so long nobody is bringing it any more.
ON_ITS_WAY = timedelta(days=1)


def new_name(at: datetime) -> str:
    """A place nobody can guess, in the month's folder."""
    return f"{FOLDER}/{at:%Y/%m}/{secrets.token_hex(16)}"


def put(file: File[bytes]) -> str:
    """Write the file to the disk, all of it, and return its place. Raises OSError, and then nothing is there."""
    place = new_name(now())
    try:
        file.seek(0)
        name: str = default_storage.save(place, file)
        with default_storage.open(name) as written:
            os.fsync(written.fileno())
    except BaseException:
        take_away(place)
        raise
    return name


def take_away(place: str) -> None:
    """The file goes, if it is there; what cannot be deleted now is named by `audit_attachments`."""
    with suppress(OSError):
        default_storage.delete(place)


def lying() -> Iterator[tuple[str, datetime]]:
    """Every file's place, and when it was written."""
    folder = Path(settings.MEDIA_ROOT)
    for path in (folder / FOLDER).rglob("*"):
        if path.is_file():
            place = path.relative_to(folder).as_posix()
            yield place, default_storage.get_modified_time(place)
