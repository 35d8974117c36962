"""Registering through the API: the intake's rules, and once however often a program asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.api.conftest import Programs
from tests.cast import MORNING, City, build
from workorders.models import Category, Registration, WorkOrder
from workorders.numbers import is_number

ORDERS = f"{DOOR}work-orders/"
APPEAL = {
    "title": "花园路水管漏水",
    "content": "花园路12号门口水管漏水两天，路面积水。",
    "category": "0401",
    "caller_phone": "13812340271",
}


def register(program: Program, key: str | None = None, status: int = 201, **changes: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    with pretend(MORNING):
        return program.post(ORDERS, {**APPEAL, **changes}, status, **headers)


@pytest.mark.django_db
def test_an_appeal_becomes_an_order_with_a_number_and_a_code(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        answer = programs.lin.http.post(
            ORDERS,
            {
                **APPEAL,
                "channel": "W",
                "kind": "complaint",
                "urgency": "urgent",
                "area": "east-1",
                "address": "花园路12号",
                "wants": "尽快修复",
                "incident_at": "2026-11-22T08:00:00+08:00",
                "confidential": True,
                "reply_wanted": False,
                "caller_name": "王小明",
                "caller_contact": "微信同号",
            },
        )
    told = answer.json()
    assert answer.status_code == 201 and answer["Location"] == told["url"]
    assert type(answer["Location"]) is str, "some servers take nothing else"
    assert is_number(told["number"]) and told["number"][8] == "W" and len(told["query_code"]) == 8
    order = WorkOrder.objects.get(number=told["number"])
    assert (order.registered_by, order.caller.phone, order.caller.contact) == (city.lin, "13812340271", "微信同号")
    assert (order.kind, order.urgency, order.area, order.confidential) == ("complaint", "urgent", city.area, True)
    assert told["incident_at"] == "2026-11-22T08:00:00+08:00" and told["reply_wanted"] is False
    assert told["steps"][0]["kind"] == "refer" and told["steps"][0]["explanation"]


@pytest.mark.django_db
def test_the_categorys_own_questions_are_answered_by_their_labels(city: City, programs: Programs) -> None:
    Category.objects.filter(code="0401").update(questions=[{"label": "水表号", "type": "text"}])
    told = register(programs.lin, extra={"水表号": "W-77"})
    assert told["extra"] == {"水表号": "W-77"}
    assert register(programs.lin, extra=None)["extra"] == {}
    for extra in ({"颜色": "红"}, {"水表号": 7}, {"水表号": "长" * 201}, "W-77", ["W-77"], {"水表号": {"a": "b"}}):
        assert list(register(programs.lin, status=400, extra=extra)["errors"]) == ["extra"]


@pytest.mark.django_db
def test_what_is_left_out_has_the_first_value_of_the_page(city: City, programs: Programs) -> None:
    told = register(programs.lin)
    assert (told["channel"], told["kind"], told["urgency"]) == ("P", "help", "normal")
    assert told["reply_wanted"] is True and told["confidential"] is False and told["area"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "9999", "04\x0001", "４", "9" * 400, ["0401"], {"code": "0401"}, 401, True])
def test_what_is_no_categorys_code_is_said_beside_the_field(city: City, programs: Programs, code: object) -> None:
    assert "category" in register(programs.lin, status=400, category=code)["errors"]


@pytest.mark.django_db
def test_no_appeal_is_registered_under_a_category_out_of_use(city: City, programs: Programs) -> None:
    Category.objects.filter(code="0401").update(is_active=False)
    assert "category" in register(programs.lin, status=400)["errors"]


@pytest.mark.django_db
def test_the_same_key_gets_the_same_answer_and_no_second_order(city: City, programs: Programs) -> None:
    first = register(programs.lin, "a-1")
    with pretend(MORNING + timedelta(hours=1)):
        programs.wang.does(programs.wang.get(first["url"]), "note", text="x")
    assert register(programs.lin, "a-1") == first
    assert WorkOrder.objects.count() == 1
    assert register(programs.lin, "a-2")["number"] != first["number"]
    assert register(programs.chen, "a-1")["number"] != first["number"], "another person's key is another key"
    register(programs.lin)
    register(programs.lin)
    assert WorkOrder.objects.count() == 5


@pytest.mark.django_db
def test_what_could_not_be_registered_any_more_has_its_first_answer_still(city: City, programs: Programs) -> None:
    first = register(programs.lin, "a-1")
    Category.objects.filter(code="0401").update(is_active=False)
    assert register(programs.lin, "a-1") == first
    assert "category" in register(programs.lin, "a-2", 400)["errors"]
    assert WorkOrder.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_not_used_for_another_appeal(city: City, programs: Programs) -> None:
    register(programs.lin, "a-1")
    told = register(programs.lin, "a-1", 409, title="另一件事")
    assert told["detail"] and told["errors"] == {}
    assert WorkOrder.objects.count() == 1


@pytest.mark.django_db
def test_what_failed_may_be_tried_again_under_its_key(city: City, programs: Programs) -> None:
    register(programs.lin, "a-1", 400, title="")
    assert not Registration.objects.exists()
    register(programs.lin, "a-1")
    assert WorkOrder.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "长", "x" * 201])
def test_a_key_that_is_none_is_refused(city: City, programs: Programs, key: str) -> None:
    assert "Idempotency-Key" in register(programs.lin, key, 400)["errors"]
    assert not WorkOrder.objects.exists()


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day(city: City, programs: Programs) -> None:
    register(programs.lin, "a-1")
    register(programs.chen, "a-2")
    with pretend(MORNING + timedelta(days=1, minutes=1)):
        programs.lin.post(ORDERS, APPEAL, 201, **{"Idempotency-Key": "a-1"})
    assert WorkOrder.objects.count() == 3
    assert Registration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twins_that_come_at_once_make_one_order() -> None:
    city = build()
    programs = [Program(city.lin) for _twin in range(6)]

    def ask(program: Program) -> Any:
        try:
            return register(program, "twin")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(programs)) as pool:
        answers = list(pool.map(ask, programs))
    assert WorkOrder.objects.count() == 1
    assert all(answer == answers[0] for answer in answers)


LITTLE = {"Prefer": "return=minimal"}


@pytest.mark.django_db
def test_who_asks_for_little_is_told_where_the_order_is_and_no_more(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        answer = programs.lin.http.post(ORDERS, APPEAL, headers=LITTLE)
    told = answer.json()
    order = WorkOrder.objects.get()
    assert answer.status_code == 201 and answer["Preference-Applied"] == "return=minimal"
    assert told == {"url": answer["Location"], "number": order.number, "version": order.version}
    assert programs.lin.get(told["url"])["title"] == APPEAL["title"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wish", ["", "return=representation", "wait=10", "minimal", "return=representation, return=minimal"]
)
def test_who_does_not_ask_for_little_is_told_all(city: City, programs: Programs, wish: str) -> None:
    with pretend(MORNING):
        answer = programs.lin.http.post(ORDERS, APPEAL, headers={"Prefer": wish})
    assert "moves" in answer.json() and "Preference-Applied" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wish", ['Return = "minimal"', "respond-async, return=minimal; x=y", "return=minimal,return=x"]
)
def test_a_wish_may_be_written_in_every_way_the_standard_has(city: City, programs: Programs, wish: str) -> None:
    with pretend(MORNING):
        assert "moves" not in programs.lin.post(ORDERS, APPEAL, 201, Prefer=wish)


@pytest.mark.django_db
def test_a_key_gets_its_first_answer_again_whatever_is_wished_then(city: City, programs: Programs) -> None:
    little = programs.lin.post(ORDERS, APPEAL, 201, **LITTLE, **{"Idempotency-Key": "a-1"})
    again = programs.lin.http.post(ORDERS, APPEAL, headers={"Idempotency-Key": "a-1"})
    assert again.json() == little and again["Preference-Applied"] == "return=minimal"
    whole = register(programs.lin, "a-2")
    with pretend(MORNING):
        again = programs.lin.http.post(ORDERS, APPEAL, headers={**LITTLE, "Idempotency-Key": "a-2"})
    assert again.json() == whole and "Preference-Applied" not in again
    assert WorkOrder.objects.count() == 2
