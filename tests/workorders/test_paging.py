"""Keyset pages: forwards and back over equal moments each row comes exactly once, whatever is registered meanwhile."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from staff.now import pretend
from staff.paging import Page, page
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import WorkOrder
from workorders.paging import ORDERINGS, chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(city: City) -> City:
    """Eleven appeals of three minutes: five in one, five in the next, one in the last, and one closed at once."""
    for minute, count in enumerate((5, 5, 1)):
        with pretend(MORNING + timedelta(minutes=minute)):
            for _number in range(count):
                city.register()
    with pretend(MORNING):
        actions.answer_on_the_spot(city.register(), by=city.lin, reply="八点开门")
    return city


def turn(ordering: str, size: int, cursor: str = "") -> Page[WorkOrder]:
    return page(WorkOrder.objects.all(), ordering, cursor, size)


def through(ordering: str, size: int) -> list[Page[WorkOrder]]:
    """Every page, forwards."""
    pages = [turn(ordering, size)]
    while pages[-1].following:
        pages.append(turn(ordering, size, pages[-1].following))
    return pages


def wanted(ordering: str) -> list[int]:
    """What one endless page would show."""
    name = ordering.lstrip("-")
    rows = WorkOrder.objects.filter(**{f"{name}__isnull": False})
    return list(rows.order_by(ordering, "-pk" if ordering.startswith("-") else "pk").values_list("pk", flat=True))


def keys(pages: list[Page[WorkOrder]]) -> list[int]:
    return [row.pk for one in pages for row in one.rows]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 12, 50])
@pytest.mark.parametrize("ordering", ORDERINGS)
def test_forwards_and_back_each_row_comes_exactly_once(crowd: City, ordering: str, size: int) -> None:
    pages = through(ordering, size)
    assert keys(pages) == wanted(ordering)
    assert all(len(one.rows) == size for one in pages[:-1])
    back, cursor = [pages[-1]], pages[-1].previous
    while cursor:
        back.insert(0, turn(ordering, size, cursor))
        cursor = back[0].previous
    assert keys(back) == wanted(ordering)


def test_the_first_page_leads_nowhere_back_and_the_last_nowhere_on(crowd: City) -> None:
    pages = through("-registered_at", 5)
    assert [bool(one.previous) for one in pages] == [False, True, True]
    assert [bool(one.following) for one in pages] == [True, True, False]


def test_a_page_does_not_shift_when_appeals_come_in_before_it(crowd: City) -> None:
    first = turn("-registered_at", 5)
    before = [row.pk for row in turn("-registered_at", 5, first.following).rows]
    with pretend(MORNING + timedelta(hours=1)):
        crowd.register()
    assert [row.pk for row in turn("-registered_at", 5, first.following).rows] == before


def test_an_empty_list_is_one_empty_page(city: City) -> None:
    assert turn("-registered_at", 5) == Page([], "", "")


def test_closed_orders_have_no_place_in_a_list_by_due_time(crowd: City) -> None:
    assert len(keys(through("next_due_at", 5))) == 11 and len(keys(through("registered_at", 5))) == 12


def forged(*mark: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "===",
        "漏水",
        "\x00",
        "🚒",
        forged(),
        forged("2026-11-23T10:00:00+08:00"),
        forged("yesterday", 1, False),
        forged("2026-11-23T10:00:00", 1, False),
        forged("2026-11-23T10:00:00+08:00", "1; DROP", False),
        forged("2026-11-23T10:00:00+08:00", None, False),
        forged(None, 1, False),
        forged([], {}, 3),
        "W" * 5000,
    ],
)
def test_a_broken_cursor_is_the_first_page(crowd: City, cursor: str) -> None:
    assert keys([turn("-registered_at", 5, cursor)]) == wanted("-registered_at")[:5]


@pytest.mark.parametrize("pk", [-1, 0, 2**63, 10**40])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_forged_cursor_shows_a_page_and_breaks_nothing(crowd: City, moment: str, pk: int) -> None:
    for back in (False, True):
        assert len(turn("-registered_at", 5, forged(moment, pk, back)).rows) in (0, 5)


@pytest.mark.parametrize("asked", [None, "", "number", "-content", "caller__name", "\x00", 7])
def test_an_ordering_nobody_offers_is_the_newest_first(asked: Any) -> None:
    assert chosen(asked) == "-registered_at"


@pytest.mark.parametrize("asked", ORDERINGS)
def test_an_ordering_that_is_offered_is_kept(asked: str) -> None:
    assert chosen(asked) == asked
