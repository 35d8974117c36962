"""A record is found through the person."""

import pytest

from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from workorders.scope import visible_orders

pytestmark = pytest.mark.django_db


def test_a_department_finds_what_was_handed_to_it_and_nothing_else(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        assert not visible_orders(city.zhao).exists()
        referrals.refer(order, by=city.wang, lead=city.water)
    assert visible_orders(city.zhao).get() == order
    assert visible_orders(city.lin).get() == order
    assert not visible_orders(city.sun).exists()
    assert not visible_orders(city.qian).exists()
