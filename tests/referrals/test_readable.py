"""Which orders a unit may read follows its parts and its place among the departments; its lists go along that."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict

from callbacks import actions as callbacks
from oversight.audit import audit
from oversight.lists import in_order
from referrals import actions as referrals
from referrals.models import Readable, Referral
from staff.models import Department, User
from staff.now import pretend
from staff.paging import page
from tests.cast import MORNING, City
from tests.workorders.scenes import accepted, awaiting_callback, fresh, sent
from workorders import actions
from workorders.filters import WorkOrderFilter
from workorders.models import Status, WorkOrder
from workorders.scope import visible_orders

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def handed(city: City, unit: Department, **changes: object) -> Referral:
    """A part of a fresh order, handed to the unit."""
    return referrals.refer(city.register(**changes), by=city.wang, lead=unit)


def readers(order: WorkOrder) -> set[str]:
    """The codes of the units that may read it."""
    return set(Department.objects.filter(pk__in=order.readable_by.values("unit")).values_list("code", flat=True))


def broken() -> set[str]:
    return {finding.name for finding in audit(MORNING + HOUR).broken}


def test_a_part_lets_its_unit_read_and_every_unit_above(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        assert readers(part.order) == {"water"}
        referrals.delegate(part, by=city.li, department=city.water_east)
    assert readers(part.order) == {"water", "water-east"}
    assert visible_orders(city.east).get() == visible_orders(city.zhao).get() == part.order
    assert Readable.objects.filter(registered_at=part.order.registered_at).count() == 2


def test_a_sub_units_part_that_ends_leaves_the_bureau_its_own(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        referrals.delegate(part, by=city.li, department=city.water_east)
        referrals.recall(fresh(part.order), by=city.wang, reason="派错了单位")
    assert readers(part.order) == set()
    with pretend(MORNING + HOUR):
        referrals.refer(fresh(part.order), by=city.wang, lead=city.traffic)
    assert readers(part.order) == {"traffic-police"}


def test_a_returned_part_is_read_no_longer_and_one_handed_over_again_is(city: City) -> None:
    with pretend(MORNING):
        part = sent(city)
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例第三条")
        referrals.uphold_return(fresh(part), by=city.wang)
        assert readers(part.order) == set()
        referrals.refer(fresh(part.order), by=city.wang, lead=city.water)
    assert readers(part.order) == {"water"}
    assert Referral.objects.filter(order=part.order).count() == 2


def test_a_unit_that_moves_takes_its_orders_with_it(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        referrals.delegate(part, by=city.li, department=city.water_east)
        team = Department.objects.create(code="east-team", name="东区抢修队", kind="utility", parent=city.water_east)
        other = handed(city, team)
        elsewhere = handed(city, city.water)
    assert readers(other.order) == {"water", "water-east", "east-team"}
    city.water_east.parent = city.traffic
    city.water_east.save()
    assert readers(part.order) == {"water", "water-east", "traffic-police"}  # the bureau has a part of its own in it
    assert readers(other.order) == {"traffic-police", "water-east", "east-team"}
    assert readers(elsewhere.order) == {"water"}
    assert "a_unit_reads_what_it_has_a_part_of" not in broken()


def test_a_units_pages_are_its_orders_in_their_order_whatever_narrows_them(city: City) -> None:
    days = [MORNING - timedelta(days=ago) for ago in (3, 2, 2, 1, 0)]
    mine = []
    for nth, day in enumerate(days):
        with pretend(day):
            handed(city, city.traffic)
            mine.append(handed(city, city.water, urgency="urgent" if nth % 2 else "normal").order)
    newest = mine[::-1]

    def walk(**asked: str) -> list[WorkOrder]:
        """Page by page to the end, two on each, and back to the beginning."""
        query = QueryDict(mutable=True)
        query.update(asked)
        found = WorkOrderFilter(query, queryset=visible_orders(city.zhao)).qs
        pages = [page(found, "-registered_at", "", 2)]
        while pages[-1].following:
            pages.append(page(found, "-registered_at", pages[-1].following, 2))
        at = pages[-1].previous
        for before in pages[-2::-1]:
            back = page(found, "-registered_at", at, 2)
            assert back.rows == before.rows
            at = back.previous
        return [order for one in pages for order in one.rows]

    assert walk() == newest
    assert walk(urgency="urgent") == [newest[1], newest[3]]
    assert walk(registered_to="2026-11-21") == newest[2:]
    assert walk(registered_from="2026-11-21", registered_to="2026-11-22") == newest[1:4]
    assert walk(urgency="normal", registered_from="2026-11-21") == [newest[0], newest[2]]


def test_whoever_belongs_neither_to_the_hotline_nor_to_a_unit_reads_nothing(city: City) -> None:
    guest = User.objects.create_user("guest")
    guest.groups.add(Group.objects.get(name="officer"))
    with pretend(MORNING):
        sent(city)
    assert not visible_orders(guest).exists()


# What a row has of its order, by the names the order has for it.
BESIDE = ("category", "area", "lead_department", "channel", "kind", "urgency", "registered_at")


def beside(order: WorkOrder) -> dict[str, set[object]]:
    """What stands beside the order, for all the units that read it."""
    rows = list(order.readable_by.values(*BESIDE, "ended"))
    return {name: {row[name] for row in rows} for name in (*BESIDE, "ended")}


def as_it_is(order: WorkOrder, ended: str) -> dict[str, set[object]]:
    values = WorkOrder.objects.values(*BESIDE).get(pk=order.pk)
    return {**{name: {value} for name, value in values.items()}, "ended": {ended}}


def test_what_narrows_lists_follows_the_order_for_every_unit_that_reads_it(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        referrals.delegate(part, by=city.li, department=city.water_east)
        order = fresh(part.order)
        assert order.lead_department == city.water and order.readable_by.count() == 2
        assert beside(order) == as_it_is(order, "")
        changes: dict[str, Any] = {"kind": "complaint", "urgency": "urgent", "category": city.parking}
        changes["area"] = city.area.parent
        assert all(getattr(order, name) != value for name, value in changes.items())
        actions.amend(order, by=city.wang, **changes)
        assert beside(order) == as_it_is(order, "")
        actions.amend(fresh(order), by=city.wang, area=None)
        assert beside(order) == as_it_is(order, "")
    assert "a_unit_reads_what_it_has_a_part_of" not in broken()


def test_another_lead_stands_beside_the_order_for_whoever_supports(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.traffic, supporting=[city.water])
        assert beside(order) == as_it_is(order, "")
        referrals.recall(fresh(order), by=city.wang, reason="派错了单位")
        referrals.refer(fresh(order), by=city.wang, lead=city.water, supporting=[city.traffic])
        assert fresh(order).lead_department == city.water and readers(order) == {"water", "traffic-police"}
    assert beside(order) == as_it_is(order, "")


def test_how_an_order_ends_is_told_once_and_taken_back_when_it_is_opened_again(city: City) -> None:
    with pretend(MORNING):
        order = awaiting_callback(city)
        assert beside(order) == as_it_is(order, "")
        callbacks.record_result(order, by=city.tang, contacted=True, resolution="solved", satisfaction=5)
        assert fresh(order).status == Status.CLOSED
        assert beside(order) == as_it_is(order, "closed")
        actions.reopen(fresh(order), by=city.chen, reason="市民再次来电，问题重现")
        assert beside(order) == as_it_is(order, "")
    assert "a_unit_reads_what_it_has_a_part_of" not in broken()


def test_a_unit_that_moves_brings_what_narrows_lists_to_where_it_comes(city: City) -> None:
    with pretend(MORNING):
        order = handed(city, city.water_east, urgency="urgent").order
    city.water_east.parent = city.traffic
    city.water_east.save()
    assert readers(order) == {"traffic-police", "water-east"}
    assert beside(order) == as_it_is(order, "")


NARROWED = (
    "status=referred", "status=closed", "status=closed&status=referred", "status=registered", "kind=complaint",
    "kind=complaint&kind=request", "urgency=urgent", "channel=W", "category=05", "category=04&urgency=urgent",
    "area=east", "area=east-1&kind=complaint", "department=water", "department=traffic-police", "desk=dispatch",
    "desk=callback", "open=true", "open=false", "due=overdue", "due=on_time", "due=soon", "kind=question",
)  # fmt: skip


@pytest.fixture
def various(city: City) -> City:
    """What two units have, led and supporting, open and over, of every kind; the hotline has one more of each."""
    with pretend(MORNING - timedelta(days=40)):
        old = awaiting_callback(city)
        callbacks.record_result(old, by=city.tang, contacted=True, resolution="solved", satisfaction=5)
        awaiting_callback(city)
        handed(city, city.water)
    with pretend(MORNING):
        for changes in ({"kind": "complaint"}, {"urgency": "urgent"}, {"channel": "W"}, {"category": city.parking}):
            handed(city, city.water, **changes)
            city.register(**changes)
        referrals.refer(city.register(), by=city.wang, lead=city.traffic, supporting=[city.water])
        handed(city, city.traffic, kind="complaint", area=city.area.parent)
        handed(city, city.water, area=city.area.parent)
    return city


@pytest.mark.parametrize("sort", ["-registered_at", "next_due_at"])
def test_a_units_list_is_what_the_hotlines_list_has_of_its_orders(various: City, sort: str) -> None:
    lengths = set()
    for address in NARROWED:
        with pretend(MORNING + HOUR):
            own = WorkOrderFilter(QueryDict(address), queryset=visible_orders(various.zhao)).qs
            every = WorkOrderFilter(QueryDict(address), queryset=visible_orders(various.wang)).qs
            theirs = [one for one in page(every, sort, "", 99).rows if "water" in readers(one)]
            assert page(own, sort, "", 99).rows == list(in_order(own, sort)) == theirs, address
            lengths.add(len(theirs))
    assert len(lengths) > 3  # none, some, many


@pytest.mark.parametrize(
    ("address", "column"),
    [
        ("kind=question", "kind"), ("urgency=urgent", "urgency"), ("channel=W", "channel"),
        ("category=04", "category_id"), ("area=east", "area_id"), ("department=water", "lead_department_id"),
        ("status=declined", "ended"), ("status=referred", "ended"), ("open=false", "ended"), ("open=true", "ended"),
        ("due=overdue", "ended"), ("desk=dispatch", "ended"), ("sort=next_due_at", "ended"),
    ],
)  # fmt: skip
def test_what_narrows_a_units_list_is_in_the_index_it_goes_along(city: City, address: str, column: str) -> None:
    asked = QueryDict(address)
    orders = in_order(WorkOrderFilter(asked, queryset=visible_orders(city.zhao)).qs, asked.get("sort"))
    statement = str(orders.values("pk").query)
    (index,) = Readable._meta.indexes
    in_it = {column for name in (*index.fields, *index.include) for column in (name, f"{name}_id")}
    assert column in set(re.findall(r'way\."(\w+)"', statement)) <= in_it
    assert f'"workorders_workorder"."{column}"' not in statement


def test_a_list_joins_the_table_once_whatever_narrows_it_and_sorts_along_it(city: City) -> None:
    query = QueryDict(
        "registered_from=2026-11-20&registered_to=2026-11-22&kind=request&area=east&status=closed&open=true"
    )
    orders = in_order(WorkOrderFilter(query, queryset=visible_orders(city.zhao)).qs, "-registered_at")
    asked = str(orders.query)
    assert asked.count("referrals_readable") == 1
    assert asked.endswith('ORDER BY way."registered_at" DESC, way."order_id" DESC')
