"""Every address and every operation, by every role, on records that are theirs, another's and not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from callbacks.models import Callback
from desk import drafts
from referrals import workflow as referral_workflow
from staff.models import User
from staff.now import pretend
from tests.access import table
from tests.access.table import ROLES, Row
from tests.cast import MORNING, City
from tests.workorders.scenes import ORDERS, PARTS, reach
from workorders import actions, workflow
from workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security.md"
CALLER = ("王小明".encode(), b"13812340271")
TYPED = "只有林月知道的草稿"

# A person of each role; the officer and the lead are of Water.
CAST = dict(zip(ROLES, ("lin", "wang", "he", "tang", "chen", "admin", "zhao", "li"), strict=True))
# What an address is asked with, where it needs to be told something.
ASKED = {
    "/board/rows/": "?of=on_time",
    "/board/rows.xlsx": "?of=on_time",
    "/board/rows.csv": "?of=on_time",
    "/api/v1/looks/": "?person=lin",
}
SENT = {"/drafts/{key}/": {"content": "漏水"}, "/language/": {"language": "en"}}
# Where a program sends a form with a file, as a page does.
FILES = "/attachments/"
NEVER = {"number": "20991231P0009999", "pk": "999999999", "attachment": "999999999", "code": "nowhere"}


@dataclass
class House:
    """The city, and everybody at a browser."""

    city: City
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*CAST.values(), "sun"):
            person: User = getattr(self.city, name)
            if name == "admin":
                person.is_staff = True
                person.save(update_fields=["is_staff"])
            self.clients[name] = Client()
            self.clients[name].force_login(person)
        self.clients["nobody"] = Client()

    def ask(self, who: str, method: str, url: str, data: dict[str, Any] | None = None) -> Any:
        """Ask, and leave everything as it was."""
        client = self.clients[who]
        cookies = deepcopy(client.cookies)
        cache.clear()  # who asks so much is else put off
        try:
            with transaction.atomic(), pretend(MORNING):
                if method == "GET":
                    answer: Any = client.get(url)
                elif method != "POST":
                    answer = client.generic(method, url)
                elif url.startswith("/api/") and not url.endswith(FILES):
                    answer = client.post(url, data or {}, content_type="application/json")
                else:
                    answer = client.post(url, data or {})
                if answer.streaming:
                    b"".join(answer.streaming_content)
                raise Undo
        except Undo:
            client.cookies = cookies
        return answer


class Undo(Exception):
    """What was asked is taken back."""


def said(answer: Any) -> str:
    """The answer, as the table calls it."""
    status = int(answer.status_code)
    to = answer.headers.get("Location", "")
    if status == 302 and to.startswith("/sign-in/?next="):
        return "sign-in"
    if status == 302 and to.startswith("/admin/login/"):
        return "login"
    return "401 page" if status == 401 and "text/html" in answer.headers.get("Content-Type", "") else str(status)


def keeps_the_caller_hidden(answer: Any) -> bool:
    return answer.streaming or not any(word in answer.content for word in CALLER)


@pytest.fixture
def house(city: City) -> House:
    return House(city)


def addresses() -> Iterator[tuple[str, Any]]:
    """Every address of the resolver, as the table writes it, and what answers there."""

    def under(resolver: URLResolver, before: str) -> Iterator[tuple[str, Any]]:
        for pattern in resolver.url_patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from under(pattern, path)
            else:
                yield plain(path), pattern

    yield from under(get_resolver(), "/")


def plain(path: str) -> str:
    """`^work-orders/(?P<number>[0-9]+)/$` and `orders/<str:number>/` as people read them."""
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", path)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path).replace("^", "").replace("$", "")


def row_of(address: str) -> str:
    """The line an address is told in: the moves of the API and the records of the administration share theirs."""
    address = re.sub(
        r"^(/api/v1/(?:work-orders/\{number\}|referrals/\{pk\})/)(?!events/|attachments/)\w+/$", r"\1{move}/", address
    )
    if of := re.match(r"^/admin/(\w+/\w+)/", address):
        return of[1] if of[1] in table.kept() else address
    return address


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    there = {row_of(address) for address, _pattern in addresses()}
    told = {row.address for part in (table.PAGES, table.PROGRAMS, table.ADMINISTRATION) for row in table.rows(part)}
    assert there == told | table.kept().keys()


def test_every_move_has_a_row_and_every_row_a_move() -> None:
    for law, part in ((workflow.MOVES, table.ORDER_MOVES), (referral_workflow.MOVES, table.PART_MOVES)):
        assert sorted(move.name for move in law) == [row.name for row in table.moves(part)]


def test_the_document_shows_this_table() -> None:
    shown = (
        DOCUMENT.read_text(encoding="utf-8").split("<!-- the walk: begins -->")[1].split("<!-- the walk: ends -->")[0]
    )
    assert shown.strip() == table.told(), "paste: python -c 'from tests.access.table import told; print(told())'"


def records(city: City) -> dict[str, str]:
    """A record of each kind, Water's where it is a department's."""
    order: WorkOrder = reach(ORDERS["deciding"], city)
    part = order.referrals.get()
    round_ = Callback.objects.get(order=order)
    file = actions.attach(order, by=city.lin, file=ContentFile("两天了".encode(), "花园路.txt"))
    return {
        "/orders/{number}/": order.number,
        "/work-orders/{number}/": order.number,
        "/attachments/{attachment}/": str(file.pk),
        "/referrals/{pk}/": str(part.pk),
        "/callbacks/{pk}/": str(round_.pk),
        "/categories/{code}/": city.leak.code,
        "/departments/{code}/": city.water.code,
        "/areas/{code}/": city.area.code,
        "{draft}": "1f3a",
        "{username}": "lin",
        "{key}": "intake:1f3a",
        "{content_type_id}": "1",
        "{object_id}": "999999",
        "{app_label}": "staff",
        "{url}": "nothing/there/",
    }


def fill(address: str, known: dict[str, str]) -> str:
    for where, value in known.items():
        name = re.search(r"\{\w+\}", where)
        assert name is not None
        if where in address:
            address = address.replace(where, where.replace(name[0], value))
    return address


@pytest.mark.parametrize("part", ["PAGES", "PROGRAMS", "ADMINISTRATION"])
def test_every_address_answers_everybody_as_the_table_says(part: str, house: House) -> None:
    known = records(house.city)
    with pretend(MORNING):
        drafts.keep(house.city.lin, "intake:1f3a", QueryDict(f"content={TYPED}"))
    asked = [row for row in table.rows(getattr(table, part)) if row.who != "by the move"]
    for row in asked:
        if row.who == "nowhere":
            row = replace(row, address="/api/v1/nothing/", who="everybody")
        there = fill(row.address, known) + ASKED.get(row.address, "")
        ask_everybody(house, row, there)
        if row.none != "-":
            gone = re.sub(r"\{(\w+)\}", lambda name: NEVER[name[1]], row.address)
            for name in house.clients.keys() - {"nobody"}:
                assert said(house.ask(name, row.method, gone)) == row.none, (name, row, "none")
    for address in {row.address for row in asked if row.who != "nowhere"}:
        told = {row.method for row in asked if row.address == address}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - told:
            answer = said(house.ask("chen", method, fill(address, known)))
            refused = ("403", "login", "302") if address.startswith("/admin/") else ("405",)
            assert answer in refused, (method, address, answer)


def ask_everybody(house: House, row: Row, there: str) -> None:
    """One address by all roles, by another department, and by whoever has not signed in."""
    sent = SENT.get(row.address)
    for role, name in CAST.items():
        answer = house.ask(name, row.method, there, sent)
        expected = row.answer if role in row.may else row.others
        assert said(answer) == expected, (role, row, said(answer))
        assert keeps_the_caller_hidden(answer), (role, row)
        if name != "lin" and not answer.streaming:
            assert TYPED.encode() not in answer.content, (role, row)
    if row.anothers != "-":
        assert said(house.ask("sun", row.method, there, sent)) == row.anothers, ("another's", row)
    answer = house.ask("nobody", row.method, there, sent)
    assert said(answer) == row.out, ("signed out", row, said(answer))


def test_nobody_touches_anothers_draft(house: House) -> None:
    drafts.keep(house.city.lin, "intake:1f3a", QueryDict(f"content={TYPED}"))
    for name in house.clients.keys() - {"lin"}:
        house.clients[name].post("/drafts/intake:1f3a/", {"content": "别的"})
        house.clients[name].post("/drafts/intake:1f3a/drop/")
    kept = drafts.find(house.city.lin, "intake:1f3a")
    assert kept is not None and kept[0]["content"] == TYPED


PLACES = [("workorder", place) for place in sorted({row.place for row in table.moves(table.ORDER_MOVES)})]
PLACES += [("referral", place) for place in sorted({row.place for row in table.moves(table.PART_MOVES)})]
# Done, or asked to be filled in better: the door was open.
OPEN = {"page": {"200", "302", "422"}, "program": {"200", "204", "400"}}


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_every_move_is_open_at_every_door_to_those_of_the_table_only(kind: str, place: str, house: House) -> None:
    is_order = kind == "workorder"
    record = reach((ORDERS if is_order else PARTS)[place], house.city)
    key, prefix = (record.number, "orders") if is_order else (record.pk, "referrals")
    program = f"/api/v1/{'work-orders' if is_order else 'referrals'}/{key}"
    never = (f"/{prefix}/{key}", f"/{prefix}/{NEVER['number' if is_order else 'pk']}")
    handed = not is_order or place in table.HANDED
    for row in table.moves(table.ORDER_MOVES if is_order else table.PART_MOVES):
        if row.place != place:
            continue
        page = f"/{prefix}/{key}/{row.name}/"
        for role, name in (*CAST.items(), ("another's", "sun"), ("signed out", "nobody")):
            asked = house.ask(name, "GET", page), house.ask(name, "POST", page)
            sent = house.ask(name, "POST", f"{program}/{row.name}/")
            answers = [said(answer) for answer in (*asked, sent)]
            if role == "signed out":
                assert answers == ["sign-in", "401 page", "401"], (row, role, answers)
            elif role == "another's" or (not handed and role in table.people("departments")):
                assert answers == ["404"] * 3, (row, role, answers)
            elif role not in row.may:
                assert answers == ["409"] * 3, (row, role, answers)
            else:
                assert answers[0] == "200", (row, role, answers)
                assert answers[1] in OPEN["page"] and answers[2] in OPEN["program"], (row, role, answers)
            assert all(keeps_the_caller_hidden(answer) for answer in (*asked, sent)), (row, role)
            if role != "signed out":
                for door, method in (
                    (never[1], "GET"),
                    (never[1], "POST"),
                    (program.replace(str(key), gone(kind)), "POST"),
                ):
                    assert said(house.ask(name, method, f"{door}/{row.name}/")) == "404", (row, role, "none")
    assert said(house.ask("chen", "GET", f"{never[0]}/no-such-move/")) == "404"


def gone(kind: str) -> str:
    return NEVER["number" if kind == "workorder" else "pk"]


@pytest.mark.parametrize("kind", table.kept())
def test_administrators_keep_what_the_table_names_and_nobody_else_keeps_anything(kind: str, house: House) -> None:
    may, base = table.kept()[kind], f"/admin/{kind}/"
    model: Any = apps.get_model(kind.replace("/", "."))
    record = model.objects.exclude(pk=house.city.admin.pk).order_by("pk").first()
    key = record.pk if record is not None else 999_999
    where = "200" if record is not None else "302"  # the administration says on its front page that there is none
    yes = {
        "": "200" if "view" in may else "403",
        "add/": "200" if "add" in may else "403",
        f"{key}/change/": where if "view" in may else "403",
        f"{key}/delete/": where if "delete" in may else "403",
        f"{key}/history/": where if "view" in may or record is None else "403",
    }
    for path, expected in yes.items():
        for name in house.clients:
            answer = said(house.ask(name, "GET", base + path))
            assert answer == (expected if name == "admin" else "login"), (path, name, answer)
        writes = {"add/": "add", f"{key}/change/": "change", f"{key}/delete/": "delete"}
        if path in writes:
            for name in house.clients:
                answer = said(house.ask(name, "POST", base + path))
                if name != "admin":
                    assert answer == "login", (path, name, answer)
                elif writes[path] not in may:
                    assert answer in ("403", where), (path, answer)
    for name in house.clients:
        answer = said(house.ask(name, "GET", f"{base}{key}/"))
        assert answer == ("302" if name == "admin" else "login"), (name, answer)
