"""What a page costs in statements: few, for everybody, and no more however much there is to show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk import queues
from referrals import actions as referrals
from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from tests.lives import discontent, one_in_each_queue
from workorders import actions
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

WHO = ("lin", "wang", "he", "tang", "chen", "zhao", "li")
LIST, DOSSIER, PEEK, HOME, RAIL = 8, 15, 7, 8, 7
LATER = MORNING + timedelta(hours=5)


def statements(browser: Client, path: str) -> int:
    """How many statements the whole request takes, from the session to the last row."""
    assert browser.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        browser.get(path)
    return len(asked)


def lists_of(who: User) -> list[str]:
    return ["/orders/", "/orders/?sort=next_due_at", *(kind.url for kind in queues.queues_of(who))]


@pytest.mark.parametrize("name", WHO)
def test_each_list_home_and_rail_cost_the_same_for_one_order_in_each_queue_and_for_more(
    name: str, city: City, signed_in: SignedIn
) -> None:
    who = getattr(city, name)
    browser = signed_in(who)
    with pretend(MORNING):
        one_in_each_queue(city)
    with pretend(LATER):
        assert all(queue.count for queue in queues.counted(who) if queue.kind.key not in NOT_THEIRS)
        few = {path: statements(browser, path) for path in [*lists_of(who), "/", "/rail/"]}
    with pretend(MORNING):
        one_in_each_queue(city)
    with pretend(LATER):
        assert {path: statements(browser, path) for path in few} == few
    assert few.pop("/") <= HOME and few.pop("/rail/") <= RAIL
    assert max(few.values()) <= LIST


# Hands that hold nothing in this city.
NOT_THEIRS = {"mine", "registered", "overdue", "late"}


@pytest.mark.parametrize("name", ["lin", "wang", "chen", "zhao"])
def test_fifty_rows_cost_what_ten_do_however_they_are_narrowed(name: str, city: City, signed_in: SignedIn) -> None:
    browser = signed_in(getattr(city, name))
    paths = [
        "/orders/",
        "/orders/?kind=help&status=referred",
        "/orders/?category=04&area=east&department=water&due=soon",
    ]
    counts = []
    for more in (10, 45):
        with pretend(MORNING):
            for _number in range(more):
                referrals.refer(city.register(), by=city.wang, lead=city.water)
            counts.append([statements(browser, path) for path in paths])
    assert counts[0] == counts[1] and max(counts[1][:2]) <= LIST
    with pretend(MORNING):
        assert len(browser.get("/orders/").context["rows"]) == 50


@pytest.mark.parametrize("name", WHO)
def test_a_dossier_with_thirty_entries_and_four_referrals_costs_what_a_short_one_does(
    name: str, city: City, signed_in: SignedIn
) -> None:
    browser = signed_in(getattr(city, name))
    with pretend(MORNING):
        short, long = discontent(city), discontent(city, supporting=3, notes=26)
        assert long.referrals.count() == 4 and long.events.count() > 30
        costs = [dossier_and_peek(browser, order) for order in (short, long)]
    assert costs[0] == costs[1]
    assert costs[0][0] <= DOSSIER and costs[0][1] <= PEEK


@pytest.mark.parametrize("name", ["wang", "chen", "zhao", "li"])
def test_parts_in_hand_cost_no_more_than_one_though_each_has_moves(name: str, city: City, signed_in: SignedIn) -> None:
    browser = signed_in(getattr(city, name))
    with pretend(MORNING):
        orders = [city.register(), city.register()]
        actions.merge(city.register(), by=city.wang, into=orders[1])
        for order, helpers in zip(orders, ([], [city.water_east, city.traffic, city.town]), strict=True):
            lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=helpers)
            for part in order.referrals.all():
                referrals.accept(part, by=BY[part.department.code](city))
            lead.refresh_from_db()
            referrals.request_return(lead, by=city.zhao, reason="unclear", basis="条例")
            actions.supervise(order, by=city.chen, reason="领导批示")
        costs = [dossier_and_peek(browser, order) for order in orders]
    assert costs[0] == costs[1]
    assert costs[0][0] <= DOSSIER and costs[0][1] <= PEEK


BY = {
    "water": lambda city: city.zhao,
    "water-east": lambda city: city.east,
    "traffic-police": lambda city: city.qian,
    "far-town": lambda city: city.sun,
}


def dossier_and_peek(browser: Client, order: WorkOrder) -> tuple[int, int]:
    """Their statements."""
    path = order.get_absolute_url()
    return statements(browser, path), statements(browser, path + "peek/")


def test_a_queue_is_counted_to_a_thousand_and_no_further(
    city: City, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "COUNTED_TO", 3)
    with pretend(MORNING):
        for _number in range(3):
            city.register()
        (refer,) = (queue for queue in queues.counted(city.wang) if queue.kind.key == "refer")
        assert (refer.count, refer.told) == (3, "3")
        for _number in range(3):
            city.register()
        (refer,) = (queue for queue in queues.counted(city.wang) if queue.kind.key == "refer")
        assert (refer.count, refer.told) == (4, "3+")
        page = signed_in(city.wang).get("/").content.decode()
    assert "3+" in page and "all 3+" in page
