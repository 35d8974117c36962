"""Years of the calendar, loaded from maintained packages: notices where they are known, statutory days where not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar
import holidays
from django.db import transaction

from staff.calendar import DEFAULT_SESSIONS
from staff.models import CalendarDay, CalendarYear, WorkingSession
from staff.now import now

FIRST_YEAR, LAST_YEAR = 2017, 2027
NOTICE = "chinesecalendar"
STATUTORY = "holidays"
# What the second package calls differently from the notices.
SHORT_NAMES = {"农历除夕": "春节", "清明节": "清明", "端午节": "端午", "中秋节": "中秋"}

Days = dict[date, tuple[bool, str]]


@cache
def notice(year: int) -> Days | None:
    """The special days of a year by the State Council's notice, or None while the package does not know it."""
    day, days = date(year, 1, 1), Days()
    try:
        while day.year == year:
            off, name = chinese_calendar.get_holiday_detail(day)
            if name is not None:
                days[day] = (not off, str(chinese_calendar.Holiday(name).chinese))
            day += timedelta(days=1)
    except NotImplementedError:
        return None
    return days


@cache
def statutory(year: int) -> Days:
    """The days off by law alone: no bridges, no make-up days; those only the notice names."""
    days = Days()
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    for day, names in table.items():
        first = names.split("; ")[0].split("（")[0]
        days[day] = (False, SHORT_NAMES.get(first, first))
    return days


@transaction.atomic
def load_years(years: Iterable[int]) -> list[int]:
    """Bring these years up to what the packages know; returns those whose days or standing changed.

    What people entered stays: a day entered by hand wins over the package, and a year they declared official
    that the package does not know yet is left as it is. Safe to run again.
    """
    if not WorkingSession.objects.exists():
        sessions = [WorkingSession(starts=starts, ends=ends) for starts, ends in DEFAULT_SESSIONS]
        WorkingSession.objects.bulk_create(sessions)
    known = {row.year: row for row in CalendarYear.objects.select_for_update()}
    return [year for year in sorted(set(years)) if _load(year, known.get(year))]


def load_if_empty() -> None:
    """A database without any calendar gets the years this version knows."""
    if not CalendarYear.objects.exists():
        load_years(range(FIRST_YEAR, LAST_YEAR + 1))


def _load(year: int, row: CalendarYear | None) -> bool:
    published = notice(year)
    if row is not None and row.is_official and published is None:
        return False
    official = published is not None
    days = _replace_days(year, published if published is not None else statutory(year))
    if row is not None and not days and row.is_official == official:
        return False
    CalendarYear.objects.update_or_create(
        year=year,
        defaults={"is_official": official, "source": NOTICE if official else STATUTORY, "loaded_at": now()},
    )
    return True


def _replace_days(year: int, wanted: Days) -> bool:
    """Make the loaded days of a year exactly these, beside those entered by hand; whether anything changed."""
    rows = {row.date: row for row in CalendarDay.objects.filter(date__year=year)}
    kept = {day for day, row in rows.items() if row.by_hand}
    wanted = {day: value for day, value in wanted.items() if day not in kept}
    loaded = {day: (row.is_working, row.name) for day, row in rows.items() if not row.by_hand}
    if loaded == wanted:
        return False
    CalendarDay.objects.filter(date__year=year, by_hand=False).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, is_working=working, name=name) for day, (working, name) in wanted.items()
    )
    return True
