"""Working days and working hours, on the vectors of the trade and at the edges."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from staff import loading
from staff.calendar import DEFAULT_SESSIONS, NeverOpen, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def a_calendar() -> WorkingCalendar:
    """As loaded: 2017 to 2026 by notice, 2027 worked out."""
    days: loading.Days = {}
    for year in range(2017, 2027):
        days |= loading.notice(year) or {}
    return WorkingCalendar(days | loading.statutory(2027), range(2017, 2027))


CALENDAR = a_calendar()


def at(words: str) -> datetime:
    """Local time."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("02-13", 1, "02-14"),
        ("02-13", 5, "02-27"),
        ("02-14", 1, "02-24"),
        ("02-16", 1, "02-24"),
        ("02-28", 5, "03-06"),
        ("04-30", 2, "05-07"),
        ("06-18", 3, "06-24"),
        ("09-18", 1, "09-20"),
        ("09-18", 5, "09-24"),
        ("09-30", 5, "10-13"),
        ("01-02", 1, "01-04"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "07:59", "10:15", "13:00", "17:30", "23:59"])
def test_working_days_end_at_close_of_business_counting_from_the_next_day(
    start: str, n: int, end: str, clock: str
) -> None:
    due = CALENDAR.add_working_days(at(f"2026-{start} {clock}"), n)
    assert due.at == at(f"2026-{end} 17:30")
    assert not due.provisional


def test_the_day_a_limit_starts_on_is_the_citys_day_and_not_that_of_greenwich() -> None:
    late_on_friday = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # Fri 27 Nov, half past midnight in the city
    assert CALENDAR.add_working_days(late_on_friday, 1).at == at("2026-11-30 17:30")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:00", "2", "2026-11-23 11:00"),
        ("2026-11-23 09:00", "3", "2026-11-23 12:00"),
        ("2026-11-23 09:00", "4", "2026-11-23 15:00"),
        ("2026-11-23 12:00", "1", "2026-11-23 15:00"),
        ("2026-11-23 12:30", "3.5", "2026-11-23 17:30"),
        ("2026-11-23 17:30", "0.5", "2026-11-24 09:00"),
        ("2026-11-23 17:29", "1", "2026-11-24 09:29"),
        ("2026-11-23 07:00", "4", "2026-11-23 14:30"),
        ("2026-11-27 16:00", "4", "2026-11-30 11:00"),
        ("2026-11-28 10:00", "4", "2026-11-30 14:30"),
        ("2026-02-13 16:00", "10", "2026-02-24 10:00"),
    ],
)
def test_working_hours_count_only_inside_sessions(start: str, hours: str, end: str) -> None:
    assert CALENDAR.add_working_hours(at(start), Decimal(hours)).at == at(end)


def test_clock_time_runs_day_and_night() -> None:
    due = CALENDAR.add_clock(at("2026-12-31 23:00"), timedelta(hours=2))
    assert due.at == at("2027-01-01 01:00")
    assert not due.provisional


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        CALENDAR.add_working_days(at("2026-11-23 09:00"), 0)
    with pytest.raises(ValueError, match="longer than nothing"):
        CALENDAR.add_working_hours(at("2026-11-23 09:00"), Decimal(0))


def test_the_yellow_card_is_shown_at_the_same_time_of_day_a_working_day_earlier() -> None:
    assert CALENDAR.working_days_before(at("2026-11-30 17:30"), 1) == at("2026-11-27 17:30")
    assert CALENDAR.working_days_before(at("2026-02-24 17:30"), 1) == at("2026-02-14 17:30")
    assert CALENDAR.working_days_before(at("2026-11-29 03:00"), 2) == at("2026-11-26 03:00")


