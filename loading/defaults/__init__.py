"""The trade's default data: the category tree and the time limits, as files to read and edit.

An empty installation gets all of it. Later loadings add what is missing by code or by place in the table, and touch
nothing that is there: what an administrator renamed, moved or changed stays as he left it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from workorders.models import Category, TimeLimit

FOLDER = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    """One of the files, as rows."""
    rows: list[dict[str, Any]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return rows


@transaction.atomic
def load() -> tuple[int, int]:
    """Enter what is missing; returns how many categories and limits are new."""
    return _categories(), _limits()


def _categories() -> int:
    known = {category.code: category for category in Category.objects.all()}
    places = {(category.parent_id, category.name) for category in known.values()}
    new = 0
    for first in read("categories.yaml"):
        parent = known.get(first["code"])
        if parent is None:
            if (None, first["name"]) in places:
                continue  # the administrator has one of this name under a code of his own, and arranged it
            parent = Category.objects.create(code=first["code"], name=first["name"])
            new += 1
        for entry in first["entries"]:
            if entry["code"] in known or (parent.pk, entry["name"]) in places:
                continue
            Category.objects.create(
                parent=parent,
                code=entry["code"],
                name=entry["name"],
                kind=entry["kind"],
                urgency=entry.get("urgency", "normal"),
                sensitive=entry.get("sensitive", False),
                keywords=entry["keywords"],
            )
            new += 1
    return new


def _limits() -> int:
    new = 0
    for row in read("limits.yaml"):
        amount, unit = row["limit"].split()
        _row, created = TimeLimit.objects.get_or_create(
            step=row["step"],
            kind=row.get("kind", ""),
            urgency=row.get("urgency", ""),
            category=None,
            for_rework=row.get("rework", False),
            defaults={
                "amount": int(amount),
                "unit": unit,
                "extensions": row.get("extensions", 0),
                "extension_days": row.get("days", 0),
            },
        )
        new += created
    return new
