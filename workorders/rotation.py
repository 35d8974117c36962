"""密钥轮换: what lies encrypted under an older key is written anew under the first of CALLER_KEYS, while people work.

A token does not say whose key made it, so the rows themselves are the record of how far this is: one that the first key
opens is done and passed over. Killed anywhere it is begun again, and what was done costs reading only.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from staff.models import SecondFactor
from staff.sealing import box
from workorders.encryption import EncryptedTextField
from workorders.models.registration import Registration

BATCH = 500

# Columns sealed by hand, by model; apps above enter theirs when they are ready. Encrypted fields are known as such.
SEALED: dict[type[models.Model], tuple[str, ...]] = {Registration: ("answer",), SecondFactor: ("secret",)}


@dataclass(frozen=True)
class Place:
    """A table, its key and its columns of tokens."""

    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Anew:
    """A row's tokens as they were read, and as the first key writes them."""

    key: int
    was: list[bytes]
    new: list[bytes]


@dataclass(frozen=True)
class Progress:
    """A batch of a table's rows, looked at in the order of their keys."""

    table: str
    read: int
    # Under an older key: written anew, or only counted.
    old: int
    # Somebody wrote them in between; with which key, the next look tells.
    overtaken: int
    # No key of this installation opens them.
    closed: tuple[int, ...]
    upto: int


def places() -> list[Place]:
    """Every column that holds tokens of CALLER_KEYS, wherever it is."""
    found = []
    for model in apps.get_models():
        meta = model._meta
        names = [str(field.column) for field in meta.local_concrete_fields if isinstance(field, EncryptedTextField)]
        names += SEALED.get(model, ())
        if names:
            assert meta.pk is not None
            found.append(Place(meta.db_table, str(meta.pk.column), tuple(names)))
    return found


def rotate(*, write: bool = True, batch: int = BATCH) -> Generator[Progress, None, None]:
    """Go through all of them once, a batch at a time, without holding a row between two statements."""
    for place in places():
        after = 0
        while progress := _batch(place, after, batch, write):
            yield progress
            after = progress.upto


def left() -> int:
    """How many rows an older key is still needed for."""
    return sum(progress.old + len(progress.closed) for progress in rotate(write=False))


def _batch(place: Place, after: int, batch: int, write: bool) -> Progress | None:
    first, columns = Fernet(settings.CALLER_KEYS[0]), ", ".join(place.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {place.key}, {columns} FROM {place.table} WHERE {place.key} > %s ORDER BY {place.key} LIMIT %s",  # noqa: S608  names of our own models
            [after, batch],
        )
        rows = [(row[0], [bytes(token) for token in row[1:]]) for row in cursor.fetchall()]
    if not rows:
        return None
    anew: list[Anew] = []
    closed = []
    for key, tokens in rows:
        if all(_opens(first, token) for token in tokens):
            continue
        try:
            anew.append(Anew(key, tokens, [box().rotate(token) if token else b"" for token in tokens]))
        except InvalidToken:
            closed.append(key)
    written = _write(place, anew) if write and anew else len(anew)
    return Progress(place.table, len(rows), len(anew), len(anew) - written, tuple(closed), rows[-1][0])


def _opens(key: Fernet, token: bytes) -> bool:
    try:
        if token:
            key.decrypt(token)
        return True
    except InvalidToken:
        return False


def _write(place: Place, anew: list[Anew]) -> int:
    """Write those that are as they were read; who wrote in between is not overwritten. Returns how many."""
    was, new = [f"was_{name}" for name in place.columns], [f"new_{name}" for name in place.columns]
    changes = ", ".join(f"{name} = anew.{to}" for name, to in zip(place.columns, new, strict=True))
    unchanged = " AND ".join(f"kept.{name} = anew.{before}" for name, before in zip(place.columns, was, strict=True))
    arrays = ", ".join(["%s::bigint[]", *["%s::bytea[]"] * len(was + new)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {place.table} kept SET {changes} FROM unnest({arrays}) anew (key, {', '.join(was + new)}) "  # noqa: S608  names of our own models
            f"WHERE kept.{place.key} = anew.key AND {unchanged}",
            [
                [one.key for one in anew],
                *([one.was[nth] for one in anew] for nth in range(len(was))),
                *([one.new[nth] for one in anew] for nth in range(len(new))),
            ],
        )
        return int(cursor.rowcount)
