"""附件 as the page has them: the files this person may see, and what he may do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from staff.models import User
from workorders import actions, workflow
from workorders.models import Attachment, WorkOrder

# The entry that comes with a file; others tell of one that came before.
ADDED = "workorder.attached"


@dataclass(frozen=True)
class Row:
    """A file that is there. `kept` from departments is said to the hotline only."""

    pk: int
    name: str
    size: int
    at: datetime
    by: str
    department: str
    removable: bool
    kept: bool


@dataclass(frozen=True)
class Files:
    """`names` are by the attachments' ids, of removed ones too: the timeline tells of them."""

    rows: list[Row]
    names: dict[int, str]
    can_add: bool
    asks_audience: bool
    shown_at_first: bool
    most: int


def files_of(order: WorkOrder, user: User, events: Iterable[Any]) -> Files:
    """The files that the timeline tells of, as `timeline.entries_of` read them: no statement of their own."""
    told = [(event, _attachment(event, order)) for event in events if event.file_id and event.verb == ADDED]
    seen = [(event, one) for event, one in told if workflow.may_see(one, order, user)]
    inside, removes = user.department_id is not None, workflow.DETACH.open_to(order, user)
    return Files(
        rows=[
            Row(
                pk=one.pk,
                name=one.name,
                size=one.size,
                at=event.at,
                by=event.name,
                department=event.department,
                removable=removes and actions.is_theirs(one, user),
                kept=not inside and not one.department_id and not workflow.shows_departments(one, order),
            )
            for event, one in reversed(seen)
            if one.removed_at is None
        ],
        names={one.pk: one.name for _event, one in seen},
        can_add=workflow.ATTACH.open_to(order, user),
        asks_audience=not inside,
        shown_at_first=not workflow.hides_caller(order),
        most=settings.ATTACHMENT_FILE_BYTES,
    )


def _attachment(event: Any, order: WorkOrder) -> Attachment:
    return Attachment(
        pk=event.file_id,
        order=order,
        name=event.file_name,
        size=event.file_size,
        audience=event.file_audience,
        department_id=event.file_department_id,
        added_by_id=event.by_id,
        removed_at=event.file_removed_at,
    )
