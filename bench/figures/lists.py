"""工单列表: fifty orders a page, by every filter and by what goes together; the first, second and thousandth page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.timezone import localdate

from bench.run import Run
from bench.table import Row, Times
from desk.queues import queues_of
from desk.views.orders import PAGE_SIZE
from staff.models import Area, Department, User
from staff.paging import page
from workorders.filters import WorkOrderFilter
from workorders.models import Category, WorkOrder
from workorders.models.choices import Channel, Kind, Pool, Status, Urgency
from workorders.scope import visible_orders

LEVEL = 60.0
# A supervisor sees every order; an officer of a large unit and one of a small see theirs.
PEOPLE = ("chen", "zhao", "sun")
SORTS = ("-registered_at", "next_due_at")
THOUSANDTH = 999 * PAGE_SIZE

Filters = dict[str, str]


def measure(run: Run) -> Iterator[Row]:
    """Each list on a warm server, for each of the people: once to warm up and once for the clock."""
    seconds: dict[str, list[float]] = {"first": [], "second": [], "1 000th": []}
    slowest = (0.0, "")
    with run.web() as house:
        for name in PEOPLE:
            user = User.objects.get(username=name)
            person = house.signed_in(name)
            for filters in asked(user):
                for which, address in pages(user, filters):
                    person.get(address)
                    taken = person.get(address).seconds
                    seconds[which].append(taken)
                    slowest = max(slowest, (taken, f"{name} {address[:120]}"))
    for which, all_taken in seconds.items():
        if all_taken:
            times = Times.of(all_taken)
            yield Row(
                f"order list, {which} page",
                str(times),
                f"p95 ≤ {LEVEL:.0f} ms",
                times.p95 <= LEVEL,
                f"three people, over HTTP; slowest of all: {1000 * slowest[0]:.0f} ms, {slowest[1]}",
            )


def asked(user: User) -> Iterator[Filters]:
    """What this person asks a list for: each filter, what goes together, each queue; a supervisor by due time too."""
    filters = [*single(), *together()]
    for sort in SORTS if user.department_id is None else SORTS[:1]:
        yield from ({**one, "sort": sort} for one in filters)
    yield from ({"queue": queue.key} for queue in queues_of(user))


def single() -> Iterator[Filters]:
    yield {}
    for name, choices in (
        ("status", Status),
        ("kind", Kind),
        ("urgency", Urgency),
        ("channel", Channel),
        ("desk", Pool),
    ):
        yield from ({name: value} for value in choices.values)
    for late in ("overdue", "soon", "on_time"):
        yield {"due": late}
    for name, places in places_asked_for().items():
        yield from ({name: code} for code in places)
    yield {"open": "true"}
    yield {"open": "false"}
    yield week(2)
    yield week(60)


def together() -> Iterator[Filters]:
    """What is asked for together, the frequent with the frequent and the frequent with the rare."""
    places = places_asked_for()
    category, area, department = (places[name][0] for name in ("category", "area", "department"))
    rare = {name: codes[-1] for name, codes in places.items()}
    yield {"status": Status.REFERRED, "department": department}
    yield {"status": Status.CLOSED, "department": rare["department"]}
    yield {"category": category, "area": area}
    yield {"category": rare["category"], "area": rare["area"]}
    yield {"due": "overdue", "department": department}
    yield {"due": "overdue", "desk": Pool.DISPATCH}
    yield {"kind": Kind.COMPLAINT, **week(20)}
    yield {"kind": Kind.REPORT, "channel": Channel.WEB}
    yield {"kind": Kind.REPORT, "open": "true"}
    yield {"urgency": Urgency.CRITICAL, "status": Status.CLOSED}
    yield {"open": "true", "category": category}
    yield {"status": Status.REFERRED, "area": rare["area"]}
    yield {"department": rare["department"], **week(60)}


def places_asked_for() -> dict[str, list[str]]:
    """Of categories, areas and departments: a whole branch, the busiest place and the quietest, by their codes."""
    models: dict[str, Any] = {"category": Category, "area": Area, "department": Department}
    relations = {"category": "category", "area": "area", "department": "lead_department"}
    named: dict[str, list[str]] = {}
    for name, model in models.items():
        counted = WorkOrder.objects.exclude(**{relations[name]: None}).values_list(relations[name])
        by_count = [pk for pk, _count in counted.annotate(count=Count("pk")).order_by("-count", relations[name])]
        busiest = model.objects.get(pk=by_count[0])
        root = model.objects.get(pk=busiest.lineage()[0])
        quietest = model.objects.get(pk=by_count[-1])
        named[name] = list(dict.fromkeys(str(place.code) for place in (root, busiest, quietest)))
    return named


def week(ago: int) -> Filters:
    """The week that began so many weeks ago."""
    first = localdate() - timedelta(weeks=ago)
    return {"registered_from": first.isoformat(), "registered_to": (first + timedelta(days=6)).isoformat()}


def pages(user: User, filters: Filters) -> Iterator[tuple[str, str]]:
    """The addresses of the pages to look at, as far as the list goes."""
    yield "first", f"/orders/?{urlencode(filters)}"
    if "queue" in filters:
        return
    orders = WorkOrderFilter(QueryDict(urlencode(filters)), queryset=visible_orders(user)).qs
    for which, rows in (("second", PAGE_SIZE), ("1 000th", THOUSANDTH)):
        at = page(orders.only(filters["sort"].lstrip("-")), filters["sort"], "", rows).following
        if at:
            yield which, f"/orders/?{urlencode({**filters, 'at': at})}"
