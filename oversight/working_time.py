"""Working time inside the database: sums over a million rows cannot ask the calendar row by row."""

from __future__ import annotations

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
    """Seconds inside working sessions from a fixed day until a moment; the difference of two is the time worked.

    The calendar goes along as an array: the seconds worked until the beginning of each day. The day's own sessions are
    added by plain arithmetic, so each row costs a subscript and a few comparisons.
    """

    output_field = FloatField()

    def __init__(self, moment: str) -> None:
        super().__init__(F(moment))

    def as_sql(self, compiler: Any, connection: Any, *_parts: Any, **_context: Any) -> Any:
        moment, params = compiler.compile(self.get_source_expressions()[0])
        first, worked, sessions = _table(current())
        local = f"({moment} AT TIME ZONE %s)"
        zone = settings.TIME_ZONE
        day = f"({local}::date - %s::date + 1)"
        inside = " + ".join(
            f"greatest(0, least(extract(epoch FROM {local}::time)::float - %s, %s))" for _session in sessions
        )
        day_params = [*params, zone, first]
        session_params = [value for begins, length in sessions for value in (*params, zone, begins, length)]
        sql = f"((%s::int[])[{day}] + CASE WHEN (%s::int[])[{day} + 1] > (%s::int[])[{day}] THEN {inside} ELSE 0 END)"
        array = "{" + ",".join(map(str, worked)) + "}"
        return sql, [array, *day_params, array, *day_params, array, *day_params, *session_params]


def _table(calendar: WorkingCalendar) -> tuple[date, list[int], list[tuple[int, int]]]:
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
