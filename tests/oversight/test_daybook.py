"""日记账: figures added up from the day book are those counted anew, whatever happened, whenever the clock came by."""

import re
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from itertools import product

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from callbacks import actions as callbacks
from oversight import daybook, entries, recounting, sums
from oversight.figures import Counted, added_up, recount
from oversight.filters import Asked
from oversight.groups import Grouping
from oversight.models import Edition, Entry, Sum, Touched
from referrals import actions as referrals
from staff.models import CalendarDay
from staff.now import pretend
from tests.cast import City
from tests.oversight.stories import (
    END_OF_MONTH,
    a_month_of_everything,
    accepted,
    answered,
    answered_on_the_spot,
    at,
    not_reached,
    passed,
    referred,
    registered,
    said,
    tally,
)
from workorders import actions, clock
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

PERIODS = (
    "period=week&on=2026-11-04",
    "period=month",
    "period=quarter",
    "period=year",
    "period=days&first=2026-09-20&last=2026-11-12",
)
DIVISIONS = ("by=department", "by=category", "by=area")
NARROWINGS = ("", "department=water", "area=east&category=05")
EVERYTHING = tuple("&".join(asked) for asked in product(PERIODS, DIVISIONS, NARROWINGS))
# Sums of months and days and a last day of entries; entries only.
A_FEW = (
    "period=year",
    "period=days&first=2026-11-03&last=2026-11-17&department=water&by=area",
)


def told(counted: Counted) -> dict[object, object]:
    """Every number, those that are nothing left out."""
    everywhere = {
        "total": counted.total,
        **counted.by_group,
        **{str(day): one for day, one in counted.by_bucket.items()},
    }
    cells = {(where, name): tally for where, found in everywhere.items() for name, tally in found.items()}
    return {
        where: (tally.n, tally.hits, tally.half, pytest.approx(tally.total, abs=0.01)) for where, tally in cells.items()
    }


def agree(moment: str = END_OF_MONTH, queries: Sequence[str] = A_FEW) -> None:
    """The book and a full recount say the same, of the period and of the one before."""
    with pretend(at(moment)):
        assert sums.is_ready()
        for query in queries:
            asked = Asked.of(QueryDict(query))
            grouping = Grouping(asked.by, asked.scope)
            before = asked.period.before()
            now, then = added_up(asked.scope, (asked.period, grouping), (before, None))
            assert told(now) == told(recount(asked.period, asked.scope, grouping)), query
            assert told(then) == told(recount(before, asked.scope)), query


def entered() -> None:
    """The clock came by: nothing is touched any more, and what is kept is what a recount comes to."""
    daybook.keep_up()
    assert not Touched.objects.exists()
    assert recounting.wrong_entries() == []
    assert recounting.wrong_sums() == 0


def test_a_book_filled_from_what_is_there_says_what_a_recount_says(city: City) -> None:
    a_month_of_everything(city)
    with pretend(at(END_OF_MONTH)):
        assert not sums.is_ready()
        entered()
    agree(queries=EVERYTHING)
    agree("11-12 14:45")  # looked at in the middle of the month: what lies ahead of that does not count


def test_what_happens_after_the_clock_came_by_is_counted_at_once(city: City) -> None:
    entered()
    a_month_of_everything(city)
    assert Touched.objects.exists()
    agree()
    entered()
    agree()


def test_each_change_moves_the_figures_of_the_days_it_touches(city: City) -> None:
    """A life with every turn; before each turn the clock came by, so each is first read as touched, then as entered."""
    entered()

    def then() -> None:
        agree()
        entered()
        agree()

    order = registered(city, "11-02 09:00")
    then()
    with pretend(at("11-02 09:30")):
        part = referrals.refer(order, by=city.wang, lead=city.traffic)
    then()
    with pretend(at("11-02 11:00")):
        referrals.request_return(part, by=city.qian, reason="not_our_duty", basis="供水条例")
    then()
    with pretend(at("11-02 14:30")):
        referrals.uphold_return(part, by=city.wang)
    then()
    with pretend(at("11-02 15:00")):
        part = referrals.refer(WorkOrder.objects.get(pk=order.pk), by=city.wang, lead=city.water)
    part = accepted(part, "11-02 16:00", city.zhao)
    then()
    with pretend(at("11-06 10:00")):
        referrals.request_extension(part, by=city.zhao, days=2, reason="需更换管道")
        part = referrals.grant_extension(part, by=city.wang)  # its due day is another one now
    then()
    part = answered(part, "11-10 10:00", city.zhao)
    then()
    with pretend(at("11-10 11:00")):
        referrals.send_back(part, by=city.he, comment="没有写明措施")
        part.refresh_from_db()
    then()
    order = passed(city, answered(part, "11-11 10:00", city.zhao), "11-11 15:00")
    then()
    order = not_reached(city, order, "11-12 09:00")
    then()
    order = said(city, order, "11-12 15:00", contacted=False, resolution="not_solved", satisfaction=1)
    then()
    with pretend(at("11-13 09:00")):
        callbacks.rework(order, by=city.chen, instructions="请彻底处理")
        part = order.referrals.latest("id")
    then()
    order = passed(city, answered(part, "11-16 10:00", city.zhao), "11-16 15:00")
    order = said(city, order, "11-17 10:00", contacted=True, resolution="partly", satisfaction=3)
    then()
    with pretend(at("11-20 09:00")):
        actions.reopen(order, by=city.chen, reason="问题复发")
    then()


