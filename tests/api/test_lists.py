"""Lists: narrowed and sorted as the pages, paged without a limit of depth, in a bounded number of queries."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks import actions as callbacks
from referrals import actions as referrals
from staff.models import Department
from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

ORDERS = f"{DOOR}work-orders/"


def numbers(told: Any) -> list[str]:
    return [row["number"] for row in told["results"]]


def registered(city: City, count: int) -> list[WorkOrder]:
    """So many orders, a minute apart, the oldest first."""
    orders = []
    for minute in range(count):
        with pretend(MORNING + timedelta(minutes=minute)):
            orders.append(city.register())
    return orders


@pytest.mark.parametrize("sort", ["-registered_at", "registered_at", "next_due_at", "-next_due_at"])
def test_pages_lead_through_all_there_is_and_back(city: City, programs: Programs, sort: str) -> None:
    orders = [order.number for order in registered(city, 7)]
    wanted = orders if not sort.startswith("-") else orders[::-1]
    page, seen = programs.lin.get(ORDERS, page_size=3, sort=sort), []
    assert page["previous"] is None
    while True:
        seen += numbers(page)
        if page["next"] is None:
            break
        page = programs.lin.get(page["next"])
    assert seen == wanted
    back: list[str] = []
    while page["previous"] is not None:
        page = programs.lin.get(page["previous"])
        back = numbers(page) + back
    assert back == wanted[:6]


def test_a_page_does_not_shift_when_orders_come_in(city: City, programs: Programs) -> None:
    old = [order.number for order in registered(city, 4)][::-1]
    first = programs.lin.get(ORDERS, page_size=2)
    with pretend(MORNING + timedelta(hours=1)):
        city.register()
    assert numbers(first) + numbers(programs.lin.get(first["next"])) == old


def test_a_page_keeps_the_filters_in_its_addresses(city: City, programs: Programs) -> None:
    registered(city, 3)
    told = programs.lin.get(ORDERS, page_size=1, status=["registered", "referred"], sort="registered_at")
    asked = parse_qs(urlsplit(told["next"]).query)
    assert asked["status"] == ["registered", "referred"] and asked["sort"] == ["registered_at"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"page_size": "9" * 400}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"page_size": "٣"}, "page_size"),
        ({"page_size": ""}, "page_size"),
        ({"sort": "content"}, "sort"),
        ({"at": "x"}, "at"),
        ({"at": "W10"}, "at"),
        ({"at": "W1tbW1tbW1tbW1tb"}, "at"),
        ({"at": "长"}, "at"),
        ({"status": "lost"}, "status"),
        ({"status": "\x00"}, "status"),
        ({"q": "\x00"}, "q"),
        ({"kind": ["help", "fury"]}, "kind"),
        ({"category": "no-such-code"}, "category"),
        ({"category": "\x00"}, "category"),
        ({"department": "1"}, "department"),
        ({"area": "\ufffd"}, "area"),
        ({"open": "banana"}, "open"),
        ({"registered_from": "yesterday"}, "registered_from"),
        ({"registered_from": "2026-02-30"}, "registered_from"),
        ({"due": "never"}, "due"),
        ({"desk": "mine"}, "desk"),
        ({"statsu": "closed"}, "statsu"),
        ({"registered_to": ""}, "registered_to"),
        ({"department": ""}, "department"),
        ({"status": ["", "closed"]}, "status"),
        ({"open": ["true", ""]}, "open"),
    ],
)
def test_what_a_list_cannot_be_asked_is_named(
    city: City, programs: Programs, query: dict[str, Any], field: str
) -> None:
    told = programs.lin.get(ORDERS, 400, **query)
    assert list(told["errors"]) == [field] and told["errors"][field][0]


@pytest.mark.parametrize(
    "query",
    [
        {"registered_to": "9999-12-31"},
        {"registered_from": "0001-01-01"},
        {"registered_to": "0001-01-01"},
        {"q": "%_\\' OR 1=1 --"},
        {"q": "长" * 2000},
        {"q": "9" * 2000},
        {"at": ""},
        {"q": ""},
    ],
)
def test_odd_but_possible_questions_are_answered(city: City, programs: Programs, query: dict[str, Any]) -> None:
    registered(city, 1)
    programs.lin.get(ORDERS, **query)


NOWHERE: list[Any] = [
    ["2026-11-23T10:00:00", 1, False],
    ["2026-11-23T10:00:00+08:00", "1", False],
    [1, 1, False],
    [[], 1, 0],
    {},
]


def forged(mark: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode()


def test_a_forged_place_is_no_place(city: City, programs: Programs) -> None:
    registered(city, 1)
    for mark in NOWHERE:
        assert list(programs.lin.get(ORDERS, 400, at=forged(mark))["errors"]) == ["at"]
    for mark in ([10**30, 1, False], ["x\x00", 1, False], ["\ud800", 1, False], ["x", 10**30, False]):
        for path in ("departments/", "referrals/", "callbacks/", "categories/"):
            assert programs.lin.http.get(DOOR + path, {"at": forged(mark)}).status_code in (200, 400)


def test_orders_are_narrowed_as_on_the_pages(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        leak = city.register()
        parked = city.register(category=city.parking, title="占用盲道停车", kind="complaint", area=None, channel="W")
        referrals.refer(leak, by=city.wang, lead=city.water_east)
    with pretend(MORNING + timedelta(hours=1)):
        asked: list[tuple[dict[str, Any], WorkOrder]] = [
            ({"status": "referred"}, leak),
            ({"kind": "complaint"}, parked),
            ({"channel": "W"}, parked),
            ({"category": "05"}, parked),
            ({"area": "east"}, leak),
            ({"department": "water"}, leak),
            ({"desk": "dispatch"}, parked),
            ({"q": "盲道"}, parked),
            ({"q": leak.number}, leak),
            ({"due": "soon", "desk": "dispatch"}, parked),
        ]
        for query, found in asked:
            assert numbers(programs.lin.get(ORDERS, **query)) == [found.number], query
        assert len(numbers(programs.lin.get(ORDERS, open="true", registered_from="2026-11-23"))) == 2
        assert numbers(programs.lin.get(ORDERS, open="false")) == []
        assert numbers(programs.lin.get(ORDERS, registered_to="2026-11-22")) == []
        assert numbers(programs.east.get(ORDERS)) == [leak.number], "found through the person"


def test_referrals_are_narrowed(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        order = city.register()
        lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
        other = referrals.refer(city.register(), by=city.wang, lead=city.traffic)
        referrals.accept(lead, by=city.zhao)
    support = order.referrals.get(role="supporting")

    def found(program: Program, **query: Any) -> set[int]:
        with pretend(MORNING + timedelta(hours=1)):
            return {row["id"] for row in program.get(f"{DOOR}referrals/", **query)["results"]}

    assert found(programs.lin) == {lead.pk, support.pk, other.pk}
    assert found(programs.qian) == {support.pk, other.pk}
    assert found(programs.lin, order=order.number) == {lead.pk, support.pk}
    assert found(programs.lin, department="traffic-police") == {support.pk, other.pk}
    assert found(programs.lin, role="supporting") == {support.pk}
    assert found(programs.lin, status=["accepted"]) == {lead.pk}
    assert found(programs.lin, live="true") == {lead.pk, support.pk, other.pk}
    assert found(programs.lin, live="false") == found(programs.lin, due="overdue") == set()
    assert found(programs.lin, due="on_time") == {lead.pk, support.pk, other.pk}
    assert found(programs.lin, sent_from="2026-11-23", sent_to="9999-12-31") == {lead.pk, support.pk, other.pk}
    assert found(programs.lin, sent_to="2026-11-22") == set()
    assert found(programs.sun) == set()


def called_back(city: City, **said: Any) -> WorkOrder:
    with pretend(MORNING):
        order = city.register()
        part = referrals.accept(referrals.refer(order, by=city.wang, lead=city.water), by=city.zhao)
        part = referrals.record_contact(part, by=city.zhao, note="已联系")
        referrals.pass_answer(referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复"), by=city.he)
        values: dict[str, Any] = {"contacted": True, "resolution": "solved", "satisfaction": 5}
        callbacks.record_result(order, by=city.tang, **{**values, **said})
    return order


def test_callbacks_are_narrowed(city: City, programs: Programs) -> None:
    content = called_back(city)
    not_content = called_back(city, resolution="not_solved", satisfaction=1, why_not="not_solved")

    def found(program: Program, **query: Any) -> list[str]:
        return [row["order"] for row in program.get(f"{DOOR}callbacks/", **query)["results"]]

    assert found(programs.lin) == [not_content.number, content.number]
    assert found(programs.lin, resolution="solved") == found(programs.lin, satisfaction=["5", "4"]) == [content.number]
    assert found(programs.lin, order=not_content.number) == [not_content.number]
    assert len(found(programs.lin, department="water", status="completed", completed_from="2026-11-23")) == 2
    assert found(programs.lin, completed_to="2026-11-22") == found(programs.lin, verdict="rework") == []
    assert len(found(programs.zhao)) == 2 and found(programs.sun) == []


def test_codes_are_looked_up_in_their_lists(city: City, programs: Programs) -> None:
    def codes(path: str, **query: Any) -> list[str]:
        return [row["code"] for row in programs.sun.get(DOOR + path, **query)["results"]]

    assert set(codes("departments/", within="water")) == {"water", "water-east"}
    assert codes("departments/", kind="town") == codes("departments/", name="远山") == ["far-town"]
    assert codes("categories/", name="停车") == ["0501"]
    assert codes("categories/", within="04", is_active="true") == ["04", "0401"]
    assert codes("areas/", level="district") == ["east"]
    assert programs.sun.get(f"{DOOR}departments/water-east/")["parent"] == "water"
    assert programs.sun.get(f"{DOOR}categories/0401/")["full_name"] == "公用事业 / 供水"
    assert programs.sun.get(f"{DOOR}areas/east-1/")["parent"] == "east"
    Department.objects.filter(code="far-town").update(is_active=False)
    assert "far-town" not in codes("departments/", is_active="true")


def queries(program: Program, path: str) -> int:
    program.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        program.get(path)
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_the_rows(city: City, programs: Programs) -> None:
    order = called_back(city, resolution="not_solved", satisfaction=1, why_not="not_solved")
    part = order.referrals.get()
    paths = [
        ORDERS,
        f"{ORDERS}?q=漏水&status=deciding",
        f"{ORDERS}{order.number}/events/",
        f"{DOOR}referrals/",
        f"{DOOR}callbacks/",
        f"{DOOR}categories/",
        f"{DOOR}departments/",
        f"{ORDERS}{order.number}/",
        f"{DOOR}referrals/{part.pk}/",
    ]
    few = {(who, path): queries(who, path) for who in (programs.chen, programs.zhao) for path in paths}
    for _more in range(4):
        called_back(city, resolution="not_solved", satisfaction=1, why_not="not_solved")
        with pretend(MORNING):
            referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.traffic])
    assert {(who, path): queries(who, path) for who, path in few} == few
    assert max(few.values()) <= 24
