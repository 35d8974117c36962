"""Two callers nobody else is called like, and the life of their orders; everything anybody is shown, to look for them.

Mrs Ouyang asked for confidentiality: no department may learn anything of her, not even masked. Mr Duanmu did not: he is
masked, and revealed for a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from json import dumps
from typing import Any
from urllib.parse import quote, quote_plus
from zipfile import ZipFile, is_zipfile

from django.test import Client

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals.models import Referral
from staff.models import User
from tests.access import table
from tests.cast import City
from tests.workorders.scenes import fresh
from workorders import actions
from workorders.models import WorkOrder


@dataclass(frozen=True)
class Planted:
    """A caller, as registered."""

    name: str
    phone: str
    contact: str

    @property
    def appeal(self) -> dict[str, str]:
        return {"caller_name": self.name, "caller_phone": self.phone, "caller_contact": self.contact}

    @property
    def numbers(self) -> list[str]:
        """The number as people write it."""
        a, b, c = self.phone[:3], self.phone[3:7], self.phone[7:]
        return [self.phone, f"{a}-{b}-{c}", f"{a} {b} {c}", f"+86{self.phone}"]

    @property
    def whole(self) -> list[str]:
        """What stands nowhere in the clear before it is revealed."""
        return [self.name, self.name[1:], *self.numbers, self.phone[3:], self.contact]

    @property
    def masked(self) -> list[str]:
        """What is left of it under the mask: nothing of that either where the caller is hidden."""
        return [f"{self.name[0]}**", f"{self.phone[:3]}****", self.phone[-4:]]


OUYANG = Planted("欧阳守真", "13981767958", "梧桐里七弄四百零三室")
DUANMU = Planted("端木知秋", "15077426839", "duanmu.zhiqiu@mail.example")


def hidden(city: City, **changes: Any) -> WorkOrder:
    return city.register(title="楼上违建", content="楼顶搭建阳光房。", confidential=True, **OUYANG.appeal, **changes)


def plain(city: City, **changes: Any) -> WorkOrder:
    return city.register(title="路灯不亮", content="整条路没有灯。", **DUANMU.appeal, **changes)


@dataclass(frozen=True)
class Orders:
    """One of each caller, and one of hers merged into one of his."""

    hers: WorkOrder
    his: WorkOrder
    merged: WorkOrder


def begun(city: City) -> Orders:
    """Registered, returned once, referred, delegated, chased, supervised, noted, amended and looked behind."""
    hers, his = hidden(city), plain(city)
    merged = actions.merge(hidden(city, address="花园路14号"), by=city.wang, into=his)
    for order in (hers, his):
        first = referrals.refer(order, by=city.wang, lead=city.traffic, instructions="请核实")
        referrals.request_return(first, by=city.qian, reason="not_our_duty", basis="不属交警职责")
        referrals.uphold_return(first, by=city.wang, ruling="同意")
        part = referrals.refer(fresh(order), by=city.wang, lead=city.water, supporting=[city.traffic])
        part = referrals.accept(part, by=city.zhao)
        referrals.delegate(part, by=city.li, department=city.water_east)
        referrals.request_extension(fresh(part), by=city.zhao, days=2, reason="等配件")
        referrals.grant_extension(fresh(part), by=city.wang, days=2)
        actions.chase(fresh(order), by=city.lin, words="请快一点")
        actions.supervise(fresh(order), by=city.chen, reason="领导批示")
        actions.note(fresh(order), by=city.lin, text="市民很着急")
        actions.amend(fresh(order), by=city.lin, wants="尽快处理")
        actions.reveal(fresh(order), by=city.wang, reason="核对地址")
    return Orders(fresh(hers), fresh(his), fresh(merged))


def ended(city: City, orders: Orders) -> Orders:
    """Answered from below, passed, not reached, discontented, reworked, answered again and closed."""
    for order in (orders.hers, orders.his):
        lead = Referral.objects.get(order=order, department=city.water)
        below = referrals.accept(lead.delegations.get(), by=city.east)
        if not order.confidential:
            referrals.record_contact(below, by=city.east, note="已联系")
        referrals.answer(fresh(below), by=city.east, outcome="solved", public_reply="已处理", internal_note="现场已看")
        referrals.answer(fresh(lead), by=city.zhao, outcome="solved", public_reply="已处理")
        referrals.pass_answer(fresh(lead), by=city.he)
        callbacks.record_attempt(fresh(order), by=city.tang, result="busy", note="占线")
        said = {"contacted": True, "resolution": "not_solved", "satisfaction": 1, "why_not": "not_solved"}
        callbacks.record_result(fresh(order), by=city.tang, opinion="还是老样子", **said)  # type: ignore[arg-type]  # a dict of mixed values
        callbacks.rework(fresh(order), by=city.chen, instructions="请彻底处理")
        again = referrals.accept(Referral.objects.filter(order=order).latest("pk"), by=city.zhao)
        if not order.confidential:
            referrals.record_contact(again, by=city.zhao, note="再次联系")
        referrals.answer(fresh(again), by=city.zhao, outcome="solved", public_reply="已彻底处理")
        referrals.pass_answer(fresh(again), by=city.he)
        callbacks.record_result(fresh(order), by=city.tang, contacted=True, resolution="solved", satisfaction=5)
    return Orders(fresh(orders.hers), fresh(orders.his), fresh(orders.merged))


def addresses(orders: Orders, person: User) -> Iterator[str]:
    """Every address of the access table that is read, on each of the orders and their parts; nobody's own draft."""
    for part in (table.PAGES, table.PROGRAMS, table.ADMINISTRATION):
        for row in table.rows(part):
            if row.method == "GET" and row.who != "nowhere":
                yield from _filled(row.address, orders)
    for kind in table.kept():
        yield f"/admin/{kind}/"
    for path in ("/board/rows/", "/board/rows.xlsx", "/board/rows.csv"):
        yield f"{path}?of=closure&period=month"
    yield from (f"/orders/?sort={name}" for name in ("registered_at", "-registered_at", "next_due_at"))


