"""Why a limit ends when it ends, in the reader's words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from staff.explain import day_words, explain, moment_words
from tests.staff.test_calendar import CALENDAR, at


def test_working_days_are_told_one_by_one_and_days_off_in_one_line() -> None:
    with translation.override("en"):
        words = explain(CALENDAR.add_working_days(at("2026-11-20 10:15"), 3).lines)
    assert words == [
        "Counted from Fri 20 Nov 2026 10:15.",
        "Sat 21 Nov 2026 – Sun 22 Nov 2026: weekend.",
        "Mon 23 Nov 2026: working day 1 of 3.",
        "Tue 24 Nov 2026: working day 2 of 3.",
        "Wed 25 Nov 2026: working day 3 of 3.",
        "Due Wed 25 Nov 2026 17:30.",
    ]


def test_holidays_and_make_up_days_are_named() -> None:
    with translation.override("en"):
        words = explain(CALENDAR.add_working_days(at("2026-02-13 10:00"), 2).lines)
    assert words[1:4] == [
        "Sat 14 Feb 2026: working day 1 of 2, worked by notice (Spring Festival).",
        "Sun 15 Feb 2026 – Mon 23 Feb 2026: days off (Spring Festival).",
        "Tue 24 Feb 2026: working day 2 of 2.",
    ]


def test_working_hours_tell_each_stretch_and_what_has_passed() -> None:
    with translation.override("en"):
        words = explain(CALENDAR.add_working_hours(at("2026-11-27 16:45"), Decimal("4.5")).lines)
    assert words == [
        "Counted from Fri 27 Nov 2026 16:45.",
        "Fri 27 Nov 2026 16:45–17:30: 45 min of 4 h 30 min.",
        "Sat 28 Nov 2026 – Sun 29 Nov 2026: weekend.",
        "Mon 30 Nov 2026 08:30–12:00: 4 h 15 min of 4 h 30 min.",
        "Mon 30 Nov 2026 14:00–14:15: 4 h 30 min of 4 h 30 min.",
        "Due Mon 30 Nov 2026 14:15.",
    ]


def test_clock_time_and_a_provisional_year_say_so() -> None:
    with translation.override("en"):
        by_clock = explain(CALENDAR.add_clock(at("2026-11-27 16:00"), timedelta(hours=2)).lines)
        provisional = explain(CALENDAR.add_working_days(at("2026-12-31 10:00"), 1).lines)
    assert by_clock[1:] == ["2 h by the clock, day and night.", "Due Fri 27 Nov 2026 18:00."]
    assert provisional[1] == "Fri 1 Jan 2027 – Sun 3 Jan 2027: days off (New Year)."
    assert provisional[-1] == ("The holidays of 2027 are not official yet: this time may change with the notice.")


def test_other_reasons_for_a_due_time_are_told_too() -> None:
    lines = [
        {"kind": "review", "date": "2026-12-01"},
        {"kind": "follows", "number": "20261127T0000017"},
        {"kind": "retry", "from": "2026-11-27T06:00:00+00:00", "to": "2026-11-27T20:00:00+08:00"},
    ]
    with translation.override("en"):
        assert explain(lines) == [
            "On the shelf until the review on Tue 1 Dec 2026.",
            "Rides with order 20261127T0000017 and ends with it.",
            "Next try Fri 27 Nov 2026 14:00–20:00.",
        ]


def test_a_kind_of_line_nobody_can_tell_is_an_error() -> None:
    with pytest.raises(KeyError):
        explain([{"kind": "rumour"}])


def test_chinese_readers_get_chinese_dates_and_the_notices_names() -> None:
    due = CALENDAR.add_working_days(at("2026-02-13 10:00"), 1)
    with translation.override("zh-hans"):
        assert day_words(at("2026-11-27 10:00").date()) == "2026年11月27日(周五)"
        assert moment_words(due.at) == "2026年2月14日(周六)17:30"
        assert all("2026年2月" in words for words in explain(due.lines))
