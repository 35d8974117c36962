"""The desk's queues as lists that can be exported: each to whom it belongs."""

from __future__ import annotations

from functools import partial

from desk.queues import QUEUES, QueueKind, queues_of, rows
from oversight.lists import LISTS
from staff.models import User
from workorders.models.order import WorkOrderQuerySet


def enter() -> None:
    """Enter every queue beside the plain list."""
    LISTS.update({kind.key: partial(_rows, kind) for kind in QUEUES})


def _rows(kind: QueueKind, user: User) -> WorkOrderQuerySet | None:
    return rows(kind, user) if kind in queues_of(user) else None
