"""Bringing a backup into an empty place. All that can be known to be wrong is found out before a row is written."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from hotline.backup import contents, programs, tokens
from hotline.backup.archive import Archive, Say, opened
from hotline.backup.errors import BackupError
from hotline.backup.manifest import (
    DATABASE,
    FILES,
    Manifest,
    Part,
    hash_key_fingerprint,
    key_fingerprints,
)
from workorders.rotation import rotate

AGAIN = "Empty the database and the folder of files before you try again."


def restore(path: Path, *, say: Say) -> Manifest:
    """Check the file, the keys and the place, bring everything in, and migrate what is older than this program."""
    with opened(path) as archive:
        manifest = archive.manifest
        _fits(manifest)
        _keys_open(manifest)
        program = _place_is_empty(manifest)
        for part in manifest.parts:
            archive.copy(part, None, say)
        say(f"{path.name} is whole.")
        _bring_in_database(archive, program, say)
        _bring_in_files(archive, say)
    _same_rows(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    _every_token_opens(say)
    return manifest


def _fits(manifest: Manifest) -> None:
    """No migration that this program does not know, no name that leads out of the folder of files."""
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    if newer := [f"{app} {name}" for app, name in manifest.migrations if (app, name) not in known]:
        raise BackupError(
            f"This backup is newer than this program, which does not know {', '.join(newer[:5])}. "
            "Install the newer version."
        )
    for part in manifest.parts:
        name = PurePosixPath(part.name)
        if name.is_absolute() or ".." in name.parts or not part.name.startswith((DATABASE, FILES)):
            raise BackupError(f"{part.name!r} has no place in a backup: the file is damaged.")


def _keys_open(manifest: Manifest) -> None:
    if manifest.hash_key != hash_key_fingerprint():
        raise BackupError("CALLER_HASH_KEY is not the one of this backup: no caller would be found by number.")
    if not tokens.opened(manifest.sealed):
        missing = sorted(set(manifest.keys) - set(key_fingerprints()))
        raise BackupError(
            f"CALLER_KEYS do not open the callers of this backup. It was made with keys of the fingerprints "
            f"{', '.join(manifest.keys)}; {', '.join(missing) or 'none'} of them missing here."
        )


def _place_is_empty(manifest: Manifest) -> Path:
    """Returns the program that can bring the database in."""
    try:
        server = contents.server()
    except OperationalError as error:
        raise BackupError(f"The database cannot be reached: {error}") from None
    if server < manifest.server:
        raise BackupError(f"The backup is of PostgreSQL {manifest.server}, this server is {server}: take a newer one.")
    if not contents.is_empty():
        raise BackupError("The database is not empty. A backup is restored into an empty one; nothing was changed.")
    if any(contents.stored()):
        raise BackupError(f"{settings.MEDIA_ROOT} is not empty. Move what is in it away; nothing was changed.")
    return programs.find("pg_restore", least=manifest.program)


def _bring_in_database(archive: Archive, program: Path, say: Say) -> None:
    """All of it or nothing: one transaction."""
    part = next(part for part in archive.manifest.parts if part.name == DATABASE)
    command: list[str | Path] = [program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    database = str(connection.settings_dict["NAME"])
    with tempfile.TemporaryFile() as words:
        with subprocess.Popen(
            [*command, f"--dbname={database}"],
            env=programs.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words,
        ) as running:  # fmt: skip
            assert running.stdin is not None
            try:
                archive.copy(part, running.stdin, say)
            except BrokenPipeError:
                pass  # what it says tells why
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            words.seek(0)
            said = words.read().decode(errors="replace").strip()
            raise BackupError(f"pg_restore failed, and left the database empty: {said}")


def _bring_in_files(archive: Archive, say: Say) -> None:
    folder = Path(settings.MEDIA_ROOT)
    for part in _attachments(archive.manifest):
        place = folder / part.name.removeprefix(FILES)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as out:
                archive.copy(part, out, say)
        except OSError as error:
            raise BackupError(f"{place} cannot be written: {error.strerror}. {AGAIN}") from None


def _attachments(manifest: Manifest) -> list[Part]:
    return [part for part in manifest.parts if part.name.startswith(FILES)]


def _same_rows(manifest: Manifest) -> None:
    here = contents.rows()
    different = [table for table, count in manifest.rows.items() if here.get(table) != count]
    if different or set(here) != set(manifest.rows):
        raise BackupError(f"Not as many rows as in the backup: {', '.join(different) or 'other tables'}. {AGAIN}")


def _every_token_opens(say: Say) -> None:
    read = closed = 0
    for progress in rotate(write=False):
        read, closed = read + progress.read, closed + len(progress.closed)
        say(f"{progress.table}: {read} rows read with the keys")
    if closed:
        raise BackupError(f"Everything is here, but no key of CALLER_KEYS opens {closed} of {read} encrypted rows.")
