"""What a backup has to hold: every table's rows, the migrations, the files, and which files the rows name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps as installed
from django.apps.registry import Apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

# Everything somebody has made in the database; what an extension brings along is not ours.
MADE_HERE = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""


def rows() -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table's own name
            counts[table] = int((cursor.fetchone() or (0,))[0])
    return counts


def server() -> int:
    """The major version of the database's server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int((cursor.fetchone() or (0,))[0]) // 10000


def migrations() -> list[tuple[str, str]]:
    return sorted(MigrationRecorder(connection).applied_migrations())


def is_empty() -> bool:
    """Whether nobody has made anything in the database."""
    with connection.cursor() as cursor:
        cursor.execute(MADE_HERE)
        (count,) = cursor.fetchone() or (0,)
        return bool(count == 0)


def named(registry: Apps = installed) -> set[str]:
    """The attachments that the database names."""
    found: set[str] = set()
    for model in registry.get_models():
        if model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.FileField):
                values = model._default_manager.values_list(field.attname, flat=True)
                found.update(value for value in values.iterator() if value)
    return found


def stored() -> Iterator[str]:
    """The attachments that are there, by their names below the folder of files."""
    folder = Path(settings.MEDIA_ROOT)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix()