def _filled(address: str, orders: Orders) -> Iterator[str]:
    own = [orders.hers, orders.his, orders.merged]
    parts = Referral.objects.filter(order__in=own)
    rounds = [round_ for order in own for round_ in order.callbacks.all()]
    known: dict[str, Iterable[str]] = {
        "{number}": [order.number for order in own],
        "{draft}": ["1f3a"],
        "{code}": ["water"],
        "{app_label}": ["staff"],
        "{content_type_id}": ["1"],
        "{object_id}": ["1"],
        "{attachment}": ["1"],
        "{url}": ["nothing/there/"],
        "{pk}": [str(one.pk) for one in (rounds if "callbacks" in address else parts)],
        "{name}": [row.name for row in table.moves(table.PART_MOVES if "{pk}" in address else table.ORDER_MOVES)],
    }
    found = [address]
    for place, values in known.items():
        found = [one.replace(place, value) for one in found for value in (values if place in one else [""])]
    yield from found


# A request's id, a session's and the tokens of forms: drawn by lot, they hold any four digits now and then.
DRAWN = re.compile(r"\b(?:[A-Za-z0-9]{32}|[A-Za-z0-9]{64})\b")


def shown(answer: Any) -> str:
    """All an answer says, but what is drawn by lot: its head, and its body taken out of whatever it is packed in."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return DRAWN.sub("", f"{answer.headers} {answer.cookies.output()}\n{body.decode(errors='replace')}")


def found(secrets: Iterable[str], text: str) -> list[str]:
    """Which of them stand there, in any of the ways in which a page, a program or an address writes a text; few digits
    by themselves only, for a token may have them anywhere."""
    ways = (str, escape, quote, quote_plus, lambda text: dumps(text)[1:-1])
    return [
        secret
        for secret in secrets
        if (
            re.search(rf"(?<!\w){secret}(?!\w)", text)
            if secret.isdecimal() and len(secret) == 4
            else any(way(secret) in text for way in ways)
        )
    ]


def read(client: Client, address: str) -> str:
    return shown(client.get(address))


def leads(page: str) -> list[str]:
    """Where a page leads, and what it asks for by itself."""
    return re.findall(r'(?:href|src|action|hx-get|hx-post)="([^"]*)"', page)
