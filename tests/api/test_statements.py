"""What the API's answers cost in statements: few, for everybody, and no more however much they tell."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from tests.lives import discontent
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

ORDERS = f"{DOOR}work-orders/"
LIST, DETAIL = 8, 12


def statements(program: Program, path: str, **query: Any) -> int:
    """How many statements the whole request takes, from the token to the last row."""
    program.get(path, **query)
    with CaptureQueriesContext(connection) as asked:
        program.get(path, **query)
    return len(asked)


@pytest.mark.parametrize("name", ["lin", "wang", "he", "tang", "chen", "zhao", "li"])
def test_a_list_costs_what_a_shorter_one_does_and_an_order_what_one_with_less_on_it_does(
    name: str, city: City, programs: Programs
) -> None:
    program = getattr(programs, name)

    def costs(order: WorkOrder) -> list[int]:
        part, callback = order.referrals.earliest("id"), order.callbacks.get()
        lists = [ORDERS, f"{ORDERS}{order.number}/events/", f"{DOOR}referrals/", f"{DOOR}callbacks/"]
        records = [f"{ORDERS}{order.number}/", f"{DOOR}referrals/{part.pk}/", f"{DOOR}callbacks/{callback.pk}/"]
        counts = [statements(program, path) for path in lists]
        assert max(counts) <= LIST
        counts += [statements(program, path) for path in records]
        assert max(counts) <= DETAIL
        return counts

    with pretend(MORNING):
        few = costs(discontent(city))
        for _number in range(10):
            city.register()
        assert costs(discontent(city, supporting=3, notes=26)) == few
