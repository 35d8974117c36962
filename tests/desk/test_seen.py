"""谁看过: supervisors read who had an order before him, and what a person has seen; each page says whose it is."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.staticfiles import finders
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from oversight.models import Export, Taken
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders.looks import look
from workorders.models import Look

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)


def seen(client: Client, address: str) -> list[tuple[str, str, str]]:
    """Who, how and why, line by line."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [(entry.who.username, entry.how, entry.why) for entry in answer.context["page"].entries]


def sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_looks_reveals_prints_and_exports_stand_in_one_list_the_latest_first(city: City, signed_in: SignedIn) -> None:
    lin, chen = signed_in(city.lin), signed_in(city.chen)
    with pretend(MORNING):
        order, other = city.register(), city.register(kind="complaint")
        lin.get(order.get_absolute_url())
    with pretend(MORNING + timedelta(minutes=1)):
        lin.post(order.get_absolute_url() + "reveal/", {"reason": "核对地址"})
    with pretend(MORNING + timedelta(minutes=2)):
        lin.post(order.get_absolute_url() + "printed/")
    with pretend(MORNING + timedelta(minutes=3)):
        sent(chen.get("/board/orders.csv?kind=help"))
    with pretend(MORNING + timedelta(minutes=4)):
        sent(chen.get("/board/orders.xlsx?kind=complaint"))
    assert seen(chen, order.get_absolute_url() + "seen/") == [
        ("chen", "exported: list of orders, 1 rows", "kind=help"),
        ("lin", "print", ""),
        ("lin", "revealed the caller", "核对地址"),
        ("lin", "page", ""),
    ]
    assert seen(chen, other.get_absolute_url() + "seen/") == [
        ("chen", "exported: list of orders, 1 rows", "kind=complaint")
    ]
    assert seen(chen, order.get_absolute_url() + "seen/?by=chen") == [
        ("chen", "exported: list of orders, 1 rows", "kind=help")
    ]


@pytest.mark.parametrize("door", Look.Door)
def test_every_door_is_told_with_a_sign_that_the_kit_has(
    city: City, signed_in: SignedIn, rf: RequestFactory, door: Look.Door
) -> None:
    order = city.register()
    assert look(order, door, by=city.lin, request=rf.get("/"))
    answer = signed_in(city.chen).get(order.get_absolute_url() + "seen/")
    [entry] = answer.context["page"].entries
    assert entry.how == door.label and f'class="ti ti-{entry.icon}"' in answer.content.decode()
    kit = finders.find("vendor/tabler-icons/tabler-icons.css")
    assert kit is not None and f".ti-{entry.icon}:before" in Path(kit).read_text(encoding="utf-8")


def test_an_export_is_found_by_what_was_in_it_when_it_left_whatever_has_become_of_it(
    city: City, signed_in: SignedIn
) -> None:
    chen = signed_in(city.chen)
    with pretend(MORNING):
        order = city.register()
        sent(chen.get("/board/orders.csv?status=registered"))
        referrals.refer(order, by=city.wang, lead=city.water)
        late = city.register()
    assert [how for _who, how, _why in seen(chen, order.get_absolute_url() + "seen/")] == [
        "exported: list of orders, 1 rows"
    ]
    assert seen(chen, late.get_absolute_url() + "seen/") == []


def test_what_left_the_house_is_neither_changed_nor_rubbed_out(city: City, signed_in: SignedIn) -> None:
    city.register()
    sent(signed_in(city.chen).get("/board/orders.csv"))
    for change in (
        lambda: Export.objects.update(by=city.lin),
        lambda: Export.objects.all().delete(),
        lambda: Taken.objects.update(orders="{}"),
        lambda: Taken.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()
    assert Taken.objects.filter(export__by=city.chen).count() == 1


def test_pages_follow_one_another_without_a_gap_or_a_line_twice(
    city: City, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.views.seen.PAGE_SIZE", 2)
    lin, chen = signed_in(city.lin), signed_in(city.chen)
    with pretend(MORNING):
        order = city.register()
        path = order.get_absolute_url()
        for way in ("", "peek/", "amend/"):
            lin.get(path + way)
        lin.post(path + "reveal/", {"reason": "核对地址"})
        sent(chen.get("/board/orders.csv"))
    whole, address = [], "?"
    while address:
        answer = chen.get(path + "seen/" + address)
        page = answer.context["page"]
        whole += [entry.mark for entry in page.entries]
        address = f"?at={page.following.replace('+', '%2B')}" if page.following else ""
    assert len(whole) == len(set(whole)) == 5 and whole == sorted(whole, reverse=True)
    assert len(seen(chen, path + "seen/?at=nonsense")) == 2


def test_what_a_person_has_seen_is_found_by_name_and_taken_along_on_record(city: City, signed_in: SignedIn) -> None:
    lin, chen = signed_in(city.lin), signed_in(city.chen)
    with pretend(MORNING):
        order = city.register()
        lin.get(order.get_absolute_url())
        lin.post(order.get_absolute_url() + "reveal/", {"reason": "=1+1"})
        signed_in(city.wang).get(order.get_absolute_url())
    assert "/seen/lin/" in chen.get("/seen/?q=林").content.decode()
    assert seen(chen, "/seen/lin/") == [("lin", "revealed the caller", "=1+1"), ("lin", "page", "")]
    with pretend(LATER):
        taken = sent(chen.get("/seen/lin/looks.csv"))
    lines = list(csv.reader(taken.decode("utf-8-sig").splitlines()))
    assert [(line[1], line[3], line[4]) for line in lines[1:]] == [
        (order.number, "revealed the caller", "'=1+1"),
        (order.number, "page", ""),
    ]
    export = Export.objects.get()
    assert (export.by, export.what, export.asked, export.rows) == (city.chen, "looks", "person=lin", 2)


def test_the_list_costs_the_same_however_long_it_is(city: City, signed_in: SignedIn) -> None:
    chen, order = signed_in(city.chen), city.register()
    path = order.get_absolute_url()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert chen.get(path + "seen/").status_code == 200
        return len(asked)

    chen.get(path)
    few = cost()
    for hours, who in enumerate((city.lin, city.wang, city.he, city.tang)):
        with pretend(MORNING + timedelta(hours=hours)):
            signed_in(who).get(path)
    assert cost() == few <= 8


def test_each_page_and_workbook_says_whose_it_is(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        page = signed_in(city.chen).get(order.get_absolute_url()).content.decode()
        book = openpyxl.load_workbook(BytesIO(sent(signed_in(city.chen).get("/board/orders.xlsx"))))
    mark = page.partition('<svg class="watermark" aria-hidden="true"')[2].partition("</svg>")[0]
    assert "陈主任 · chen" in mark and "hotline" in mark and "Mon 23 Nov 2026 10:00" in mark
    assert "watermark" not in Client().get("/sign-in/").content.decode().partition("<body")[2]
    assert "陈主任" in book.properties.creator
    assert all("陈主任" in sheet.oddFooter.left.text for sheet in book)
