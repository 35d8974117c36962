"""A database that takes nothing, has no room or does not answer: said in plain words, and what was typed comes back.

The errors are PostgreSQL's own: a session open for reading only, a table whose file lies on a full device, and a port
where nobody listens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from desk.models import Draft
from hotline.local import services
from hotline.local.server import free_port
from staff.models import Token, User
from staff.tokens import issue
from tests.cast import City
from workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]

CONTENT = "花园路12号门口水管漏水两天，<b>路面积水</b>。"


@contextmanager
def read_only() -> Iterator[None]:
    """As an administrator sets it for a pause, or as a standby is."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")


@contextmanager
def full() -> Iterator[None]:
    """The orders' file lies on a device that is full; the system says so to PostgreSQL when it has to grow."""
    if settings.DATABASE_URL or not os.path.exists("/dev/full"):
        pytest.skip("the files of the database are not ours")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL workorders_workorder")  # into a new file: of the old one the server may know pages
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_relation_filepath('workorders_workorder')")
        path = services.postgres(settings.VAR_DIR, testing=True).data / cursor.fetchone()[0]
    kept = path.with_name(f"{path.name}.kept")
    connection.close()  # the next one opens the file anew
    path.rename(kept)
    path.symlink_to("/dev/full")
    try:
        yield
    finally:
        connection.close()
        path.unlink()
        kept.rename(path)


@contextmanager
def away() -> Iterator[None]:
    """Nobody listens at the database's address."""
    known: dict[str, Any] = connection.settings_dict
    connection.close()
    port, known["PORT"] = known["PORT"], str(free_port())
    try:
        yield
    finally:
        connection.close()
        known["PORT"] = port


TROUBLES = {
    "read only": (read_only, "只读", "reading only"),
    "full": (full, "已满", "full"),
    "away": (away, "暂无响应", "does not answer"),
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> Any:
    return TROUBLES[request.param]


def browser_of(who: User) -> Client:
    """As a browser sees it: an answer, never an exception."""
    client = Client(raise_request_exception=False)
    client.force_login(who)
    return client


def typed(city: City) -> dict[str, Any]:
    return {
        "caller_phone": "138 1234 0271",
        "channel": "P",
        "content": CONTENT,
        "title": "花园路水管漏水",
        "category": city.leak.pk,
        "kind": "help",
        "urgency": "normal",
        "reply_wanted": "on",
        "draft": "intake:1a2b",
        "end": "register",
    }


def test_who_registers_reads_why_not_in_both_languages_and_sends_the_same_form_again(city: City, trouble: Any) -> None:
    broken, chinese, english = trouble
    lin, form = browser_of(city.lin), typed(city)
    with broken():
        answer = lin.post("/register/1a2b/", form)
    page = unescape(answer.content.decode())
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    assert chinese in page and english in page and "Traceback" not in page
    assert 'action="/register/1a2b/"' in page and "<b>" not in answer.content.decode()
    for name, value in form.items():
        assert f'name="{name}"' in page and str(value) in page
    assert WorkOrder.objects.count() == 0

    assert lin.post("/register/1a2b/", form).status_code == 302
    assert WorkOrder.objects.get().content == CONTENT


def test_what_was_typed_into_a_move_comes_back_as_well(city: City, trouble: Any) -> None:
    broken, chinese, _english = trouble
    order, lin = city.register(), browser_of(city.lin)
    with read_only() if broken is full else broken():
        answer = lin.post(f"/orders/{order.number}/note/", {"text": "市民再次来电", "version": order.version})
    page = answer.content.decode()
    assert answer.status_code == 503 and "市民再次来电</textarea>" in page and 'name="version"' in page
    assert broken is full or chinese in page
    order.refresh_from_db()
    assert order.version == 1


def test_in_place_the_form_stays_as_it_is_and_the_reason_stands_beside_it(city: City) -> None:
    order, lin = city.register(), browser_of(city.lin)
    htmx = {"HX-Request": "true"}
    with read_only():
        answer = lin.post(f"/orders/{order.number}/note/", {"text": "市民再次来电"}, headers=htmx)
    assert answer.status_code == 503 and answer["HX-Retarget"] == "#move [data-refusal]"
    assert "reading only" in answer.content.decode() and "<html" not in answer.content.decode()
    with away():
        polled = lin.get("/rail/", headers=htmx)
    assert polled.status_code == 503 and polled["HX-Reswap"] == "none"


def test_programs_are_told_the_same_in_their_way_and_their_key_stays_free(city: City, trouble: Any) -> None:
    broken, _chinese, english = trouble
    token = issue(Token(person=city.lin, name="tests"))
    program = Client(raise_request_exception=False, headers={"Authorization": f"Token {token}"})
    sent = {"title": "漏水", "content": CONTENT, "category": city.leak.code, "caller_phone": "13812340271"}
    key = {"Idempotency-Key": "a-1"}
    with broken():
        answer = program.post("/api/v1/work-orders/", sent, "application/json", headers=key)
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    assert english in answer.json()["detail"] and answer.json()["errors"] == {}
    assert program.post("/api/v1/work-orders/", sent, "application/json", headers=key).status_code == 201


def test_while_nothing_can_be_saved_everybody_goes_on_reading(city: City) -> None:
    order, lin = city.register(), browser_of(city.lin)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=30))  # due to be written anew
    with read_only():
        for path in ("/", "/orders/", f"/orders/{order.number}/", "/register/1a2b/"):
            assert lin.get(path).status_code == 200, path
        health = lin.get("/healthz").json()
    assert health["database"]["ok"] and health["writing"]["error"] == "read only"


def test_signing_in_without_a_database_repeats_no_password(city: City) -> None:
    somebody = Client(raise_request_exception=False)
    with away():
        answer = somebody.post("/sign-in/", {"username": "lin", "password": "geheim-12345"})
        health = somebody.get("/healthz")
    assert answer.status_code == 503 and "geheim" not in answer.content.decode()
    assert health.status_code == 503 and not health.json()["database"]["ok"]


def test_a_draft_that_could_not_be_kept_is_not_said_to_be_kept(city: City) -> None:
    lin = browser_of(city.lin)
    with read_only():
        answer = lin.post("/drafts/intake:1a2b/", {"content": CONTENT}, headers={"X-Desk-Script": "1"})
    assert answer.status_code == 503 and Draft.objects.count() == 0


def test_a_fault_of_our_own_is_a_plain_page_and_a_plain_object(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    lin = browser_of(city.lin)
    with connection.execute_wrapper(_stumble):
        page, told = lin.get("/orders/"), lin.get("/api/v1/work-orders/")
    assert page.status_code == told.status_code == 500
    assert "出了问题" in page.content.decode() and "Something went wrong" in page.content.decode()
    assert told.json()["errors"] == {} and "Retry-After" not in told


def _stumble(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if 'FROM "workorders_workorder"' in sql:
        raise KeyError("a mistake of ours")
    return execute(sql, params, many, context)
