"""工作日历: which days and hours count, and why a limit ends when it ends. Pure.

A calendar is special days (holidays, and make-up days 调休) over the plain week, and the sessions of a working day.
Every result carries its explanation as lines of data: kept with the limit, put into words by `staff.explain`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings

from staff.explain import NAMES_JOINED_BY, Line, explain

__all__ = ["DEFAULT_SESSIONS", "Due", "NeverOpen", "WorkingCalendar", "explain"]

# Working sessions [default], local time; in force as long as none are entered.
DEFAULT_SESSIONS = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
ONE_DAY = timedelta(days=1)
# So many days without a working day are a mistake in the calendar, not a holiday.
LONGEST_BREAK = 60


class NeverOpen(ValueError):
    """The calendar has no working day within reach: its special days are wrong."""


@dataclass(frozen=True)
class Due:
    """When a limit ends, its explanation line by line, and whether it rests on a year that is not official yet."""

    at: datetime
    lines: list[Line]
    provisional: bool


class WorkingCalendar:
    """Working days by the State Council's notices, working hours by the city's sessions.

    `days` maps a date to whether it is worked and why; `official_years` are those whose notice is loaded, dates in
    every other year are provisional. Without sessions the default ones hold, and `has_sessions` says so. Moments are
    aware; days and sessions are in the city's time zone.
    """

    def __init__(
        self,
        days: Mapping[date, tuple[bool, str]],
        official_years: Collection[int],
        sessions: Sequence[tuple[time, time]] = DEFAULT_SESSIONS,
        tz: ZoneInfo | None = None,
    ) -> None:
        self.days = dict(days)
        self.official_years = frozenset(official_years)
        self.has_sessions = bool(sessions)
        self.sessions = tuple(sorted(sessions)) or DEFAULT_SESSIONS
        self.tz = tz or ZoneInfo(settings.TIME_ZONE)

    def fingerprint(self) -> str:
        """The same for calendars by which every limit ends at the same time."""
        special = sorted((day.isoformat(), working) for day, (working, _name) in self.days.items())
        sessions = [(f"{starts}", f"{ends}") for starts, ends in self.sessions]
        told = json.dumps([special, sorted(self.official_years), sessions, str(self.tz)])
        return sha256(told.encode()).hexdigest()

    def is_working(self, day: date) -> bool:
        """Whether the day is worked: by its notice, else Monday to Friday."""
        special = self.days.get(day)
        return special[0] if special is not None else day.weekday() < 5

    def is_open(self, at: datetime) -> bool:
        """Whether the moment lies inside a working session."""
        local = at.astimezone(self.tz)
        clock = local.time()
        return self.is_working(local.date()) and any(starts <= clock < ends for starts, ends in self.sessions)

    def next_open(self, at: datetime) -> datetime:
        """The moment itself inside a session, else the beginning of the next one."""
        local = at.astimezone(self.tz)
        day, clock = local.date(), local.time()
        if self.is_working(day):
            for starts, ends in self.sessions:
                if clock < ends:
                    return local if clock >= starts else self._on(day, starts)
        return self._on(self.next_working_day(day), self.sessions[0][0])

    def next_working_day(self, day: date, step: timedelta = ONE_DAY) -> date:
        """The first working day after `day`; before it with a negative step."""
        for _count in range(LONGEST_BREAK):
            day += step
            if self.is_working(day):
                return day
        raise NeverOpen(f"no working day within {LONGEST_BREAK} days of {day}")

    def add_working_days(self, start: datetime, n: int) -> Due:
        """Close of business of the n-th working day after the day of `start`, be that day worked or not."""
        if n < 1:
            raise ValueError("a limit in working days is at least one day")
        local = start.astimezone(self.tz)
        story = _Story(self, local)
        day = local.date()
        for count in range(1, n + 1):
            day = story.skip_to_working(day + ONE_DAY)
            special = self.days.get(day)
            line: Line = {"kind": "workday", "date": day.isoformat(), "n": count, "of": n}
            if special is not None:
                line["kind"], line["name"] = "makeup", special[1]
            story.lines.append(line)
        return story.due(self._on(day, self.sessions[-1][1]))

    def add_working_hours(self, start: datetime, hours: Decimal) -> Due:
        """The moment at which so many hours inside working sessions have passed since `start`."""
        total = left = timedelta(microseconds=int(hours * 3_600_000_000))
        if not left > timedelta(0):
            raise ValueError("a limit in working hours is longer than nothing")
        local = start.astimezone(self.tz)
        story = _Story(self, local)
        day = local.date()
        while True:
            day = story.skip_to_working(day)
            for starts, ends in self.sessions:
                begins, closes = max(local, self._on(day, starts)), self._on(day, ends)
                if begins >= closes:
                    continue
                until = min(closes, begins + left)
                left -= until - begins
                story.session(begins, until, passed=total - left, total=total)
                if not left:
                    return story.due(until)
            day += ONE_DAY

    def add_clock(self, start: datetime, length: timedelta) -> Due:
        """`length` by the clock, day and night (24×7); no calendar changes it."""
        at = (start + length).astimezone(self.tz)
        story = _Story(self, start.astimezone(self.tz))
        story.lines += [{"kind": "clock", "minutes": _minutes(length)}, {"kind": "due", "at": _moment(at)}]
        return Due(at, story.lines, provisional=False)

    def working_days_before(self, due: datetime, n: int) -> datetime:
        """The same local time n working days earlier: when the yellow card is shown."""
        local = due.astimezone(self.tz)
        day = local.date()
        for _count in range(n):
            day = self.next_working_day(day, -ONE_DAY)
        return self._on(day, local.time())

    def working_hours_between(self, a: datetime, b: datetime) -> timedelta:
        """How much of the time from `a` to `b` lies inside working sessions; nothing when `b` is not later."""
        first, last = a.astimezone(self.tz), b.astimezone(self.tz)
        passed = timedelta(0)
        day = first.date()
        while day <= last.date():
            if self.is_working(day):
                for starts, ends in self.sessions:
                    inside = min(last, self._on(day, ends)) - max(first, self._on(day, starts))
                    passed += max(inside, timedelta(0))
            day += ONE_DAY
        return passed

    def _on(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.tz)


class _Story:
    """The explanation of one result while it is worked out."""

    def __init__(self, calendar: WorkingCalendar, start: datetime) -> None:
        self.calendar = calendar
        self.start = start
        self.lines: list[Line] = [{"kind": "start", "at": _moment(start)}]

    def skip_to_working(self, day: date) -> date:
        """The first working day from `day` on; the days off before it become one line."""
        if self.calendar.is_working(day):
            return day
        working = self.calendar.next_working_day(day)
        off = [day + timedelta(days=count) for count in range((working - day).days)]
        names = dict.fromkeys(self.calendar.days[one][1] for one in off if one in self.calendar.days)
        line: Line = {"kind": "holiday" if names else "weekend", "date": day.isoformat()}
        if len(off) > 1:
            line["until"] = off[-1].isoformat()
        if names:
            line["name"] = NAMES_JOINED_BY.join(names)
        self.lines.append(line)
        return working

    def session(self, begins: datetime, until: datetime, *, passed: timedelta, total: timedelta) -> None:
        """A stretch that counts, with what has passed at its end."""
        line = {"kind": "session", "date": begins.date().isoformat()}
        clock = {"from": f"{begins:%H:%M}", "to": f"{until:%H:%M}"}
        self.lines.append({**line, **clock, "minutes": _minutes(passed), "of": _minutes(total)})

    def due(self, at: datetime) -> Due:
        """The end; what rests on a year without a notice says so."""
        unsure = [y for y in range(self.start.year, at.year + 1) if y not in self.calendar.official_years]
        self.lines.append({"kind": "due", "at": _moment(at)})
        self.lines += [{"kind": "provisional", "year": year} for year in unsure]
        return Due(at, self.lines, provisional=bool(unsure))


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
