"""What programs read of an order is on record, and supervisors' programs read the record."""

from __future__ import annotations

import pytest

from referrals import actions as referrals
from staff.now import pretend
from tests.api.client import DOOR
from tests.api.conftest import Programs
from tests.cast import MORNING, City

pytestmark = pytest.mark.django_db


def test_reading_an_order_its_timeline_or_a_part_is_on_record_and_told(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        order = city.register()
        part = referrals.refer(order, by=city.wang, lead=city.water)
        programs.zhao.get(f"{DOOR}referrals/{part.pk}/")
        programs.lin.get(f"{DOOR}work-orders/{order.number}/events/")
        programs.wang.get(f"{DOOR}work-orders/{order.number}/")
    told = programs.chen.get(f"{DOOR}looks/", order=order.number)
    assert [(one["person"], one["kind"], one["how"], one["order"]) for one in told["results"]] == [
        (name, "look", "program", order.number) for name in ("wang", "lin", "zhao")
    ]
    assert told["next"] is None
    alone = programs.chen.get(f"{DOOR}looks/", order=order.number, person="lin")
    assert [one["person"] for one in alone["results"]] == ["lin"]
    assert programs.chen.get(f"{DOOR}looks/", person="lin") == alone


def test_a_list_read_by_a_program_is_no_look_at_each_order_in_it(city: City, programs: Programs) -> None:
    order = city.register()
    programs.wang.get(f"{DOOR}work-orders/")
    assert not order.looks.exists()
