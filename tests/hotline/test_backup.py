"""A backup is one file, taken while people work, and becomes the same city again in an empty place, or says why not."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from cryptography.fernet import Fernet
from django.conf import settings as configured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from hotline.backup import contents, programs
from hotline.backup.errors import BackupError
from hotline.backup.manifest import DATABASE, MANIFEST
from hotline.local.postgres import FOR_TESTS, Postgres
from staff.now import pretend
from tests.cast import City
from tests.files import JPEG, given
from tests.processes import on_this_database
from workorders import actions
from workorders.models import Attachment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]

CONTENT = "SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t"
BROKER = "redis://127.0.0.1:1/0"
ANOTHER = """
INSERT INTO staff_area
SELECT (jsonb_populate_record(a, '{"id": 999999, "code": "new", "name": "新城区"}')).* FROM staff_area a LIMIT 1
"""


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Attachments: a picture, one with a Chinese name in a folder, an empty one."""
    settings.MEDIA_ROOT = folder = tmp_path / "files"
    (folder / "2026").mkdir(parents=True)
    (folder / "leak.jpg").write_bytes(bytes(range(256)) * 9000)
    (folder / "2026" / ("花园路水管漏水" * 11 + ".txt")).write_text("两天了", encoding="utf-8")
    (folder / "empty").touch()
    return folder


@pytest.fixture
def backup(city: City, files: Path, tmp_path: Path) -> Path:
    """A backup of a city in which three people have called just now."""
    with pretend(timezone.now()):
        for name in ("王小明", "李红", ""):
            order = city.register(caller_name=name)
        for name, content in (("漏水.jpg", JPEG), ("经过.txt", "两天了，没人管。".encode())):
            actions.attach(order, by=city.lin, file=given(name, content))
    path = tmp_path / "city.backup"
    call_command("backup", path, stdout=StringIO())
    return path


@pytest.fixture
def empty_place() -> Iterator[Postgres]:
    """A PostgreSQL in which nobody has been yet; not under pytest's own folder, PostgreSQL runs as another user."""
    place = Path(tempfile.mkdtemp(prefix="hotline-"))
    server = Postgres(place / "postgres", FOR_TESTS)
    server.start()
    yield server
    server.release()
    shutil.rmtree(place, ignore_errors=True)


def restored(file: Path, server: Postgres, **more: str) -> str:
    """What `manage.py restore` says on another machine that was given the keys."""
    keys = {
        "SECRET_KEY": configured.SECRET_KEY,
        "CALLER_KEYS": ",".join(configured.CALLER_KEYS),
        "CALLER_HASH_KEY": configured.CALLER_HASH_KEY,
    }
    env = on_this_database(
        BROKER, DATABASE_URL=server.url(), HOTLINE_VAR_DIR=str(server.folder.parent), **{**keys, **more}
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", file],
        env=env, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{done.stdout}{done.stderr}exit {done.returncode}"


def every_table(url: str) -> dict[str, Any]:
    """Each table's rows, as one number that differs when any differs."""
    found = {}
    with closing(psycopg2.connect(url)) as session, session.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(CONTENT.format(table))
            found[table] = (cursor.fetchone() or (None,))[0]
    return found


def every_file(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def our_url() -> str:
    known = connection.settings_dict
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def manifest_of(file: Path) -> dict[str, Any]:
    with tarfile.open(file) as tar:
        source = tar.extractfile(MANIFEST)
        assert source is not None
        told: dict[str, Any] = json.load(source)
        return told


def retold(file: Path, **changes: Any) -> Path:
    """The same backup with another manifest."""
    folder = file.with_suffix(".unpacked")
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **changes}))
    other = file.with_suffix(".retold")
    with tarfile.open(other, "w") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder), recursive=False)
    return other


def test_a_backup_becomes_the_same_city_in_an_empty_place(backup: Path, files: Path, empty_place: Postgres) -> None:
    said = restored(backup, empty_place)
    assert "The closure guarantee holds." in said and said.endswith("exit 0"), said
    assert "the keys open every caller" in said
    assert every_table(empty_place.url()) == every_table(our_url())
    assert every_file(empty_place.folder.parent / "files") == every_file(files)
    kept = Attachment.objects.get(name="漏水.jpg")
    assert (empty_place.folder.parent / "files" / str(kept.file)).read_bytes() == JPEG
    assert "The database is not empty" in restored(backup, empty_place)


def test_a_backup_is_private_whole_and_without_keys(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir() if "partial" in path.name] == []
    manifest = manifest_of(backup)
    assert manifest["rows"] == contents.rows() and manifest["rows"]["workorders_workorder"] == 3
    assert {tuple(one) for one in manifest["migrations"]} == set(contents.migrations())
    whole = backup.read_bytes()
    for secret in (*configured.CALLER_KEYS, configured.CALLER_HASH_KEY, configured.SECRET_KEY, "王小明", "13812340271"):
        assert secret.encode() not in whole


