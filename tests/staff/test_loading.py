"""The calendar's years come from maintained packages; what people enter stays."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import chinese_calendar
import holidays
import pytest
from django.core.management import CommandError, call_command

from staff import loading
from staff.calendars import current
from staff.models import CalendarDay, CalendarYear, WorkingSession
from staff.now import pretend

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 20, tzinfo=UTC)


def days_of(first: int, last: int) -> list[date]:
    start, end = date(first, 1, 1), date(last, 12, 31)
    return [start + timedelta(days=count) for count in range((end - start).days + 1)]


def test_every_day_of_2020_to_2026_agrees_with_both_packages() -> None:
    calendar = current()
    table = holidays.country_holidays("CN", years=range(2020, 2027))
    for day in days_of(2020, 2026):
        assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
        assert calendar.is_working(day) == table.is_working_day(day), day


def test_2026_has_248_working_days() -> None:
    calendar = current()
    assert sum(calendar.is_working(day) for day in days_of(2026, 2026)) == 248


def test_the_days_of_2026_are_those_of_the_notice() -> None:
    calendar = current()
    made_up = [day for day in days_of(2026, 2026) if day.weekday() >= 5 and calendar.is_working(day)]
    assert made_up == [date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))]
    off = Counter(name for day, (working, name) in calendar.days.items() if day.year == 2026 and not working)
    assert off == {"元旦": 3, "春节": 9, "清明": 3, "劳动节": 5, "端午": 3, "中秋": 3, "国庆节": 7}


def test_2027_is_worked_out_from_statutory_days_and_not_official() -> None:
    year = CalendarYear.objects.get(year=2027)
    assert not year.is_official
    calendar = current()
    assert 2027 not in calendar.official_years
    assert not calendar.is_working(date(2027, 1, 1))
    assert not calendar.is_working(date(2027, 2, 8))
    assert not calendar.is_working(date(2027, 10, 4))
    assert all(day.weekday() < 5 for day in days_of(2027, 2027) if calendar.is_working(day))
    assert calendar.days[date(2027, 2, 5)] == (False, "春节")


def test_loading_again_changes_nothing() -> None:
    before = list(CalendarDay.objects.values()), list(CalendarYear.objects.values())
    assert loading.load_years(range(2017, 2028)) == []
    assert before == (list(CalendarDay.objects.values()), list(CalendarYear.objects.values()))


def test_a_lost_day_is_loaded_again_and_its_year_reported() -> None:
    CalendarDay.objects.filter(date=date(2026, 5, 9)).delete()
    CalendarDay.objects.filter(date=date(2025, 10, 8)).update(is_working=True)
    assert loading.load_years([2024, 2025, 2026]) == [2025, 2026]
    assert current().is_working(date(2026, 5, 9))
    assert not current().is_working(date(2025, 10, 8))


def test_a_day_entered_by_a_person_outlives_every_loading() -> None:
    CalendarDay.objects.update_or_create(
        date=date(2026, 5, 9), defaults={"is_working": False, "name": "台风停工", "by_hand": True}
    )
    assert loading.load_years([2026]) == []
    assert not current().is_working(date(2026, 5, 9))


def test_a_year_declared_official_by_a_person_is_left_alone_until_the_package_knows_it() -> None:
    CalendarDay.objects.filter(date=date(2027, 2, 10)).delete()
    CalendarYear.objects.filter(year=2027).update(is_official=True, source="国办发明电〔2026〕")
    assert loading.load_years([2027]) == []
    assert current().is_working(date(2027, 2, 10))
    assert CalendarYear.objects.get(year=2027).source == "国办发明电〔2026〕"


def test_a_notice_replaces_what_was_worked_out() -> None:
    CalendarDay.objects.filter(date__year=2026).delete()
    CalendarYear.objects.filter(year=2026).update(is_official=False)
    CalendarDay.objects.create(date=date(2026, 3, 3), is_working=False, name="?")
    assert loading.load_years([2026]) == [2026]
    assert CalendarYear.objects.get(year=2026).is_official
    assert current().is_working(date(2026, 3, 3))


def test_sessions_people_entered_are_kept() -> None:
    WorkingSession.objects.filter(starts="14:00").delete()
    loading.load_years([2026])
    assert [str(session) for session in WorkingSession.objects.all()] == ["08:30–12:00"]


def test_the_command_says_what_changed_and_what_is_not_official() -> None:
    CalendarDay.objects.filter(date=date(2026, 5, 9)).delete()
    out, err = StringIO(), StringIO()
    with pretend(NOVEMBER):
        call_command("load_calendar", stdout=out, stderr=err)
    assert out.getvalue().splitlines()[0] == "Changed: 2026"
    assert "2027" in err.getvalue()
    out = StringIO()
    call_command("load_calendar", "--from", "2026", "--to", "2026", stdout=out, stderr=StringIO())
    assert out.getvalue() == "Nothing changed.\n"


def test_the_command_refuses_years_back_to_front() -> None:
    with pytest.raises(CommandError, match="later than"):
        call_command("load_calendar", "--from", "2027", "--to", "2026")
