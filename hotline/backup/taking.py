"""Taking a backup while people work: the database's snapshot first, then the files, so that what it names is there."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hotline.backup import archive, contents, programs, tokens
from hotline.backup.archive import Say
from hotline.backup.errors import BackupError
from hotline.backup.manifest import (
    DATABASE,
    EDITION,
    FILES,
    MANIFEST,
    Manifest,
    Part,
    hash_key_fingerprint,
    key_fingerprints,
)


def take(path: Path, *, force: bool, say: Say) -> Manifest:
    """Write the backup beside its place and move it there when it is whole; what fails leaves nothing behind."""
    if path.exists() and not force:
        raise BackupError(f"{path} is there already. Name another file, or say --force.")
    if path.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError(f"{path} would lie among the attachments it is made of. Name another folder.")
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as out:
            partial.chmod(0o600)
            with archive.begin(out) as tar:
                manifest = _fill(tar, say)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return manifest


def _fill(tar: tarfile.TarFile, say: Say) -> Manifest:
    server = contents.server()
    dump = programs.find("pg_dump", least=server)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone() or ("",)
        made_at = timezone.now()
        sealed = tokens.some()
        if not tokens.opened(sealed):
            raise BackupError("CALLER_KEYS of this installation do not open its own callers. Mend that first.")
        parts = [_dump(tar, dump, snapshot, say)]
        named, rows, migrations = contents.named(), contents.rows(), contents.migrations()
    parts += _files(tar, say)
    manifest = Manifest(
        edition=EDITION,
        made_at=made_at.isoformat(),
        city=settings.CITY_NAME,
        server=server,
        program=programs.version(dump),
        migrations=migrations,
        rows=rows,
        keys=key_fingerprints(),
        hash_key=hash_key_fingerprint(),
        sealed=sealed,
        parts=parts,
        missing=sorted(named - {part.name.removeprefix(FILES) for part in parts}),
    )
    with tempfile.TemporaryFile() as text:
        size = text.write(manifest.as_json())
        text.seek(0)
        archive.add_file(tar, MANIFEST, text, size, say)
    return manifest


def _dump(tar: tarfile.TarFile, program: Path, snapshot: str, say: Say) -> Part:
    with tempfile.TemporaryFile() as words:
        command: list[str | Path] = [program, "--format=custom", "--no-owner", "--no-privileges"]
        with subprocess.Popen(
            [*command, f"--snapshot={snapshot}"],
            env=programs.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
        ) as running:
            assert running.stdout is not None
            try:
                part = archive.add_stream(tar, DATABASE, running.stdout, say)
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            words.seek(0)
            raise BackupError(f"pg_dump failed: {words.read().decode(errors='replace').strip()}")
    return part


def _files(tar: tarfile.TarFile, say: Say) -> list[Part]:
    """Every attachment that is there; one that goes while we look is told, if the database names it, as missing."""
    parts = []
    for name in contents.stored():
        try:
            source = (Path(settings.MEDIA_ROOT) / name).open("rb")
        except FileNotFoundError:
            continue
        with source:
            parts.append(archive.add_file(tar, FILES + name, source, os.fstat(source.fileno()).st_size, say))
    return parts
