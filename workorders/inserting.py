"""An order and what comes into the world with it, in one statement: the hall waits once for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def insert(rows: Sequence[Model]) -> None:
    """Insert an order and rows that belong to it; the order comes first and is given its key."""
    order, *parts = rows
    head = f"WITH registered AS ({_order(type(order))} RETURNING id)"
    middle = "".join(f", part_{nth} AS ({_part(type(part))})" for nth, part in enumerate(parts))
    connection = connections[DEFAULT_DB_ALIAS]  # not looked up anew for each of sixty values
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in _fields(type(row))
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{head}{middle} SELECT id FROM registered", values)  # noqa: S608  names of our own tables
        order.pk = cursor.fetchone()[0]
    order._state.adding, order._state.db = False, connection.alias


@cache
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """What is written of a row: not its own key, which the database gives, nor its order's, which is not known yet."""
    return [field for field in model._meta.local_concrete_fields if field.column not in ("id", "order_id")]


@cache
def _order(model: type[Model]) -> str:
    fields = _fields(model)
    columns = ", ".join(str(field.column) for field in fields)
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608  as above


@cache
def _part(model: type[Model]) -> str:
    fields = _fields(model)
    columns = ", ".join(["order_id", *(str(field.column) for field in fields)])
    values = ", ".join(["id", *["%s"] * len(fields)])
    return f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} FROM registered"  # noqa: S608  as above
