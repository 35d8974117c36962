"""A planted name, number and address are looked for in everything anybody is shown, told, sent, and in what is kept."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import shared_task
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client

from desk import drafts
from desk.queues import BY_KEY
from hotline.celery import app
from notices.delivery import deliver
from notices.models import Notice
from staff.models import Token, User
from staff.now import pretend
from staff.tokens import issue
from tests.cast import MORNING, City
from tests.hotline.test_away import read_only
from tests.hotline.test_logs import as_json
from tests.privacy.planted import (
    DUANMU,
    OUYANG,
    Orders,
    addresses,
    begun,
    ended,
    found,
    leads,
    plain,
    read,
    shown,
)
from tests.processes import listening
from workorders import clock, telling
from workorders.models import Look, Reveal

pytestmark = pytest.mark.django_db

DEPARTMENTS = ("zhao", "li", "east", "qian", "sun")
HOTLINE = ("lin", "wang", "he", "tang", "chen", "admin")
SEARCHED = [OUYANG.name, *OUYANG.numbers, OUYANG.phone[-4:], OUYANG.contact]
STAGES = ("under way", "closed")


def sign_in(person: User) -> Client:
    if person.username == "admin":
        person.is_staff = True
        person.save(update_fields=["is_staff"])
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def lived(city: City, stage: str) -> Orders:
    with pretend(MORNING):
        drafts.keep(city.lin, "intake:1f3a", QueryDict(f"caller_phone={OUYANG.phone}&caller_name={OUYANG.name}"))
        orders = begun(city)
        return ended(city, orders) if stage == "closed" else orders


@pytest.mark.parametrize("stage", STAGES)
def test_departments_are_shown_nothing_of_a_hidden_caller_and_nobody_more_than_a_mask(city: City, stage: str) -> None:
    orders = lived(city, stage)
    masks = 0
    for name in (*DEPARTMENTS, *HOTLINE):
        person: User = getattr(city, name)
        client, never = sign_in(person), [*OUYANG.whole, *DUANMU.whole]
        if name in DEPARTMENTS:
            never += OUYANG.masked
        with pretend(MORNING + timedelta(hours=1)):
            for address in dict.fromkeys(addresses(orders, person)):
                if name == "lin" and ("1f3a" in address or address == "/drafts/"):
                    continue  # her own draft
                cache.clear()
                text = read(client, address)
                assert not found(never, text), (name, address, found(never, text))
                masks += bool(found([DUANMU.masked[0]], text))
    assert masks, "the mask itself is on the pages, or this test looks for nothing"
    looks = Reveal.objects.count()
    assert looks == 2  # those of the story: reading pages is none


@pytest.mark.parametrize("name", [*DEPARTMENTS, *HOTLINE])
def test_whatever_shows_a_caller_even_masked_has_left_a_look_at_his_order(name: str, city: City) -> None:
    """No list does: neither orders nor queues, the rows of the board, a program's lists, or what leaves as a file."""
    orders, person = lived(city, "under way"), getattr(city, name)
    client, masks = sign_in(person), [*OUYANG.masked, *DUANMU.masked]
    without, told = set[str](), set[str]()
    for address in [*dict.fromkeys(addresses(orders, person)), *(f"/orders/?queue={key}" for key in BY_KEY)]:
        if "1f3a" in address or address == "/drafts/":
            continue  # Lin's own draft has what she typed
        cache.clear()
        with pretend(MORNING + timedelta(hours=1)):
            text = read(client, address)
        if not found(masks, text):
            without |= {address} if orders.his.title in text else set()
            continue
        told.add(address)
        before = Look.objects.filter(person=person).count()
        with pretend(MORNING + timedelta(hours=1, minutes=15 * len(told))):  # a look is written once in so long
            assert found(masks, read(client, address)), address
        assert Look.objects.filter(person=person).count() == before + 1, address
    assert bool(told) is (name != "sun")
    if name != "sun":
        assert {"/orders/", "/api/v1/work-orders/"} <= without
    if name == "chen":
        assert {"/board/rows/?of=closure&period=month", "/board/orders.csv", "/orders/?queue=supervised"} <= without


@pytest.mark.parametrize("way", ["help", "draft"])
def test_a_number_that_is_tried_in_the_intake_leaves_a_look_at_the_order_whose_caller_it_shows(
    way: str, city: City
) -> None:
    with pretend(MORNING):
        order, other = plain(city), city.register()
        lin = sign_in(city.lin)
        if way == "help":
            page = shown(lin.post("/register/help/", {"caller_phone": DUANMU.phone}))
        else:
            lin.post("/drafts/intake:2b/", {"caller_phone": DUANMU.phone})
            page = read(lin, "/register/2b/")
        assert found(DUANMU.masked, page)
        shown(lin.post("/register/help/", {"caller_phone": "13000000000"}))
    assert list(order.looks.values_list("person__username", "door")) == [("lin", "help")]
    assert not other.looks.exists()


