"""Whatever is typed or sent, by every door: saved and shown as what it is, or refused in words; never a fault."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils.html import escape
from django.utils.text import normalize_newlines
from openpyxl import load_workbook

from desk import drafts
from referrals.moves import AnswerForm
from staff.now import pretend
from tests.access import table
from tests.access.test_walk import House, Undo
from tests.api.client import DOOR, Program
from tests.browser import Visit
from tests.cast import MORNING, City
from tests.desk.test_intake import told
from tests.hostile import DAYS, HALF, HUGE, NUL, NUMBERS, TEXTS, Hostile
from tests.workorders.scenes import ORDERS, PARTS, reach
from workorders import actions, inputs
from workorders.models import Caller, WorkOrder
from workorders.moves import MoveForm, form_for

KEPT = [one for one in TEXTS if one.kept]
NAMES = [one.name for one in KEPT]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(city: City, client: Client) -> Client:
    client.force_login(city.lin)
    return client


def said(answer: Any) -> str:
    return str(answer.content.decode())


# --- registering: every text in every field, by the page and by a program


@pytest.mark.parametrize("hostile", KEPT, ids=NAMES)
def test_a_text_is_saved_as_it_was_typed_and_shown_as_what_it_is(hostile: Hostile, city: City, lin: Client) -> None:
    typed = told(city, title=hostile.text, content=hostile.text, wants=hostile.text, caller_name=hostile.text[:60])
    with pretend(MORNING):
        answer = lin.post("/register/1a2b/", {**typed, "address": hostile.text})
        assert answer.status_code == 302, said(answer)
        order = WorkOrder.objects.get()
        page, listed = said(lin.get(order.get_absolute_url())), said(lin.get("/orders/", {"q": hostile.text}))
    line, lines = hostile.text.strip(), normalize_newlines(hostile.text.strip())
    assert (order.title, order.address, order.content, order.wants) == (line, line, lines, lines)
    assert Caller.objects.get().name == hostile.text[:60].strip()
    assert escape(line) in page and not any(
        f"<{tag} data-evil" in page + listed for tag in ("script", "img", "svg", "b")
    )


@pytest.mark.parametrize("hostile", KEPT, ids=NAMES)
def test_a_program_reads_what_it_sent(hostile: Hostile, city: City) -> None:
    sent = {"title": hostile.text, "content": hostile.text, "wants": hostile.text, "category": "0401"}
    with pretend(MORNING):
        order = Program(city.lin).post(f"{DOOR}work-orders/", sent, 201)
    assert order["title"] == hostile.text.strip()
    assert order["content"] == order["wants"] == normalize_newlines(hostile.text.strip())


ASKED: tuple[str, ...] = (
    "caller_phone",
    "caller_name",
    "caller_contact",
    "title",
    "content",
    "wants",
    "address",
    "channel",
    "kind",
)
ASKED += ("area", "category", "urgency", "incident_at", "end", "join", "chase")


@pytest.mark.parametrize("name", ASKED)
def test_what_is_no_text_or_too_long_is_refused_and_the_form_comes_back_filled_in(
    name: str, city: City, lin: Client
) -> None:
    for hostile in (NUL, HUGE):
        with pretend(MORNING):
            answer = lin.post("/register/1a2b/", told(city, **{name: hostile.text}))
        if name == "end":  # a button nobody knows registers
            assert answer.status_code == 302
            continue
        assert answer.status_code == 422, (hostile.name, said(answer)[:300])
        kept = {"address": "路面积水"}.get(name, "花园路12号")
        assert kept in said(answer) and (name in ("join", "chase") or "invalid-feedback" in said(answer))
        assert not WorkOrder.objects.exists() and drafts.count(city.lin) == 1


@pytest.mark.parametrize(("typed", "status"), [(day, 422) for day in DAYS if day.isascii()] + [("2026-11-22", 302)])
def test_a_day_outside_of_our_times_is_refused(typed: str, status: int, city: City, lin: Client) -> None:
    """Found here: the year 1 was saved and could be read by nobody again."""
    with pretend(MORNING):
        answer = lin.post("/register/1a2b/", told(city, incident_at=f"{typed}T00:00"))
        assert answer.status_code == status
        if status == 302:
            assert lin.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("hostile", [NUL, HUGE, *KEPT[:4]], ids=lambda one: one.name)
def test_the_help_while_typing_looks_for_whatever_was_typed(hostile: Hostile, city: City, lin: Client) -> None:
    with pretend(MORNING):
        names = ("content",) if hostile is HUGE else ("content", "address", "caller_phone")
        typed = dict.fromkeys(names, f"花园路水管漏水{hostile.text}")
        assert lin.post("/register/help/", typed).status_code == 200


def test_too_many_fields_and_a_body_too_long_are_refused(city: City, lin: Client) -> None:
    for too_much in ({f"field{nth}": "1" for nth in range(1500)}, told(city, content="x" * 3_000_000)):
        answer = lin.post("/register/1a2b/", too_much)
        assert answer.status_code == 413 and "Too much at once" in said(answer) and "Traceback" not in said(answer)
        piece = lin.post("/register/1a2b/", too_much, headers={"HX-Request": "true"})
        assert piece.status_code == 413 and piece["HX-Retarget"] == "#move [data-refusal]"
        assert "Shorten it" in said(piece) and "<html" not in said(piece)


# --- every move, by the page and by a program

MOVES = [("workorder", row) for row in table.moves(table.ORDER_MOVES)]
MOVES += [("referral", row) for row in table.moves(table.PART_MOVES)]


def form_of(record: str, name: str) -> type[MoveForm]:
    form = form_for(record, name)
    assert form is not None
    return form


def refused(form: type[MoveForm]) -> list[str]:
    """The fields of a move that take a text."""
    return [
        name
        for name, field in form.base_fields.items()
        if inputs.shape(field) == inputs.Shape("string") and not inputs.choices(field)
    ]


def test_every_move_refuses_what_is_no_text_and_takes_no_harm_of_the_rest(city: City) -> None:
    house, programs = House(city), {name: Program(getattr(city, name)) for name in ("chen", "zhao", "li")}
    places: dict[tuple[str, str], Any] = {}
    for nth, (kind, row) in enumerate(MOVES):
        scenes = ORDERS if kind == "workorder" else PARTS
        if (kind, row.place) not in places:
            places[kind, row.place] = reach(scenes[row.place], city)
        record, form = places[kind, row.place], form_of(kind, row.name)
        who = "chen" if "supervisor" in row.may else "zhao" if "officer" in row.may else "li"
        key, page, program = (
            (record.number, "orders", "work-orders") if kind == "workorder" else (record.pk, "referrals", "referrals")
        )
        texts = refused(form)
        for hostile in (NUL, HUGE, KEPT[nth % len(KEPT)]):
            typed = dict.fromkeys(texts[:1] if hostile is HUGE else form.base_fields, hostile.text)
            answer = house.ask(who, "POST", f"/{page}/{key}/{row.name}/", typed)
            may = {200, 204, 302, 422} if hostile.kept or not texts else {422}
            assert answer.status_code in may, (row.name, hostile.name, said(answer)[:300])
        for hostile in (NUL, HALF, HUGE) if texts else ():
            body = json.dumps(dict.fromkeys(texts[:1] if hostile is HUGE else texts, hostile.text))
            answer = undone(programs[who], f"{DOOR}{program}/{key}/{row.name}/", body)
            assert answer.status_code == 400, (row.name, hostile.name, answer.content[:300])
            assert texts[0] in answer.json()["errors"], (row.name, hostile.name)


def undone(program: Program, url: str, body: str) -> Any:
    """What a program is answered; what it did is taken back."""
    cache.clear()
    try:
        with transaction.atomic(), pretend(MORNING):
            answer = program.http.post(url, body, content_type="application/json")
            raise Undo
    except Undo:
        return answer


def test_no_form_asks_for_a_file_or_a_text_without_an_end() -> None:
    for kind, row in MOVES:
        for name in refused(form_of(kind, row.name)):
            assert getattr(form_of(kind, row.name).base_fields[name], "max_length", None), (row.name, name)
    assert "public_reply" in refused(AnswerForm)


# --- lists, addresses, headers

LISTS = {
    "/orders/": "status kind channel category area department desk due open registered_from registered_to q sort at",
    "/board/": "on by department category area theme trend sort x",
    "/board/rows/?of=on_time": "on by department category area at sort x",
    "/board/orders.csv": "status category area q sort registered_from registered_to",
    "/register/1f3a/": "caller_phone content address title category area incident_at kind extra_0",
    "/register/questions/": "category",
    "/rail/": "here",
    "/sign-in-log/": "who name failed at",
    "/seen/": "q",
    "/admin/staff/user/": "q o p department__id__exact",
    "/admin/autocomplete/?app_label=staff&model_name=user&field_name=department": "term",
    "/api/v1/work-orders/": "status category area department registered_from q sort at page_size x",
    "/api/v1/work-orders.csv": "status category q sort queue",
    "/api/v1/referrals/": "status department sort at page_size",
    "/api/v1/categories/": "name within at",
}


@pytest.mark.parametrize("address", LISTS)
def test_what_a_list_is_asked_for_in_vain_is_said_or_passed_over(address: str, city: City) -> None:
    house = House(city)
    who = "admin" if address.startswith("/admin/") else "chen"
    for value in (NUL.text, *NUMBERS, *DAYS, "%_\\'\"<x>", "x" * 3000):
        for query in (
            "&".join(f"{name}={quote(value)}" for name in LISTS[address].split()),
            f"{LISTS[address].split()[0]}=%ff%fe%ed%a0%80",
        ):
            answer = house.ask(who, "GET", f"{address}{'&' if '?' in address else '?'}{query}")
            assert answer.status_code in (200, 302, 400, 403, 404), (value[:40], answer.status_code)
            assert "html" not in answer["Content-Type"] or "<x>" not in said(answer)


PLACES: tuple[str, ...] = (
    "/orders/{}/",
    "/orders/{}/note/",
    "/referrals/{}/accept/",
    "/register/{}/",
    "/admin/staff/user/{}/change/",
)
PLACES += ("/api/v1/work-orders/{}/", "/api/v1/referrals/{}/", "/api/v1/categories/{}/", "/{}", "/static/{}")


def test_an_address_that_is_none_leads_nowhere(city: City) -> None:
    house = House(city)
    for value in (NUL.text, *NUMBERS, "..", "../../etc/passwd", "a\r\nb", "<x>", "x" * 3000):
        for place in PLACES:
            url = place.format(quote(value, safe=""))
            answer = house.ask("admin" if "admin" in url else "lin", "GET", url)
            may = (200, 302) if place.startswith("/register/") or "admin" in place else ()
            assert answer.status_code in (404, 400, *may), (url, answer.status_code)
            assert "root:" not in ("" if answer.streaming else said(answer))


@pytest.mark.parametrize(
    "key", ["a\x00b", "intake:\x00", "intake:a b", "workorder:²:refer", f"referral:{'9' * 25}:accept", "x" * 900]
)
def test_a_draft_of_no_form_is_not_kept(key: str, lin: Client) -> None:
    """Found here: some of them were, and the list of drafts could not be opened any more."""
    kept, dropped = (404, 404) if "\x00" in key else (400, 302)
    assert lin.post(f"/drafts/{quote(key, safe='')}/", {"content": "x"}).status_code == kept
    assert lin.post(f"/drafts/{quote(key, safe='')}/drop/").status_code == dropped
    assert lin.get("/drafts/").status_code == 200


AWAY: tuple[str, ...] = (
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
)
AWAY += ("https://evil.example/", "\\\\evil.example", "/a\r\nX-Evil: 1", "a\x00b")


@pytest.mark.parametrize("to", AWAY)
def test_nobody_is_sent_out_of_the_house(to: str, city: City, client: Client) -> None:
    sent = {"username": "lin", "password": "hotline-12345", "next": to, "language": "en"}
    for address in ("/sign-in/", "/language/"):
        answer = client.post(address, sent)
        assert answer.status_code == 302 and "X-Evil" not in answer.headers
        where = urlsplit(answer["Location"])
        assert not where.netloc and not where.scheme and not where.path.startswith(("//", "/\\")), where


HEADERS: tuple[dict[str, str], ...] = (
    {"X-Request-ID": "a\r\nb" * 100},
    {"Accept-Language": "a\x00" + "x" * 9000},
    {"X-Forwarded-For": "x,²,:::1"},
    {"X-Forwarded-Host": "evil.example"},
    {"Cookie": "sessionid=\x00; csrftoken=\xff"},
    {"HX-Request": "true", "HX-Current-URL": "http://[bad"},
    {"Accept": "*/*;q=x"},
    {"Prefer": ";;;==,,"},
    {"Referer": "http://[bad"},
)


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_a_strange_header_changes_nothing(headers: dict[str, str], city: City, client: Client) -> None:
    answer = client.get("/sign-in/", headers=headers)
    assert answer.status_code == 200 and "evil.example" not in said(answer) and "\n" not in answer["X-Request-ID"]
    assert client.get("/api/v1/work-orders/", headers=headers).status_code in (401, 406)


@pytest.mark.parametrize("host", ["evil.example", "a b", "localhost@evil.example", "localhost:80:80", "[::1", "\x00"])
def test_only_our_own_hosts_are_answered(host: str, lin: Client) -> None:
    for address in ("/sign-in/", "/orders/", "/api/v1/"):
        answer = lin.get(address, headers={"Host": host})
        assert answer.status_code == 400 and "evil" not in said(answer)


@pytest.mark.parametrize(
    "secret", ["Token", "Token ", "Token a b", "Token \xff", "Token a\x00b", "Basic eDp5", "x" * 5000]
)
def test_a_strange_token_opens_nothing(secret: str, city: City, client: Client) -> None:
    assert client.get("/api/v1/work-orders/", headers={"Authorization": secret}).status_code == 401


# --- JSON


def test_of_a_name_said_twice_the_last_counts(city: City) -> None:
    order = reach(ORDERS["registered"], city)
    answer = Program(city.lin).http.post(
        f"{DOOR}work-orders/{order.number}/note/", '{"text": "一", "text": "二"}', content_type="application/json"
    )
    assert answer.status_code == 200 and order.events.latest("seq").note == "二"


# --- what leaves as a file


def test_no_list_that_leaves_is_computed_by_a_spreadsheet(city: City, client: Client) -> None:
    client.force_login(city.chen)
    city.chen.name = 'Chen\r\nX-Evil: 1/../"'  # found here: no list could be taken under such a name
    city.chen.save()
    with pretend(MORNING):
        titles = {city.register(title=one.text.strip()).number: one.text.strip() for one in KEPT}
        answer = client.get("/board/orders.csv")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streams
        book = client.get("/board/orders.xlsx")
    assert "X-Evil" not in answer.headers and "\n" not in answer["Content-Disposition"]
    cells = [cell for row in csv.reader(StringIO(lines, newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝") and len(cell) > 1]
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content)))["Rows"]  # type: ignore[attr-defined]  # as above
    written = {row[0].value: row[1] for row in sheet.iter_rows(min_row=2)}
    assert written.keys() == titles.keys()
    assert {cell.data_type for cell in written.values()} <= {"s", "inlineStr"}


# --- in a real browser


@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_never_becomes_a_part_of_the_page(visit: Visit, city: City) -> None:
    evil = [one.text for one in KEPT if "evil" in one.text]
    everywhere = "".join(evil)
    city.water.name = evil[1]
    city.water.save()
    city.lin.name = evil[0]
    city.lin.save()
    order = city.register(
        title=evil[1],
        content=everywhere,
        wants=everywhere,
        address=evil[0],
        caller_name=evil[1][:60],
        extra={evil[0]: evil[1]},
    )
    actions.note(order, by=city.lin, text=everywhere)
    for who, path in (
        (city.chen, order.get_absolute_url()),
        (city.chen, f"{order.get_absolute_url()}refer/"),
        (city.chen, f"{order.get_absolute_url()}amend/"),
        (city.chen, "/orders/?q=data-evil"),
        (city.lin, f"/register/1a2b/?content={quote(everywhere)}&title={quote(evil[0])}&caller_phone=13812340271"),
        (city.chen, "/"),
    ):
        page = visit(who, path)
        page.wait_for_load_state("networkidle")
        assert page.locator("[data-evil]").count() == 0, path
        assert page.evaluate("window.evil") is None, path
    told = visit(city.chen, order.get_absolute_url()).inner_text("body")
    assert all(one in told for one in (evil[0], evil[1]))
