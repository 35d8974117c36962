"""How often the database is asked: a registration through each door, and every move of an order's life.

Counted is what goes over the wire: BEGIN and COMMIT too, or the savepoint that stands for them inside a test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from callbacks import actions as callbacks
from referrals import actions as referrals
from staff.models import Token, User
from staff.now import pretend
from staff.signing_in import Backend
from staff.tokens import issue
from tests.cast import MORNING, City, build
from workorders import actions

# The statements of each move, at most; `refer` to two departments, which tell their people.
MOVES = {
    "register": 4,
    "answer_on_the_spot": 7,
    "refer": 21,
    "request_return": 11,
    "uphold_return": 21,
    "accept": 9,
    "record_contact": 8,
    "request_extension": 13,
    "grant_extension": 19,
    "answer": 16,
    "send_back": 18,
    "pass_answer": 14,
    "record_attempt": 13,
    "record_result": 9,
    "chase": 12,
    "note": 4,
}
# And of a registration through each door, the session and the permissions included.
DOORS = {"page": 11, "token": 11, "session": 12, "key": 12, "brief": 9}


def asked(do: Callable[[], Any]) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as queries:
        done = do()
    return done, [query["sql"] for query in queries]


def as_in_a_request(person: User) -> User:
    found = Backend().get_user(person.pk)
    assert found is not None
    return found


class Counted:
    """Makes moves as the requests of people do, and notes the statements each took."""

    def __init__(self) -> None:
        self.most: dict[str, int] = {}
        self.at = MORNING

    def __call__(self, move: Callable[..., Any], *args: Any, by: User, later: timedelta, **said: Any) -> Any:
        self.at += later
        person = as_in_a_request(by)
        with pretend(self.at):
            done, statements = asked(lambda: move(*args, by=person, **said))
        name = move.__name__
        self.most[name] = max(self.most.get(name, 0), len(statements))
        return done


@pytest.mark.django_db
def test_each_move_asks_the_database_only_so_often(city: City) -> None:
    does, soon = Counted(), timedelta(minutes=10)

    on_the_spot = does(actions.register, city.appeal(), by=city.lin, later=soon)
    does(actions.answer_on_the_spot, on_the_spot, by=city.lin, later=soon, reply="便民中心可以缴费")

    order = does(actions.register, city.appeal(), by=city.lin, later=soon)
    does(actions.note, order, by=city.lin, later=soon, text="市民将外出")
    part = does(referrals.refer, order, by=city.wang, later=soon, lead=city.traffic)
    does(referrals.request_return, part, by=city.qian, later=soon, reason="unclear", basis="职责清单")
    does(referrals.uphold_return, part, by=city.wang, later=soon)
    part = does(referrals.refer, order, by=city.wang, later=soon, lead=city.water, supporting=[city.traffic])
    does(referrals.accept, part, by=city.zhao, later=soon)
    does(referrals.record_contact, part, by=city.zhao, later=soon, note="已联系")
    does(actions.chase, order, by=city.lin, later=soon, words="还没有来人")
    does(referrals.request_extension, part, by=city.zhao, later=soon, days=2, reason="需要开挖")
    does(referrals.grant_extension, part, by=city.wang, later=soon)
    for _time in range(2):
        does(referrals.answer, part, by=city.zhao, later=soon, outcome="solved", public_reply="已修复")
        if _time == 0:
            does(referrals.send_back, part, by=city.he, later=soon, comment="请补充时间")
    does(referrals.pass_answer, part, by=city.he, later=soon)
    does(callbacks.record_attempt, order, by=city.tang, later=timedelta(hours=2), result="busy")
    verdict = {"contacted": True, "resolution": "solved", "satisfaction": 5}
    does(callbacks.record_result, order, by=city.tang, later=timedelta(days=1), **verdict)

    too_many = {name: (most, MOVES[name]) for name, most in does.most.items() if most > MOVES[name]}
    assert not too_many, f"{{move: (statements, allowed)}}: {too_many}"
    assert does.most.keys() == MOVES.keys()


@pytest.mark.django_db(transaction=True)
def test_a_registration_asks_the_database_only_so_often_through_any_door() -> None:
    city = build()
    browser, program = (
        Client(),
        Client(headers={"Authorization": f"Token {issue(Token(person=city.lin, name='tests'))}"}),
    )
    browser.force_login(city.lin)
    said = {
        "title": "花园路水管漏水",
        "content": "花园路12号门口水管漏水两天，路面积水。",
        "address": "花园路12号",
        "caller_name": "王小明",
        "caller_phone": "13812340271",
    }
    typed = {**said, "category": city.leak.pk, "area": city.area.pk, "channel": "P", "kind": "help"}
    typed |= {"urgency": "normal", "end": "register"}
    sent = {**said, "category": city.leak.code, "area": city.area.code}

    def posts(client: Client, **headers: str) -> Callable[[], Any]:
        return lambda: client.post("/api/v1/work-orders/", sent, "application/json", headers=headers)

    calls = count(1)
    doors: dict[str, Callable[[], Any]] = {
        "page": lambda: browser.post(f"/register/{next(calls)}/", typed),
        "token": posts(program),
        "session": posts(browser),
        "key": posts(program, **{"Idempotency-Key": "a-1"}),
        "brief": posts(program, **{"Idempotency-Key": "a-2", "Prefer": "return=minimal"}),
    }
    asked(doors["page"])  # the calendar is read once in a few seconds, by whoever comes first
    program.get("/api/v1/")  # that a token is in use is written once an hour
    most = {}
    for name, door in doors.items():
        answer, statements = asked(door)
        assert answer.status_code in (201, 302), answer.content.decode()
        assert "BEGIN" in statements and "COMMIT" in statements, "what keeps it together is counted"
        most[name] = len([sql for sql in statements if "staff_calendarday" not in sql])
    assert {name: most[name] for name in DOORS if most[name] > DOORS[name]} == {}
    assert max(DOORS.values()) <= 15