def test_the_hotline_is_shown_who_called_once_and_only_for_a_reason(city: City) -> None:
    with pretend(MORNING):
        order = plain(city)
    wang, page = sign_in(city.wang), f"{order.get_absolute_url()}reveal/"
    assert not found(DUANMU.whole, shown(wang.post(page, {"reason": ""})))
    assert {DUANMU.name, DUANMU.phone, DUANMU.contact} <= set(
        found(DUANMU.whole, shown(wang.post(page, {"reason": "约时间"})))
    )
    assert not found(DUANMU.whole, read(wang, order.get_absolute_url()))
    assert Reveal.objects.get().reason == "约时间"


def test_a_department_that_tries_names_and_numbers_finds_nothing_out(city: City) -> None:
    orders = lived(city, "under way")
    for name in DEPARTMENTS:
        client = sign_in(getattr(city, name))
        for typed in SEARCHED:
            cache.clear()
            address = client.post("/orders/search/", {"q": typed})["Location"]
            assert not found([typed], address) and client.get(address).context["rows"] == []
            assert client.get(f"/orders/?q={typed}").context["rows"] == []
            assert client.get("/api/v1/work-orders/", {"q": typed}).json()["results"] == []
    listed = sign_in(city.zhao).get("/orders/").context["rows"]
    assert {row.order.pk for row in listed} == {orders.hers.pk, orders.his.pk}  # they are there to be found


def test_a_search_leaves_what_was_typed_in_no_address_and_no_record(city: City) -> None:
    orders = lived(city, "under way")
    chen = sign_in(city.chen)
    for typed in (OUYANG.phone, OUYANG.name, DUANMU.phone):
        address = chen.post("/orders/search/", {"q": typed, "status": "referred"})["Location"]
        page = chen.get(address).content.decode()
        assert typed in page and "status=referred" in address
        assert not found([typed], " ".join([address, *leads(page)]))
        signed_out = Client().get(address)["Location"]
        assert signed_out.startswith("/sign-in/?next=") and not found([typed], signed_out)
        shown(chen.get(address.replace("/orders/", "/board/orders.csv")))
        shown(chen.get("/board/orders.xlsx", {"q": typed}))
    found_by_number = chen.post("/orders/search/", {"q": DUANMU.numbers[1]})["Location"]
    assert [row.order.pk for row in chen.get(found_by_number).context["rows"]] == [orders.his.pk]
    assert not found([*OUYANG.whole, *DUANMU.whole], everything_kept())


def test_the_intake_asks_for_help_without_putting_the_number_into_an_address(city: City) -> None:
    lived(city, "under way")
    lin = sign_in(city.lin)
    lin.post("/drafts/intake:2b/", {"caller_phone": DUANMU.phone})
    page = lin.get("/register/2b/").content.decode()
    assert DUANMU.phone in page and not found(DUANMU.whole, " ".join(leads(page)))
    assert lin.get("/register/help/", {"caller_phone": DUANMU.phone}).status_code == 405
    helped = lin.post("/register/help/", {"caller_phone": DUANMU.phone}).content.decode()
    assert found(DUANMU.masked, helped) and not found(DUANMU.whole, helped)


