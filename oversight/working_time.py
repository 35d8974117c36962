"""Working time inside the database: sums over a million rows cannot ask the calendar row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, FloatField, Func
from django.utils import timezone

from referrals.models import Referral
from staff.calendar import ONE_DAY, WorkingCalendar
from staff.calendars import current
from staff.now import now


class WorkingSeconds(Func):
    """Seconds inside working sessions from one moment to a later one.

    The calendar goes along as an array: the seconds worked from a fixed day until the beginning of each day. The day's
    own sessions are added by plain arithmetic, so each row costs a few subscripts and comparisons.
    """

    output_field = FloatField()

    def __init__(self, since: str, until: str) -> None:
        super().__init__(F(since), F(until))

    def as_sql(self, compiler: Any, connection: Any, *_parts: Any, **_context: Any) -> Any:
        table = _table(current())
        compiled = [compiler.compile(moment) for moment in self.get_source_expressions()]
        since, until = (_worked_until(sql, params, table) for sql, params in compiled)
        return f"({until[0]} - {since[0]})", [*until[1], *since[1]]


def basis() -> str:
    """The same as long as working time comes out as the same SQL: the calendar, its first day here, and today."""
    return f"{current().fingerprint()} {first_day()} {timezone.localdate(now())}"


Table = tuple[date, list[int], list[tuple[int, int]]]


def _worked_until(moment: str, params: Iterable[Any], table: Table) -> tuple[str, list[Any]]:
    """Seconds worked from the table's first day until a moment, as SQL and its parameters."""
    first, worked, sessions = table
    local = f"({moment} AT TIME ZONE %s)"
    at = [*params, settings.TIME_ZONE]
    day, day_params = f"({local}::date - %s::date + 1)", [*at, first]
    inside = " + ".join(f"greatest(0, least(extract(epoch FROM {local}::time)::float - %s, %s))" for _one in sessions)
    array = "{" + ",".join(map(str, worked)) + "}"
    sql = f"((%s::int[])[{day}] + CASE WHEN (%s::int[])[{day} + 1] > (%s::int[])[{day}] THEN {inside} ELSE 0 END)"
    of_day = [array, *day_params]
    return sql, [*of_day * 3, *(value for begins, length in sessions for value in (*at, begins, length))]


def _table(calendar: WorkingCalendar) -> Table:
    """The first day, the seconds worked until the beginning of each day from it on, and each session's begin and
    length in seconds."""
    sessions = [(_seconds(starts), _seconds(ends) - _seconds(starts)) for starts, ends in calendar.sessions]
    a_day = sum(length for _begins, length in sessions)
    first = first_day()
    worked = [0]
    for count in range((timezone.localdate(now()) - first).days + 2):
        worked.append(worked[-1] + (a_day if calendar.is_working(first + count * ONE_DAY) else 0))
    return first, worked, sessions


def first_day() -> date:
    """The day of the first dispatch there is; nothing is measured from before it."""
    sent_at: datetime | None = Referral.objects.order_by("sent_at").values_list("sent_at", flat=True).first()
    return timezone.localdate(sent_at or now()) - timedelta(days=1)


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