def test_the_order_of_another_category_and_area_moves_with_all_its_parts(city: City) -> None:
    order = passed(city, answered(referred(city, "11-02 10:00"), "11-03 10:00", city.zhao), "11-03 15:00")
    said(city, order, "11-04 09:00", contacted=True, resolution="solved", satisfaction=5)
    entered()
    WorkOrder.objects.filter(pk=order.pk).update(category=city.parking, area=None)
    agree()
    entered()
    agree()


def test_cards_shown_by_the_clock_touch_nothing(city: City) -> None:
    referred(city, "11-02 10:00")
    entered()
    with pretend(at("11-09 12:00")):
        clock.climb("due_soon", at("11-09 12:00"))
        clock.climb("yellow", at("11-09 12:00"))
    assert not Touched.objects.exists()


def test_a_changed_calendar_puts_the_book_away_until_it_is_written_anew(city: City) -> None:
    passed(city, answered(referred(city, "11-02 10:00"), "11-03 10:00", city.zhao), "11-04 15:00")
    entered()
    hours = recounted_hours()
    CalendarDay.objects.update_or_create(date=date(2026, 11, 3), defaults={"is_working": False, "name": "放假"})
    assert not sums.is_ready()
    assert recounted_hours() < hours
    entered()
    agree()


def recounted_hours() -> float:
    with pretend(at(END_OF_MONTH)):
        asked = Asked.of(QueryDict(""))
        return recount(asked.period, asked.scope).total["handling_time"].total


def test_a_book_half_filled_is_not_read_and_the_clock_goes_on_where_it_stopped(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(5):
        answered_on_the_spot(city, "11-02 09:00")
    monkeypatch.setattr(daybook, "BATCH_OF_ALL", 2)
    Edition.objects.create()
    assert daybook._some() == 2
    assert not sums.is_ready()
    assert tally("direct") == (5, 5)
    answered_on_the_spot(city, "11-02 10:00")
    entered()
    agree()
    assert tally("direct") == (6, 6)


def test_the_triggers_watch_every_column_the_definitions_look_at() -> None:
    watched = import_module("oversight.migrations.0004_orders_leave_word_when_touched").WATCHED
    # A row's own number never changes; which order a part belongs to does not either, and is watched all the same.
    looked_at = set(re.findall(r'"(\w+)"\."(\w+)"', entries._definitions()))
    aliases = {"U0": ("referrals_referral", "callbacks_callback", "referrals_returnrequest")}
    for table, column in looked_at:
        if column == "id":
            continue
        tables = [name for name in watched if name == table] or [
            name for key, names in aliases.items() if table.startswith(key[0]) for name in names
        ]
        if not tables:
            tables = ["workorders_step"]  # joined a second time under a number
        assert any(column in watched[name] for name in tables), (table, column)


def test_the_audit_finds_an_entry_and_sums_that_are_wrong(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit_figures")
    assert "not written yet" in capsys.readouterr().out
    order = answered_on_the_spot(city, "11-02 09:00")
    entered()
    call_command("audit_figures")
    assert "is what a full recount comes to" in capsys.readouterr().out
    Entry.objects.filter(order_id=order.pk).update(marks="nnn")
    Sum.objects.filter(by="", span="month").update(n=2)
    with pytest.raises(SystemExit):
        call_command("audit_figures")
    # Four sums of a day and eight of a month: the entry's own are missing, those kept are of none.
    assert f"1 orders are entered wrongly ({order.pk}), 24 sums are wrong" in capsys.readouterr().out


@pytest.mark.parametrize("query", [*DIVISIONS, "period=year&by=area&department=water&category=05&area=east"])
def test_a_board_from_the_book_asks_less_of_the_database_and_shows_the_same(
    city: City, client: Client, query: str
) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)

    def page() -> tuple[str, int]:
        with pretend(at(END_OF_MONTH)), CaptureQueriesContext(connection) as queries:
            shown = client.get(f"/board/?{query}").content.decode()
        return re.sub(r"[A-Za-z0-9]{64}", "a token", shown), len(queries)

    counted, many = page()
    entered()
    page()  # what a process puts together once
    from_the_book, few = page()
    assert from_the_book == counted
    assert few < many and few <= 18, few
