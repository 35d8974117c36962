"""What holds for every start and every limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from staff.calendar import Due
from tests.staff.test_calendar import CALENDAR, SHANGHAI

moments = st.datetimes(datetime(2017, 1, 2), datetime(2026, 12, 1), timezones=st.just(SHANGHAI))
days = st.integers(1, 30)
hours = st.decimals(Decimal("0.01"), Decimal(60), places=2)


def worked(due: Due) -> list[str]:
    return [line["date"] for line in due.lines if line["kind"] in ("workday", "makeup")]


@given(moments, days)
def test_n_working_days_pass_through_exactly_n_working_days(start: datetime, n: int) -> None:
    due = CALENDAR.add_working_days(start, n)
    day, counted = start.date(), 0
    while day < due.at.date():
        day += timedelta(days=1)
        counted += CALENDAR.is_working(day)
    assert counted == n == len(worked(due))
    assert CALENDAR.is_working(due.at.date())


@given(moments, days)
def test_every_day_of_the_way_is_explained_once(start: datetime, n: int) -> None:
    due = CALENDAR.add_working_days(start, n)
    told: list[date] = []
    for line in due.lines:
        if "date" in line:
            first = date.fromisoformat(line["date"])
            last = date.fromisoformat(line["until"]) if "until" in line else first
            told += [first + timedelta(days=count) for count in range((last - first).days + 1)]
    assert told == [start.date() + timedelta(days=count + 1) for count in range((due.at.date() - start.date()).days)]


@given(moments, moments, days)
def test_whoever_starts_later_is_not_due_earlier(a: datetime, b: datetime, n: int) -> None:
    first, second = sorted([a, b])
    assert CALENDAR.add_working_days(first, n).at <= CALENDAR.add_working_days(second, n).at
    assert CALENDAR.add_working_hours(first, Decimal(n)).at <= CALENDAR.add_working_hours(second, Decimal(n)).at


@given(moments, days)
def test_one_day_more_is_the_next_working_day(start: datetime, n: int) -> None:
    due = CALENDAR.add_working_days(start, n).at
    assert CALENDAR.add_working_days(due, 1).at == CALENDAR.add_working_days(start, n + 1).at
    assert CALENDAR.working_days_before(CALENDAR.add_working_days(due, 1).at, 1) == due


@given(moments, hours)
def test_the_hours_added_are_the_hours_between(start: datetime, length: Decimal) -> None:
    due = CALENDAR.add_working_hours(start, length)
    assert CALENDAR.working_hours_between(start, due.at) == timedelta(hours=float(length))
    assert due.lines[-2]["minutes"] == due.lines[-2]["of"]


@given(moments, hours, hours)
def test_hours_add_up(start: datetime, a: Decimal, b: Decimal) -> None:
    there = CALENDAR.add_working_hours(CALENDAR.add_working_hours(start, a).at, b).at
    assert there == CALENDAR.add_working_hours(start, a + b).at


@given(moments)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(moment: datetime) -> None:
    opens = CALENDAR.next_open(moment)
    assert CALENDAR.is_open(opens)
    assert CALENDAR.working_hours_between(moment, opens) == timedelta(0)
