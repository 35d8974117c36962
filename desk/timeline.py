"""流程记录 as the page has it: the entries in words, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from desk import verbs
from desk.moments import Moment, moment
from staff.now import now
from staff.reading import read
from workorders.models import Event, WorkOrder

# So many entries of the clock in a row are folded behind the latest.
FOLDED_FROM = 3
# Each entry with the name of who acted, and the file it is about.
ENTRIES = """
SELECT entry.*, coalesce(nullif(person.name, ''), person.username, '') AS name,
       file.id AS file_id, file.name AS file_name, file.size AS file_size, file.audience AS file_audience,
       file.department_id AS file_department_id, file.removed_at AS file_removed_at
FROM workorders_event AS entry LEFT JOIN staff_user AS person ON person.id = entry.by_id
LEFT JOIN workorders_attachment AS file
    ON file.order_id = entry.order_id AND file.id = (entry.data ->> 'attachment')::bigint
WHERE entry.order_id = %s ORDER BY entry.seq DESC
"""


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline in words; cards of the clock that came right before it are folded behind it.

    `file` is the name of the file it is about, empty where the reader may not know it.
    """

    icon: str
    words: str
    file: str
    at: Moment
    by: str
    department: str
    public: str
    note: str
    earlier: list[Entry]


def entries_of(order: WorkOrder) -> list[Event]:
    """The entries, the latest first."""
    return read(Event, ENTRIES, [order.pk])


def timeline(events: Iterable[Event], names: Mapping[int, str]) -> list[Entry]:
    """The entries in words; several cards of the clock in a row are folded behind the latest. `names` are those of the
    files the reader may see."""
    at, found = now(), []
    for by_clock, run in groupby(events, key=lambda event: event.by_id is None and event.informative):
        told = [_entry(event, at, names) for event in run]
        if by_clock and len(told) >= FOLDED_FROM:
            found.append(replace(told[0], earlier=told[1:]))
        else:
            found += told
    return found


def _entry(event: Any, at: datetime, names: Mapping[int, str]) -> Entry:
    return Entry(
        icon=verbs.icon(event),
        words=verbs.sentence(event),
        file=names.get(event.data.get("attachment"), ""),
        at=moment(event.at, at),
        by=event.name,
        department=event.department,
        public=event.public,
        note=event.note,
        earlier=[],
    )
