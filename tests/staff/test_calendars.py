"""The calendar in force is kept in memory, and never that of another time or another transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation

from staff import calendars
from staff.calendar import DEFAULT_SESSIONS
from staff.calendars import calendar_warnings, current
from staff.models import CalendarDay, CalendarYear, WorkingSession
from staff.now import pretend

MARCH_3 = date(2026, 3, 3)
HOLIDAY = {"date": MARCH_3, "is_working": False, "name": "台风停工"}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_it_asks_the_database_once_and_then_not_again(django_assert_num_queries: Any) -> None:
    calendars.forget()
    with django_assert_num_queries(1):
        first = current()
    with django_assert_num_queries(0):
        assert current() is first


@pytest.mark.django_db
def test_a_recheck_without_an_edit_keeps_the_calendar_it_has(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = current()
    monkeypatch.setattr(calendars, "FRESH_FOR", -1)
    with django_assert_num_queries(1):
        assert current() is first


WRITES: list[Callable[[], Any]] = [
    lambda: CalendarDay.objects.create(**HOLIDAY),
    lambda: CalendarDay.objects.bulk_create([CalendarDay(**HOLIDAY)]),
    lambda: CalendarDay.objects.filter(pk=CalendarDay.objects.latest("date").pk).update(**HOLIDAY),
    lambda: CalendarDay.objects.update_or_create(date=MARCH_3, defaults=HOLIDAY),
]


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("round", [1, 2])
def test_an_edit_takes_effect_at_once_and_ends_with_its_test(write: Callable[[], Any], round: int) -> None:
    assert current().is_working(MARCH_3)
    write()
    assert not current().is_working(MARCH_3)
    CalendarDay.objects.filter(date=MARCH_3).delete()
    assert current().is_working(MARCH_3)
    write()
    assert not current().is_working(MARCH_3)


@pytest.mark.django_db
def test_an_edit_that_is_rolled_back_never_was() -> None:
    with undone():
        CalendarDay.objects.create(**HOLIDAY)
        assert not current().is_working(MARCH_3)
    assert current().is_working(MARCH_3)


@pytest.mark.django_db
def test_an_edit_outlives_a_later_savepoint_that_is_rolled_back() -> None:
    CalendarDay.objects.create(**HOLIDAY)
    with undone():
        CalendarDay.objects.all().delete()
        assert current().is_working(MARCH_3)
    assert not current().is_working(MARCH_3)


@pytest.mark.django_db(transaction=True)
def test_others_see_an_edit_only_when_it_is_committed() -> None:
    def elsewhere() -> bool:
        try:
            return current().is_working(MARCH_3)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            CalendarDay.objects.create(**HOLIDAY)
            assert other.submit(elsewhere).result()
            assert not current().is_working(MARCH_3)
        assert not other.submit(elsewhere).result()
        assert not current().is_working(MARCH_3)


@pytest.mark.django_db(transaction=True)
def test_an_edit_made_by_another_process_is_found_at_the_next_recheck(monkeypatch: pytest.MonkeyPatch) -> None:
    assert current().is_working(MARCH_3)
    with connection.cursor() as cursor:  # behind the models' back, as another process does
        cursor.execute(
            "INSERT INTO staff_calendarday (date, is_working, name, by_hand) VALUES (%s, false, '?', false)", [MARCH_3]
        )
    assert calendars.FRESH_FOR <= 5
    monkeypatch.setattr(calendars, "FRESH_FOR", -1)
    assert not current().is_working(MARCH_3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", [1, 2])
def test_the_calendar_is_there_again_after_a_test_emptied_the_database(round: int) -> None:
    assert CalendarYear.objects.count() == 11
    assert current().is_working(MARCH_3)
    assert not current().is_working(date(2026, 10, 1))
    assert current().has_sessions
    CalendarYear.objects.all().delete()
    CalendarDay.objects.all().delete()


@pytest.mark.django_db
def test_sessions_come_from_the_database() -> None:
    assert current().sessions == DEFAULT_SESSIONS
    WorkingSession.objects.filter(starts="14:00").update(ends="18:00")
    due = current().add_working_days(datetime(2026, 11, 23, 2, tzinfo=UTC), 1)
    assert f"{due.at:%d %H:%M}" == "24 18:00"


@pytest.mark.django_db
def test_a_year_without_a_notice_and_missing_sessions_are_said_aloud() -> None:
    with translation.override("en"):
        with pretend(datetime(2025, 6, 1, tzinfo=UTC)):
            assert calendar_warnings() == []
        with pretend(datetime(2026, 12, 31, 17, tzinfo=UTC)):  # already 2027 in the city
            WorkingSession.objects.all().delete()
            words = calendar_warnings()
    assert [year for line in words for year in ("2027", "2028") if year in line] == ["2027", "2028"]
    assert words[-1] == "No working sessions are entered: the default ones are used."


@pytest.mark.django_db
def test_checking_the_database_warns_of_it_too() -> None:
    err = StringIO()
    with pretend(datetime(2026, 11, 23, tzinfo=UTC)):
        call_command("check", databases=["default"], stderr=err)
    assert "staff.W001" in err.getvalue()
    assert "2027" in err.getvalue()
