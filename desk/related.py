"""Other orders that one should know of beside this one: merged into it, of the same number, of the same place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse

from desk.colours import colour
from workorders.models import Caller, Status, WorkOrder

# Each relation and how its orders are found; the latest five of each, all in one statement.
RELATIONS = {
    "riders": "FROM workorders_workorder AS other WHERE other.merged_into_id = %(order)s",
    "same_caller": "FROM workorders_caller AS caller JOIN workorders_workorder AS other ON other.id = caller.order_id"
    " WHERE caller.phone_hash = %(phone)s AND other.id <> %(order)s",
    "same_place": "FROM workorders_workorder AS other WHERE other.address = %(address)s"
    " AND other.area_id IS NOT DISTINCT FROM %(area)s AND other.id <> %(order)s",
}
LATEST = "ORDER BY other.registered_at DESC, other.id DESC LIMIT 5"


@dataclass(frozen=True)
class Related:
    """Another order, as far as a line tells of it."""

    url: str
    title: str
    status: str
    colour: str


def related(order: WorkOrder, caller: Caller | None, inside: bool) -> dict[str, list[Related]]:
    """The latest of each relation; a department's people are told of those merged into it only."""
    names = ["riders"]
    if not inside and caller is not None and caller.phone_hash is not None:
        names.append("same_caller")
    if not inside and order.address:
        names.append("same_place")
    told: dict[str, Any] = {
        "order": order.pk,
        "phone": caller.phone_hash if caller else None,
        "address": order.address,
        "area": order.area_id,
    }
    statements = (
        f"(SELECT '{name}', other.number, other.title, other.status {RELATIONS[name]} {LATEST})" for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), told)
        rows = cursor.fetchall()
    found: dict[str, list[Related]] = {}
    for name, number, title, status in rows:
        line = Related(reverse("desk:dossier", args=[number]), title, str(Status(status).label), colour(status))
        found.setdefault(name, []).append(line)
    return found
