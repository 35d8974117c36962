"""The box that finds orders: one character and two, phrases, words together, a telephone's last digits, a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Q

from bench.run import Run
from bench.table import Row, Times
from desk.views.orders import PAGE_SIZE
from staff.models import Department
from workorders.models import Caller, WorkOrder

LEVEL = 100.0
ROUNDS = 3
# A page is compared with a scan of so many orders at most: a scan reads every order whole.
SCANNED = 1_000_000

WORDS = {
    "one character": ["水", "梯", "噪", "飞"],
    "two characters": ["路灯", "电梯", "停水", "松涛", "燃气", "蝗虫"],
    "a phrase": ["路灯不亮", "夜间施工", "物业公司", "水管漏水", "没有人来处理"],
    "words together": ["路灯 松涛", "电梯 停水", "噪声 施工", "小区 物业", "水 路 灯", "垃圾 电梯 井盖"],
    "words and a filter": ["路灯", "电梯 停水", "松涛"],
}
# What is typed while a caller speaks: the matter, and the place as far as it is known.
SPOKEN = [
    ("小区电梯坏了三天没人修，老人上下楼很困难", ""),
    ("门口的路灯已经一周不亮，晚上一片漆黑", "松涛路"),
    ("夜里一直有人施工，噪声很大，孩子没法睡觉", "松涛路12号"),
    ("水管漏水，积水很深，没有人来处理", "不存在的路99999号"),
]
NARROWED = {"status": "closed", "department": "water"}
LISTED = re.compile(r'class="orders-number number"><a href="/orders/([0-9A-Z]+)/"')


def measure(run: Run) -> Iterator[Row]:
    """Each search several times on a warm server; the first time, unread by anybody before, is told beside."""
    seconds: dict[str, list[float]] = {}
    coldest, different = 0.0, []
    compared = 0
    with run.web() as house:
        chen = house.signed_in("chen")
        chen.get("/orders/")
        for kind, words, filters in searches():
            address = f"/orders/?{urlencode({**filters, 'q': words})}"
            answer = chen.get(address)
            coldest = max(coldest, answer.seconds)
            seconds.setdefault(kind, []).extend(chen.get(address).seconds for _round in range(ROUNDS))
            if run.orders <= SCANNED:
                compared += 1
                if LISTED.findall(answer.body.decode()) != scanned(words, filters):
                    different.append(words)
        lin = house.signed_in("lin")
        helped = [
            lin.post("/register/help/", content=content, address=address).seconds
            for _round in range(ROUNDS)
            for content, address in SPOKEN
        ]
    for kind, taken in seconds.items():
        times = Times.of(taken)
        yield Row(f"search, {kind}", str(times), f"p95 ≤ {LEVEL:.0f} ms", times.p95 <= LEVEL, "over HTTP")
    every = Times.of([one for taken in seconds.values() for one in taken])
    yield Row(
        "search, all of these",
        str(every),
        f"p95 ≤ {LEVEL:.0f} ms",
        every.p95 <= LEVEL,
        f"slowest of first times: {1000 * coldest:.0f} ms",
    )
    if compared:
        equal = f"{compared - len(different)} of {compared}"
        yield Row(
            "search, equal to a scan", equal, "all", not different, ", ".join(different) or "the first page whole"
        )
    yield Row("the same matter, while a caller speaks", str(Times.of(helped)), how="the intake's help, over HTTP")


def searches() -> Iterator[tuple[str, str, dict[str, str]]]:
    """What kind of search, what is typed, and what else the list is narrowed to."""
    for kind, typed in WORDS.items():
        for words in typed:
            yield kind, words, NARROWED if kind == "words and a filter" else {}
    called = Caller.objects.exclude(last_four_hash=None).order_by("pk")
    for caller in called[:40:20]:
        yield "last digits of a phone", re.sub(r"\D", "", caller.phone)[-4:], {}
    orders = WorkOrder.objects.order_by("registered_at")
    for order in (orders[0], orders.reverse()[0]):
        yield "an order's number", order.number, {}
        yield "the beginning of a number", order.number[:8], {}


def scanned(words: str, filters: dict[str, str]) -> list[str]:
    """The first page as reading every order finds it, by nothing that the search uses."""
    fits = Q()
    for word in words.split():
        fits &= Q(title__icontains=word) | Q(content__icontains=word) | Q(address__icontains=word)
    if words.isascii():
        fits = Q(number__startswith=words)
        if len(words) == 4:
            callers = Caller.objects.only("phone").iterator()
            called = [one.pk for one in callers if re.sub(r"\D", "", one.phone).endswith(words)]
            fits = Q(pk__in=called) | Q(title__contains=words) | Q(content__contains=words) | Q(address__contains=words)
    orders = WorkOrder.objects.filter(fits)
    if filters:
        unit = Department.objects.get(code=filters["department"])
        orders = orders.filter(status=filters["status"], lead_department__path__startswith=unit.path)
    return list(orders.order_by("-registered_at", "-pk").values_list("number", flat=True)[:PAGE_SIZE])
