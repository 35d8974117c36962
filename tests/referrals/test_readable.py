"""Which orders a unit may read follows its parts and its place among the departments; its lists go along that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict

from oversight.audit import audit
from oversight.lists import in_order
from referrals import actions as referrals
from referrals.models import Readable, Referral
from staff.models import Department, User
from staff.now import pretend
from staff.paging import page
from tests.cast import MORNING, City
from tests.workorders.scenes import accepted, fresh, sent
from workorders.filters import WorkOrderFilter
from workorders.models import WorkOrder
from workorders.scope import visible_orders

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def handed(city: City, unit: Department, **changes: str) -> Referral:
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


def test_a_list_joins_the_table_once_whatever_narrows_it_and_sorts_along_it(city: City) -> None:
    query = QueryDict("registered_from=2026-11-20&registered_to=2026-11-22")
    orders = in_order(WorkOrderFilter(query, queryset=visible_orders(city.zhao)).qs, "-registered_at")
    asked = str(orders.query)
    assert asked.count("referrals_readable") == 1
    assert asked.endswith('ORDER BY way."registered_at" DESC, way."order_id" DESC')