def test_what_is_written_while_the_backup_is_taken_is_not_in_it(city: City, files: Path, tmp_path: Path) -> None:
    """Rows are counted and dumped in one snapshot."""
    with pretend(timezone.now()):
        city.register()

    def somebody_writes(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql == "SELECT pg_export_snapshot()":
            with closing(psycopg2.connect(our_url())) as session, session, session.cursor() as cursor:
                cursor.execute(ANOTHER)
        return answer

    with connection.execute_wrapper(somebody_writes):
        call_command("backup", tmp_path / "city.backup", stdout=StringIO())
    manifest = manifest_of(tmp_path / "city.backup")
    assert manifest["rows"]["staff_area"] == contents.rows()["staff_area"] - 1


def test_a_file_that_is_there_is_replaced_only_on_request(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", backup)
    assert backup.read_bytes() == before
    call_command("backup", backup, "--force", stdout=StringIO())
    assert manifest_of(backup)["rows"] == contents.rows()


def test_what_fails_leaves_nothing_behind(city: City, files: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", tmp_path / "nowhere" / "city.backup")
    with pytest.raises(CommandError, match="among the attachments"):
        call_command("backup", files / "city.backup")
    locked = tmp_path / "city.backup"
    locked.mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", locked, "--force")
    assert not list(tmp_path.glob("*partial*")) and not list(tmp_path.glob(".*partial*"))


@pytest.mark.parametrize("place", [0.03, 0.5])
def test_a_damaged_file_is_refused(backup: Path, place: float, empty_database: None) -> None:
    data = bytearray(backup.read_bytes())
    at = int(len(data) * place)
    data[at] ^= 0xFF
    backup.write_bytes(data)
    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", backup)
    assert contents.is_empty()


@pytest.fixture
def empty_database(backup: Path, files: Path, settings: Any, tmp_path: Path) -> Iterator[None]:
    """An empty database beside the test's own, and an empty folder."""
    name = str(connection.settings_dict["NAME"])
    other = f"{name}_empty"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {other}")
        cursor.execute(f"CREATE DATABASE {other} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = other
    settings.MEDIA_ROOT = tmp_path / "empty"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {other} WITH (FORCE)")


def test_half_a_file_and_no_file_are_refused(backup: Path, empty_database: None) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(CommandError, match=r"no backup, or|not written to its end|ends too early"):
        call_command("restore", backup)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", backup.with_name("other"))


def test_other_keys_are_refused_before_anything_is_written(backup: Path, settings: Any, empty_database: None) -> None:
    own, own_hash = settings.CALLER_KEYS, settings.CALLER_HASH_KEY
    settings.CALLER_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="CALLER_KEYS do not open the callers of this backup"):
        call_command("restore", backup)
    settings.CALLER_KEYS, settings.CALLER_HASH_KEY = own, "another-key-of-thirty-two-characters"
    with pytest.raises(CommandError, match="CALLER_HASH_KEY is not the one of this backup"):
        call_command("restore", backup)
    settings.CALLER_HASH_KEY = own_hash
    assert contents.is_empty()


def test_a_newer_key_in_front_opens_an_older_backup(backup: Path, settings: Any, empty_database: None) -> None:
    settings.CALLER_KEYS = [Fernet.generate_key().decode(), *settings.CALLER_KEYS]
    out = StringIO()
    call_command("restore", backup, stdout=out)
    assert "The closure guarantee holds." in out.getvalue()


def test_a_place_that_is_not_empty_is_left_alone(backup: Path, empty_database: None, settings: Any) -> None:
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "mine").touch()
    with pytest.raises(CommandError, match=r"is not empty\. Move what is in it away"):
        call_command("restore", backup)
    (settings.MEDIA_ROOT / "mine").unlink()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine ()")
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", backup)
    assert list(settings.MEDIA_ROOT.iterdir()) == []


def test_a_backup_of_a_newer_program_is_refused(backup: Path, empty_database: None) -> None:
    migrations = [*manifest_of(backup)["migrations"], ["workorders", "9999_of_next_year"]]
    with pytest.raises(CommandError, match=r"newer than this program.*workorders 9999_of_next_year"):
        call_command("restore", retold(backup, migrations=migrations))
    with pytest.raises(CommandError, match="edition 2"):
        call_command("restore", retold(backup, edition=2))
    with pytest.raises(CommandError, match="take a newer one"):
        call_command("restore", retold(backup, server=99))


def test_a_name_that_leads_out_of_the_folder_is_refused(backup: Path, empty_database: None) -> None:
    parts = [*manifest_of(backup)["parts"], {"name": "files/../../escaped", "size": 0, "sha256": ""}]
    with pytest.raises(CommandError, match="has no place in a backup"):
        call_command("restore", retold(backup, parts=parts))


def test_an_attachment_that_is_named_and_not_there_is_told(backup: Path, files: Path) -> None:
    kept, gone = Attachment.objects.order_by("pk")
    assert contents.named() == {str(kept.file), str(gone.file)} <= set(contents.stored())
    assert manifest_of(backup)["missing"] == []
    (files / str(gone.file)).unlink()
    out = StringIO()
    call_command("backup", backup, "--force", stdout=StringIO(), stderr=out)
    assert manifest_of(backup)["missing"] == [str(gone.file)] and str(gone.file) in out.getvalue()


def test_a_program_that_is_absent_or_too_old_is_said(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + "/bin")
    settings.DATABASE_URL = our_url()
    assert programs.version(old) == 9
    assert programs.find("pg_dump", least=9) == old, "of this machine where the server is elsewhere"
    assert programs.find("pg_dump", least=15) != old, "the wheel's where this machine's is too old"
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL 99 or newer is needed \(.*version 9"):
        programs.find("pg_dump", least=99)


def test_the_dump_can_be_taken_out_with_tar_alone(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        dump = tar.extractfile(DATABASE)
        assert dump is not None and dump.read(5) == b"PGDMP"
