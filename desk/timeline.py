"""流程记录 as the page has it: the entries in words, the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from desk import verbs
from desk.moments import Moment, moment
from staff.now import now
from workorders.models import Event, WorkOrder

# So many entries of the clock in a row are folded behind the latest.
FOLDED_FROM = 3
ENTRIES = """
SELECT entry.*, coalesce(nullif(person.name, ''), person.username, '') AS name
FROM workorders_event AS entry LEFT JOIN staff_user AS person ON person.id = entry.by_id
WHERE entry.order_id = %s ORDER BY entry.seq DESC
"""


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline in words; cards of the clock that came right before it are folded behind it."""

    icon: str
    words: str
    at: Moment
    by: str
    department: str
    public: str
    note: str
    earlier: list[Entry]


def timeline(order: WorkOrder) -> list[Entry]:
    """The latest first; several cards of the clock in a row are folded behind the latest."""
    entries: Iterable[Event] = Event.objects.raw(ENTRIES, [order.pk])
    at, found = now(), []
    for by_clock, run in groupby(entries, key=lambda event: event.by_id is None and event.informative):
        told = [_entry(event, at) for event in run]
        if by_clock and len(told) >= FOLDED_FROM:
            found.append(replace(told[0], earlier=told[1:]))
        else:
            found += told
    return found


def _entry(event: Any, at: datetime) -> Entry:
    return Entry(
        icon=verbs.icon(event),
        words=verbs.sentence(event),
        at=moment(event.at, at),
        by=event.name,
        department=event.department,
        public=event.public,
        note=event.note,
        earlier=[],
    )
