"""The working calendar in force: read from the database, kept in memory, never older than a few seconds.

One query reads all of it, so looking whether it changed is reading it again. What a transaction still open has
edited is seen by that transaction only, and gone when it rolls back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from threading import local
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.calendar import WorkingCalendar
from staff.models import CalendarDay, CalendarYear, WorkingSession, calendar_rows_written
from staff.now import now

# After so many seconds at most, edits made by other processes take effect.
FRESH_FOR = 4.0

Rows = list[tuple[str, str, str, str]]

_EVERYTHING = """
    SELECT 'day', date::text, is_working::text, name FROM staff_calendarday
    UNION ALL SELECT 'year', year::text, '', '' FROM staff_calendaryear WHERE is_official
    UNION ALL SELECT 'session', starts::text, ends::text, '' FROM staff_workingsession
    ORDER BY 1, 2
"""


@dataclass(frozen=True)
class _Kept:
    rows: Rows
    calendar: WorkingCalendar
    read_at: float


class _Edits:
    """The edits of one open transaction; called when it commits."""

    def __call__(self) -> None:
        forget()

    def are_open(self) -> bool:
        """Whether the transaction, or the savepoint, of these edits has neither committed nor rolled back."""
        return any(hook[1] is self for hook in connection.run_on_commit)


class _Mine(local):
    edits: _Edits | None = None


_kept: _Kept | None = None
_forgotten = 0
_mine = _Mine()


def current() -> WorkingCalendar:
    """The calendar in force; at most one query, and usually none."""
    global _kept
    if _mine.edits is not None:
        if _mine.edits.are_open():
            return _build(_read())
        _mine.edits = None
    kept = _kept
    if kept is not None and monotonic() - kept.read_at < FRESH_FOR:
        return kept.calendar
    forgotten, read_at, rows = _forgotten, monotonic(), _read()
    calendar = kept.calendar if kept is not None and kept.rows == rows else _build(rows)
    if forgotten == _forgotten:  # else another thread committed an edit while we read
        _kept = _Kept(rows, calendar, read_at)
    return calendar


def forget() -> None:
    """Read the tables again at the next question."""
    global _kept, _forgotten
    _kept, _forgotten = None, _forgotten + 1


def calendar_warnings() -> list[str]:
    """What is missing from the calendar, in words: for the pages of those who can mend it, and for the log."""
    calendar, this_year = current(), timezone.localdate(now()).year
    words = [
        _("The holidays of %(year)s are not official yet: time limits that reach into it are provisional.")
        % {"year": year}
        for year in (this_year, this_year + 1)
        if year not in calendar.official_years
    ]
    if not calendar.has_sessions:
        words.append(_("No working sessions are entered: the default ones are used."))
    return words


def _edited(**_signal: Any) -> None:
    """Rows were written: take them in at once here, and for everybody when they are committed."""
    forget()
    if connection.in_atomic_block and (_mine.edits is None or not _mine.edits.are_open()):
        _mine.edits = _Edits()
        transaction.on_commit(_mine.edits)


def _read() -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(_EVERYTHING)
        return list(cursor.fetchall())


def _build(rows: Rows) -> WorkingCalendar:
    return WorkingCalendar(
        days={date.fromisoformat(key): (value == "true", name) for kind, key, value, name in rows if kind == "day"},
        official_years=[int(key) for kind, key, _value, _name in rows if kind == "year"],
        sessions=[
            (time.fromisoformat(key), time.fromisoformat(value))
            for kind, key, value, _name in rows
            if kind == "session"
        ],
    )


for _model in (CalendarDay, CalendarYear, WorkingSession):
    for _signal in (post_save, post_delete, calendar_rows_written):
        _signal.connect(_edited, sender=_model, dispatch_uid=f"calendars-{_model.__name__}")