def test_working_hours_between_two_moments() -> None:
    between = CALENDAR.working_hours_between
    assert between(at("2026-11-23 09:00"), at("2026-11-23 15:00")) == timedelta(hours=4)
    assert between(at("2026-11-27 17:00"), at("2026-11-30 09:00")) == timedelta(hours=1)
    assert between(at("2026-11-28 09:00"), at("2026-11-29 09:00")) == timedelta(0)
    assert between(at("2026-11-23 15:00"), at("2026-11-23 09:00")) == timedelta(0)
    assert between(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == timedelta(hours=7) * 248


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 08:29", "2026-11-23 08:30"),
        ("2026-11-23 08:30", "2026-11-23 08:30"),
        ("2026-11-23 11:59", "2026-11-23 11:59"),
        ("2026-11-23 12:00", "2026-11-23 14:00"),
        ("2026-11-23 17:30", "2026-11-24 08:30"),
        ("2026-11-27 20:00", "2026-11-30 08:30"),
        ("2026-09-30 18:00", "2026-10-08 08:30"),
        ("2026-02-14 09:00", "2026-02-14 09:00"),
    ],
)
def test_a_session_is_open_from_its_first_minute_until_before_its_last(moment: str, opens: str) -> None:
    assert CALENDAR.next_open(at(moment)) == at(opens)
    assert CALENDAR.is_open(at(moment)) == (moment == opens)


def test_a_city_may_work_other_sessions() -> None:
    calendar = WorkingCalendar({}, [2026], [(time(13, 0), time(19, 0)), (time(9, 0), time(11, 30))])
    assert calendar.add_working_days(at("2026-11-23 09:00"), 1).at == at("2026-11-24 19:00")
    assert calendar.add_working_hours(at("2026-11-23 11:00"), Decimal(1)).at == at("2026-11-23 13:30")


def test_without_sessions_the_default_ones_hold() -> None:
    calendar = WorkingCalendar({}, [2026], [])
    assert not calendar.has_sessions
    assert calendar.sessions == DEFAULT_SESSIONS


def test_a_calendar_that_never_opens_is_an_error() -> None:
    first = date(2026, 1, 1)
    shut = WorkingCalendar({first + timedelta(days=n): (False, "?") for n in range(365)}, [2026])
    with pytest.raises(NeverOpen):
        shut.add_working_days(at("2026-02-01 09:00"), 1)


def test_what_reaches_into_a_year_without_a_notice_is_provisional_and_says_so() -> None:
    due = CALENDAR.add_working_days(at("2026-12-28 10:00"), 5)
    assert due.at == at("2027-01-05 17:30")
    assert due.provisional
    assert due.lines[-1] == {"kind": "provisional", "year": 2027}
    assert not CALENDAR.add_working_days(at("2026-12-24 10:00"), 5).provisional


def test_a_year_nobody_loaded_is_worked_out_from_weekdays() -> None:
    due = CALENDAR.add_working_hours(at("2030-01-04 17:00"), Decimal(1))
    assert due.at == at("2030-01-07 09:00")
    assert due.provisional


def test_the_lines_are_data_without_language() -> None:
    due = CALENDAR.add_working_days(at("2026-02-13 10:00"), 2)
    assert json.loads(json.dumps(due.lines)) == due.lines
    assert due.lines == [
        {"kind": "start", "at": "2026-02-13T10:00+08:00"},
        {"kind": "makeup", "date": "2026-02-14", "n": 1, "of": 2, "name": "春节"},
        {"kind": "holiday", "date": "2026-02-15", "until": "2026-02-23", "name": "春节"},
        {"kind": "workday", "date": "2026-02-24", "n": 2, "of": 2},
        {"kind": "due", "at": "2026-02-24T17:30+08:00"},
    ]


def test_a_usual_limit_is_worked_out_in_a_tenth_of_a_millisecond() -> None:
    start, best = at("2026-09-24 10:00"), 1.0
    for _round in range(50):
        began = perf_counter()
        CALENDAR.add_working_days(start, 5)
        CALENDAR.add_working_hours(start, Decimal(4))
        best = min(best, perf_counter() - began)
    assert best < 0.000_2
