"""Opening, peeking at and printing an order are on record; where the database takes nothing, people go on reading."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders.models import WorkOrder

HTMX = {"HX-Request": "true"}


def doors(order: WorkOrder) -> list[tuple[str, str]]:
    return list(order.looks.order_by("id").values_list("person__username", "door"))


@pytest.mark.django_db
def test_every_way_to_an_order_is_on_record(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        path, wang = order.get_absolute_url(), signed_in(city.wang)
        assert wang.get(path + "peek/").status_code == 200
        assert wang.get(path).status_code == 200
        assert wang.get(path + "amend/", headers=HTMX).status_code == 200
        assert wang.post(path + "printed/").status_code == 204
        assert signed_in(city.lin).get(path + "registered/").status_code == 200
    assert doors(order) == [("wang", "peek"), ("wang", "page"), ("wang", "form"), ("wang", "print"), ("lin", "page")]


@pytest.mark.django_db
def test_what_a_person_may_not_see_he_has_not_seen(city: City, signed_in: SignedIn) -> None:
    order = city.register()
    sun, path = signed_in(city.sun), order.get_absolute_url()
    asked = [sun.get(path), sun.get(path + "peek/"), sun.get(path + "note/"), sun.post(path + "printed/")]
    assert [answer.status_code for answer in asked] == [404] * 4 and doors(order) == []


@pytest.mark.django_db
def test_who_reveals_has_the_order_before_him_too(city: City, signed_in: SignedIn) -> None:
    order = city.register()
    signed_in(city.lin).post(order.get_absolute_url() + "reveal/", {"reason": "核对地址"}, headers=HTMX)
    assert doors(order) == [("lin", "page")] and order.reveals.get().by == city.lin


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["", "peek/"])
def test_where_nothing_can_be_written_the_page_is_read_and_the_log_has_the_look(
    way: str, city: City, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    order = city.register()
    wang = signed_in(city.wang)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        with caplog.at_level(logging.ERROR, logger="workorders.looks"):
            answer = wang.get(order.get_absolute_url() + way)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert answer.status_code == 200
    assert order.content in answer.content.decode() and "stands in the log" in answer.content.decode()
    (line,) = caplog.records
    door = "peek" if way else "page"
    assert (vars(line)["order"], vars(line)["person"], vars(line)["door"]) == (order.number, city.wang.pk, door)
    assert doors(order) == []