def everything_kept() -> str:
    """Every row of every table, as a dump writes it, and what the bytes among them stand for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for name in tables:
            cursor.execute(f'SELECT kept::text FROM "{name}" AS kept')  # noqa: S608  our own tables' names
            rows += [str(row) for (row,) in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.parametrize("stage", STAGES)
def test_the_database_keeps_callers_as_ciphertext_only(city: City, stage: str) -> None:
    lived(city, stage)
    kept = everything_kept()
    assert "楼上违建" in kept and "\\\\x" in kept  # it is a dump, and bytes are in it
    secrets = [*OUYANG.whole, *DUANMU.whole]
    assert not found(secrets, kept) and not [one for one in secrets if one.encode().hex() in kept]


def test_no_notice_letter_or_message_names_a_caller(city: City, settings: Any) -> None:
    User.objects.update(email="somebody@city.example", phone="13000000001")
    with listening() as gateway:
        settings.SMS_GATEWAY_URL, settings.OUTGOING_ALLOWED_HOSTS = gateway.url, ["127.0.0.1"]
        lived(city, "closed")
        later = MORNING + timedelta(days=14)
        with pretend(later):
            orders = lived(city, "under way")
            clock.sweep(later + timedelta(days=14))
            telling.tell_reminders()
            deliver(later + timedelta(days=15))
    told = [f"{notice.key} {notice.case} {notice.data}" for notice in Notice.objects.all()]
    told += [f"{letter.subject} {letter.body} {letter.to}" for letter in mail.outbox]
    told += [str(body) for body in gateway.bodies]
    assert mail.outbox and gateway.bodies and any(orders.hers.number in line for line in told)
    never = [*OUYANG.whole, *OUYANG.masked[:2], *DUANMU.whole, *DUANMU.masked[:2]]
    assert not found(never, "\n".join(told))


@pytest.fixture
def nobody_may_tell_of_her(transactional_db: None) -> Iterator[None]:
    """The database takes no order in which she is named, and says so by quoting the whole row."""
    told = "ALTER TABLE workorders_workorder"
    with connection.cursor() as cursor:
        cursor.execute(f"{told} ADD CONSTRAINT untold CHECK (content NOT LIKE '%{OUYANG.name}%') NOT VALID")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"{told} DROP CONSTRAINT untold")


@pytest.mark.usefixtures("nobody_may_tell_of_her")
def test_no_log_line_names_a_caller_not_even_of_an_error_about_him(city: City) -> None:
    """The database refuses a row and quotes it; a program and a task fail over a name. All of it in its own words."""
    content = f"{OUYANG.name}，{OUYANG.phone}，{OUYANG.contact}"
    form = {"title": "楼上违建", "content": content, "category": city.leak.pk, "channel": "P", "kind": "help"}
    form |= {"urgency": "normal", "draft": "intake:3c", "end": "register", **OUYANG.appeal}
    body = {"title": "楼上违建", "content": content, "category": city.leak.code, **OUYANG.appeal}
    with as_json() as written:
        orders = lived(city, "closed")
        lin, zhao = sign_in(city.lin), sign_in(city.zhao)
        page = lin.post("/register/3c/", form)
        program = lin.post("/api/v1/work-orders/", body, content_type="application/json")
        for address in ("/orders/", orders.hers.get_absolute_url(), f"/orders/?q={OUYANG.phone}", "/orders/nobody/"):
            zhao.get(address)
        zhao.get(f"/orders/{OUYANG.name}/")
        with pretend(MORNING):
            clock.sweep(MORNING + timedelta(days=30))
        fails.apply(args=(OUYANG.name,))
    log = written.getvalue()
    assert (page.status_code, program.status_code) == (500, 500)
    assert not found(OUYANG.whole, shown(page) + shown(program)), "an error's page repeats nothing"
    assert "IntegrityError" in log and "CheckViolation [23514 workorders_workorder" in log
    assert "Task tests.privacy.test_planted.fails" in log and "LookupError" in log
    assert not found([*OUYANG.whole, *DUANMU.whole], log) and not mail.outbox


@shared_task
def fails(name: str) -> None:
    raise LookupError(f"nobody is called {name}")


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_saved_comes_back_to_its_writer_alone_and_is_logged_without_words(city: City) -> None:
    lin = sign_in(city.lin)
    form = {"title": "楼上违建", "content": OUYANG.contact, "draft": "intake:3c", "end": "register", **OUYANG.appeal}
    form |= {"category": str(city.leak.pk), "channel": "P", "kind": "help", "urgency": "normal"}
    with as_json() as written, read_only():
        answer = lin.post("/register/3c/", form)
    assert answer.status_code == 503 and OUYANG.phone in shown(answer)
    assert "503" in written.getvalue() and not found(OUYANG.whole, written.getvalue())


def test_no_task_carries_anything_and_nothing_between_requests_is_readable(city: City) -> None:
    """What waits in the broker is a task's name: each looks up in the database what there is to do."""
    app.loader.import_default_modules()
    own = [task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))]
    assert len(own) >= 5
    assert not [task.name for task in own if inspect.signature(task.run).parameters]
    lived(city, "under way")
    secret = issue(Token(person=city.lin, name="tests"))
    client = Client(headers={"authorization": f"Token {secret}"})
    cache.clear()
    client.get("/api/v1/work-orders/", {"q": OUYANG.phone})
    remembered = b"".join(cache._cache.values()) + " ".join(cache._cache).encode()  # type: ignore[attr-defined]  # of the cache of tests
    assert remembered and not [one for one in OUYANG.whole if one.encode() in remembered]
