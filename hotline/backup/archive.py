"""A tar file, written and read part by part, with the checksum of each."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import time
from typing import IO

from hotline.backup.errors import BackupError
from hotline.backup.manifest import MANIFEST, Manifest, Part

CHUNK = 1 << 20
BLOCK = tarfile.BLOCKSIZE
Say = Callable[[str], None]


class Counting:
    """A source that is read once, and what was read of it."""

    def __init__(self, source: IO[bytes], name: str, say: Say) -> None:
        self.source, self.name, self.say = source, name, say
        self.size, self.sum = 0, sha256()

    def read(self, size: int = CHUNK) -> bytes:
        data = self.source.read(size)
        self.size += len(data)
        self.sum.update(data)
        self.say(f"{self.name}: {self.size / 1e6:.1f} MB")
        return data

    def part(self) -> Part:
        return Part(self.name, self.size, self.sum.hexdigest())


def begin(out: IO[bytes]) -> tarfile.TarFile:
    """In the form whose head is one block however long a part is: it can be written when the length is known."""
    return tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT)


def add_stream(tar: tarfile.TarFile, name: str, source: IO[bytes], say: Say) -> Part:
    """A part that is as long as it turns out to be."""
    out, counting = tar.fileobj, Counting(source, name, say)
    assert out is not None
    start = out.tell()
    out.write(bytes(BLOCK))
    while data := counting.read():
        out.write(data)
    out.write(bytes(-counting.size % BLOCK))
    end = out.tell()
    out.seek(start)
    out.write(_head(name, counting.size).tobuf(tarfile.GNU_FORMAT))
    out.seek(end)
    tar.offset = end
    return counting.part()


def add_file(tar: tarfile.TarFile, name: str, source: IO[bytes], size: int, say: Say) -> Part:
    counting = Counting(source, name, say)
    tar.addfile(_head(name, size), counting)  # nothing but `read` is asked of the source
    return counting.part()


def _head(name: str, size: int) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode, head.mtime = size, 0o600, int(time())
    return head


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup to read from."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    with source:
        yield Archive(path.name, source)


class Archive:
    """A backup that was opened: its manifest, and its parts, each read with its checksum."""

    def __init__(self, name: str, source: IO[bytes]) -> None:
        try:
            self.tar = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115  reads the file its opener closes
            self.members = {member.name: member for member in self.tar.getmembers() if member.isfile()}
        except (tarfile.TarError, OSError):
            raise BackupError(f"{name} is no backup, or a damaged one.") from None
        if MANIFEST not in self.members:
            raise BackupError(f"{name} has no {MANIFEST}: it is no backup, or was not written to its end.")
        self.manifest = Manifest.read(self._open(MANIFEST).read())

    def copy(self, part: Part, to: IO[bytes] | None, say: Say) -> None:
        """Read a part, into a file or only to look at it; one that is not as it was written is refused."""
        if part.name not in self.members:
            raise BackupError(f"{part.name} is missing: the file is damaged.")
        counting = Counting(self._open(part.name), part.name, say)
        try:
            while data := counting.read():
                if to is not None:
                    to.write(data)
        except tarfile.TarError:
            raise BackupError(f"{part.name} ends too early: the file is damaged.") from None
        if counting.part() != part:
            raise BackupError(f"{part.name} is not as it was written: the file is damaged.")

    def _open(self, name: str) -> IO[bytes]:
        source = self.tar.extractfile(self.members[name])
        assert source is not None
        return source
