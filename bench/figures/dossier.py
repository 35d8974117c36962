"""卷宗: the page of an order that has been through much, for each of those who read it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from bench.raw import appeal
from bench.run import Run
from bench.table import Row, Times
from loading.demo.city import City, city
from referrals import actions as referrals
from staff.now import pretend
from workorders import actions
from workorders.models import WorkOrder

LEVEL = 40.0
PEOPLE = ("lin", "wang", "chen")
ORDERS, ROUNDS = 20, 3
EVENTS, REFERRALS = 30, 4


def measure(run: Run) -> Iterator[Row]:
    """Every order by every person, round after round on a warm server; the first look at each is told apart."""
    orders = [order.number for order in much_discussed(ORDERS)]
    first, again = [], []
    with run.web() as house:
        for name in PEOPLE:
            person = house.signed_in(name)
            person.get("/orders/")
            first += [person.get(f"/orders/{number}/").seconds for number in orders]
            again += [person.get(f"/orders/{number}/").seconds for _round in range(ROUNDS) for number in orders]
    what = f"{len(orders)} orders of {EVENTS} entries and {REFERRALS} parts, three roles, over HTTP"
    times = Times.of(again)
    yield Row(
        "dossier",
        str(times),
        f"p95 ≤ {LEVEL:.0f} ms",
        times.p95 <= LEVEL,
        f"{what}; after a first look at each, {ROUNDS} times each",
    )
    yield Row("dossier, a person's first look at each", str(Times.of(first)), how=what)


def much_discussed(count: int) -> list[WorkOrder]:
    """So many fresh orders with so many entries and parts, by the actions that make them."""
    there = city()
    return [_discussed(there, nth) for nth in range(count)]


def _discussed(there: City, nth: int) -> WorkOrder:
    """Two units ask to be relieved of it before the third takes it on, and everybody has his say."""
    agent, dispatcher = there.people["agent"][0], there.people["dispatcher"][0]
    units = there.bureaus
    with pretend(timezone.now()):
        order = actions.register(appeal(nth), by=agent)
        for turn in range(2):
            lead, other = units[(nth + 2 * turn) % len(units)], units[(nth + 2 * turn + 1) % len(units)]
            part = referrals.refer(order, by=dispatcher, lead=lead, supporting=[other])
            officer = there.officers[lead.pk][0]
            if turn == 0:
                referrals.request_return(part, by=officer, reason="not_our_duty", basis="依照职责清单，不属本单位")
                referrals.uphold_return(part, by=dispatcher, ruling="同意退回，另行派单")
                order.refresh_from_db()
        part = referrals.accept(part, by=officer)
        referrals.record_contact(part, by=officer, note="已与市民取得联系，约定上门时间")
        order.refresh_from_db()
        while order.version < EVENTS:
            order = actions.note(order, by=dispatcher, text=f"第{order.version}次记录：已提醒承办单位按时回复市民")
    assert order.referrals.count() == REFERRALS
    return order
