"""Periods, their borders at the city's midnight, and the ones before."""

from datetime import date

import pytest
from django.utils import translation

from oversight.periods import Kind, Period
from tests.cast import City
from tests.oversight.stories import at, registered, tally

TUESDAY = at("11-24 20:00")


def test_midnight_in_shanghai_is_the_border_of_a_month(city: City) -> None:
    """In UTC all four lie on other days."""
    registered(city, "10-31 23:59")
    registered(city, "11-01 00:00")
    registered(city, "11-30 23:59")
    registered(city, "12-01 00:00")
    assert tally("direct", "12-05 12:00", "period=month&on=2026-11-15") == (0, 2)
    assert tally("direct", "12-05 12:00", "period=days&first=2026-10-31&last=2026-10-31") == (0, 1)
    assert tally("direct", "12-05 12:00") == (0, 1)


@pytest.mark.parametrize(
    ("kind", "first", "last", "before_first", "before_last"),
    [
        (Kind.WEEK, date(2026, 11, 23), date(2026, 11, 29), date(2026, 11, 16), date(2026, 11, 22)),
        (Kind.MONTH, date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 1), date(2026, 10, 31)),
        (Kind.QUARTER, date(2026, 10, 1), date(2026, 12, 31), date(2026, 7, 1), date(2026, 9, 30)),
        (Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31), date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_period_before_is_of_equal_kind(
    kind: str, first: date, last: date, before_first: date, before_last: date
) -> None:
    period = Period.around(kind, date(2026, 11, 24), TUESDAY)
    assert (period.first, period.last) == (first, last)
    assert (period.earlier().first, period.earlier().last) == (before_first, before_last)
    assert period.earlier().following() == period


def test_days_from_to_are_compared_with_as_many_days_before() -> None:
    period = Period(Kind.DAYS, date(2026, 11, 9), date(2026, 11, 13), TUESDAY)
    before = period.before()
    assert (before.first, before.last) == (date(2026, 11, 4), date(2026, 11, 8))
    assert (before.end - before.start) == (period.end - period.start)


def test_a_running_month_is_compared_with_the_same_stretch_of_the_month_before() -> None:
    period = Period.around(Kind.MONTH, date(2026, 11, 24), TUESDAY)
    assert period.runs and period.end == TUESDAY
    assert period.before().end == at("10-24 20:00")


def test_a_running_march_is_not_compared_with_more_than_february() -> None:
    period = Period.around(Kind.MONTH, date(2026, 3, 31), at("03-31 12:00"))
    assert period.before().end == at("03-01 00:00")


def test_a_period_that_is_over_is_compared_with_a_whole_one() -> None:
    period = Period.around(Kind.MONTH, date(2026, 10, 5), TUESDAY)
    assert not period.runs and period.end == at("11-01 00:00")
    assert period.before().end == at("10-01 00:00")


def test_a_trend_has_days_in_a_month_weeks_in_a_quarter_months_in_a_year() -> None:
    month = Period.around(Kind.MONTH, date(2026, 10, 5), TUESDAY)
    assert len(month.buckets()) == 31
    running = Period.around(Kind.MONTH, date(2026, 11, 5), TUESDAY)
    assert running.buckets()[-1] == date(2026, 11, 24)
    quarter = Period.around(Kind.QUARTER, date(2026, 10, 5), TUESDAY)
    assert quarter.buckets()[0] == date(2026, 9, 28)
    assert quarter.part(date(2026, 9, 28)).start == at("10-01 00:00")  # inside the quarter
    year = Period.around(Kind.YEAR, date(2026, 10, 5), TUESDAY)
    assert year.buckets() == [date(2026, month, 1) for month in range(1, 12)]


def test_a_period_has_a_name() -> None:
    month = Period.around(Kind.MONTH, date(2026, 11, 5), TUESDAY)
    assert month.words() == "November 2026"
    assert month.stretch() == "Sun 1 Nov 2026 to Tue 24 Nov 2026"
    with translation.override("zh-hans"):
        assert month.words() == "2026年11月"
    assert Period.around(Kind.QUARTER, date(2026, 11, 5), TUESDAY).words() == "quarter 4 of 2026"
