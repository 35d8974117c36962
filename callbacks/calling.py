"""When citizens may be called: the calling hours, and the half-day of the next try. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

# Calling hours [default]: morning and afternoon-evening, never after 21:00. Local time.
HALF_DAYS = ((time(8, 30), time(12, 0)), (time(14, 0), time(20, 0)))
# How often the citizen is tried before he counts as unreachable, over at least two days.
ATTEMPTS = 3


def is_calling_time(at: datetime) -> bool:
    """Whether a citizen may be called at this moment."""
    clock = timezone.localtime(at).time()
    return any(start <= clock < end for start, end in HALF_DAYS)


def next_half_day(at: datetime) -> tuple[datetime, datetime]:
    """The first calling half-day that begins after `at`: its beginning and its end."""
    local = timezone.localtime(at)
    for days in range(2):
        day = local.date() + timedelta(days=days)
        for start, end in HALF_DAYS:
            begins = datetime.combine(day, start, tzinfo=local.tzinfo)
            if begins > local:
                return begins, datetime.combine(day, end, tzinfo=local.tzinfo)
    raise AssertionError("a day has a half-day to call in")


def next_try(attempts: int, first_at: datetime, at: datetime) -> tuple[datetime, datetime]:
    """The half-day of the next try after `attempts` failed ones: another than this; the last on another day."""
    begins, ends = next_half_day(at)
    last = attempts + 1 >= ATTEMPTS
    while last and timezone.localtime(begins).date() == timezone.localtime(first_at).date():
        begins, ends = next_half_day(begins)
    return begins, ends
