"""Whatever is sent, the API answers in words and in one shape, never with a fault of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from referrals import actions as referrals
from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

ORDERS = f"{DOOR}work-orders/"


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def is_a_refusal(told: Any, *fields: str) -> None:
    assert set(told) >= {"detail", "errors"}
    assert isinstance(told["detail"], str) and told["detail"]
    assert set(told["errors"]) == set(fields), told
    assert all(isinstance(word, str) and word for words in told["errors"].values() for word in words)


def test_who_has_not_signed_in_is_told_so(city: City, order: WorkOrder) -> None:
    for path in ("", "work-orders/", f"work-orders/{order.number}/", "referrals/", "docs/nowhere/", "nowhere/"):
        answer = APIClient().get(DOOR + path)
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Token"
        is_a_refusal(answer.json())
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION="Token 0123456789012345678901234567890123456789")
    assert stranger.get(ORDERS).status_code == 401
    assert stranger.post(f"{ORDERS}{order.number}/note/", {"text": "x"}).status_code == 401


def test_somebody_who_left_is_not_let_in(city: City) -> None:
    lin = Program(city.lin)
    city.lin.is_active = False
    city.lin.save(update_fields=["is_active"])
    is_a_refusal(lin.get(ORDERS, 401))


def test_a_page_of_another_site_cannot_act_for_who_is_signed_in(city: City, order: WorkOrder) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(city.lin)
    assert browser.get(ORDERS).status_code == 200
    answer = browser.post(f"{ORDERS}{order.number}/note/", {"text": "x"})
    assert answer.status_code == 403
    is_a_refusal(answer.json())


def test_registering_is_for_those_whose_role_it_is(programs: Programs) -> None:
    for program in (programs.zhao, programs.he, programs.admin):
        is_a_refusal(program.post(ORDERS, {"title": "x"}, 403))
    is_a_refusal(programs.lin.post(ORDERS, {"title": "x"}, 400), "content", "category")


def test_what_is_not_yours_looks_as_if_it_were_not_there(city: City, order: WorkOrder, programs: Programs) -> None:
    with pretend(MORNING):
        part = referrals.refer(order, by=city.wang, lead=city.water)
    for path in (f"work-orders/{order.number}/", f"work-orders/{order.number}/events/", f"referrals/{part.pk}/"):
        programs.zhao.get(DOOR + path)
        is_a_refusal(programs.sun.get(DOOR + path, 404))
    for path in (f"work-orders/{order.number}/note/", f"referrals/{part.pk}/accept/"):
        is_a_refusal(programs.sun.post(DOOR + path, {"text": "x"}, 404))
    for path in (
        "work-orders/20261123P0000000/",
        "referrals/999999999999999999999/",
        "referrals/x/",
        "nowhere/",
        "a/b/c",
    ):
        is_a_refusal(programs.lin.get(DOOR + path, 404))
    for path in ("work-orders/%00/", "referrals/%00/", "categories/%00/", "callbacks/1%00/"):
        is_a_refusal(programs.lin.get(DOOR + path, 404))
    is_a_refusal(programs.lin.post(f"{ORDERS}{order.number}/conjure/", {}, 404))


def test_a_move_that_is_not_open_says_why(city: City, order: WorkOrder, programs: Programs) -> None:
    told = programs.wang.post(f"{ORDERS}{order.number}/reopen/", {"reason": "x"}, 409)
    is_a_refusal(told)
    assert told["detail"] == "Your role does not include this."
    told = programs.chen.post(f"{ORDERS}{order.number}/reopen/", {}, 409)
    assert told["detail"] == "Not possible while “registered”."
    told = programs.wang.post(f"{ORDERS}{order.number}/refer/", {}, 400)
    is_a_refusal(told, "lead")


def test_words_come_in_the_language_asked_for(city: City, order: WorkOrder, programs: Programs) -> None:
    url = f"{ORDERS}{order.number}/reopen/"
    told = programs.chen.post(url, {"reason": "x"}, 409, **{"Accept-Language": "zh-hans"})
    assert "“" in told["detail"] and "Not possible" not in told["detail"]


def test_a_form_filled_in_on_an_older_version_is_stopped(city: City, order: WorkOrder, programs: Programs) -> None:
    url = f"{ORDERS}{order.number}/"
    seen = programs.wang.get(url)["version"]
    with pretend(MORNING + timedelta(minutes=5)):
        order = actions.amend(order, by=city.lin, title="花园路主管漏水")
        actions.note(order, by=city.lin, text="市民很着急")  # informative: stops nobody
    told = programs.wang.post(f"{url}refer/", {"lead": "water", "version": seen}, 409)
    is_a_refusal(told)
    assert told["version"] == seen + 1
    assert [(entry["verb"], entry["by"]) for entry in told["newer"]] == [("workorder.amended", "林月")]
    assert "title" in told["newer"][0]["sentence"]
    with pretend(MORNING + timedelta(minutes=6)):
        programs.wang.post(f"{url}refer/", {"lead": "water", "version": told["version"]})


def test_each_wrong_field_is_named_with_its_reason(city: City, order: WorkOrder, programs: Programs) -> None:
    body = {
        "title": 7,
        "content": ["x"],
        "category": 1,
        "confidential": "yes",
        "incident_at": "yesterday",
        "reply_wanted": None,
        "colour": "red",
    }
    told = programs.lin.post(ORDERS, body, 400)
    is_a_refusal(told, *body)
    assert told["errors"]["title"] == ["A text in quotes."]
    assert told["errors"]["colour"] == ["There is no such field."]
    whole = {"title": "标题", "content": "内容", "category": "0401"}
    for field, value in {
        "title": "长" * 121,
        "category": "no-such-code",
        "kind": "fury",
        "area": "",
        "caller_phone": "1",
        "incident_at": "2026-11-23T10:00:00",
    }.items():
        status = 201 if field == "area" else 400
        with pretend(MORNING):
            told = programs.lin.post(ORDERS, {**whole, field: value}, status)
        if status == 400:
            is_a_refusal(told, field)


STRANGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"title": NaN}',
    b'{"title": 1e999}',
    b'{"text": "a\\u0000b"}',
    b'{"text": "\\ud800"}',
    b'{"\\u0000": 1}',
    b'{"text": {"a": ["\\u0000"]}}',
    b'{"text": ' + b"[" * 100_000 + b"}",
    b'{"version": ' + b"9" * 5000 + b', "text": "x"}',
    b'{"version": 1.5, "text": "x"}',
    b'{"version": true, "text": "x"}',
    b'{"text": "' + "长".encode() * 5000 + b'"}',
]


@pytest.mark.parametrize("body", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_body_is_refused_in_words(city: City, order: WorkOrder, programs: Programs, body: bytes) -> None:
    for path in (f"work-orders/{order.number}/note/", "work-orders/"):
        answer = programs.lin.http.post(DOOR + path, body, content_type="application/json")
        assert answer.status_code == 400, answer.content
        told = answer.json()
        assert told["detail"] and isinstance(told["errors"], dict)
    assert order.events.count() == 1 and WorkOrder.objects.count() == 1


def test_a_huge_version_is_only_a_number(city: City, order: WorkOrder, programs: Programs) -> None:
    with pretend(MORNING):
        programs.lin.post(f"{ORDERS}{order.number}/note/", {"text": "x", "version": 10**30})


def test_a_body_too_long_is_refused(city: City, order: WorkOrder, programs: Programs) -> None:
    answer = programs.lin.http.post(
        f"{ORDERS}{order.number}/note/", b'{"text": "' + b"x" * 3_000_000 + b'"}', content_type="application/json"
    )
    assert answer.status_code == 413
    is_a_refusal(answer.json())


def test_only_json_is_read_and_written(city: City, order: WorkOrder, programs: Programs) -> None:
    url = f"{ORDERS}{order.number}/note/"
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/xml"):
        answer = programs.lin.http.post(url, b"text=x", content_type=kind)
        assert answer.status_code == 415
        is_a_refusal(answer.json())
    answer = programs.lin.http.get(ORDERS, headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    is_a_refusal(answer.json())


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(city: City, order: WorkOrder, programs: Programs, method: str) -> None:
    for url in (ORDERS, f"{ORDERS}{order.number}/", f"{ORDERS}{order.number}/note/", DOOR):
        answer = programs.lin.http.generic(method.upper(), url)
        assert answer.status_code == 405
        is_a_refusal(answer.json())


def test_an_order_is_not_referred_to_departments_that_do_not_exist(
    city: City, order: WorkOrder, programs: Programs
) -> None:
    url = f"{ORDERS}{order.number}/refer/"
    for body in (
        {"lead": "nobody"},
        {"lead": str(city.water.pk)},
        {"lead": "water", "supporting": ["nobody"]},
        {"lead": "water", "supporting": "traffic-police"},
        {"lead": "water", "supporting": [1]},
        {"lead": "water", "supporting": ["water"]},
        {"lead": None},
    ):
        told = programs.wang.post(url, body, 400)
        assert told["errors"].keys() <= {"lead", "supporting"} and told["errors"]
    order.refresh_from_db()
    assert order.status == "registered"


def test_a_database_that_does_not_answer_in_time_is_said_in_words(city: City, programs: Programs) -> None:
    programs.lin.get(ORDERS)

    def slowly(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", None, False, context)

    with connection.execute_wrapper(slowly):
        answer = programs.lin.http.get(ORDERS)
    assert answer.status_code == 503
    is_a_refusal(answer.json())
