"""What a list is narrowed by: each filter by itself, several at once, and what lies below a place in a tree."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from referrals import actions as referrals
from staff.models import Area
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions
from workorders.filters import WorkOrderFilter
from workorders.models import Category, WorkOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(city: City) -> City:
    """Four appeals of one morning: a leak referred to Water, a jam, a question answered, one in another district."""
    west = Area.objects.create(code="west", name="西城区", level="district")
    with pretend(MORNING):
        leak = city.register(title="漏水", urgency="urgent")
        referrals.refer(leak, by=city.wang, lead=city.water)
        city.register(title="拥堵", kind="complaint", category=city.parking, channel="W")
        question = city.register(title="问询", kind="question", category=city.leak.parent, area=city.area.parent)
        actions.answer_on_the_spot(question, by=city.lin, reply="八点开门")
        city.register(title="西城", area=west, urgency="critical", channel="W")
    return city


def narrowed(address: str) -> list[str]:
    """Titles of what a list shows at this address, in the order of registration."""
    with pretend(MORNING):
        found = WorkOrderFilter(QueryDict(address), queryset=WorkOrder.objects.order_by("pk")).qs
        return list(found.values_list("title", flat=True))


ALL = ["漏水", "拥堵", "问询", "西城"]


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("", ALL),
        ("status=referred", ["漏水"]),
        ("status=referred&status=closed", ["漏水", "问询"]),
        ("kind=complaint", ["拥堵"]),
        ("kind=complaint&kind=question", ["拥堵", "问询"]),
        ("urgency=urgent&urgency=critical", ["漏水", "西城"]),
        ("channel=W", ["拥堵", "西城"]),
        ("category=0401", ["漏水", "西城"]),
        ("category=04", ["漏水", "问询", "西城"]),
        ("category=05", ["拥堵"]),
        ("area=east-1", ["漏水", "拥堵"]),
        ("area=east", ["漏水", "拥堵", "问询"]),
        ("area=west", ["西城"]),
        ("department=water", ["漏水"]),
        ("department=traffic-police", []),
        ("desk=dispatch", ["拥堵", "西城"]),
        ("open=true", ["漏水", "拥堵", "西城"]),
        ("open=false", ["问询"]),
        ("q=漏水", ALL),
        ("q=拥堵", ["拥堵"]),
        ("kind=help&urgency=critical", ["西城"]),
        ("category=04&area=east&open=true", ["漏水"]),
        ("channel=W&kind=question", []),
        ("q=拥堵&status=referred", []),
    ],
)
def test_each_filter_shows_what_it_says(orders: City, address: str, titles: list[str]) -> None:
    assert narrowed(address) == titles


def test_a_department_includes_what_its_sub_units_lead(orders: City) -> None:
    with pretend(MORNING):
        referrals.refer(orders.register(title="东区"), by=orders.wang, lead=orders.water_east)
    assert narrowed("department=water") == ["漏水", "东区"]
    assert narrowed("department=water-east") == ["东区"]


def test_a_category_or_area_does_not_include_one_whose_id_begins_alike(orders: City) -> None:
    """Paths are "/1/5/", so that /1/ is not the beginning of /12/."""
    for number in range(12):
        last = Category.objects.create(code=f"1{number}", name=f"类别{number}")
    with pretend(MORNING):
        orders.register(title="其他", category=last)
    assert narrowed("category=10") == [] and narrowed(f"category={last.code}") == ["其他"]


@pytest.mark.parametrize(
    "address",
    [
        "status=flying",
        "kind=",
        "category=nowhere",
        "area=%00",
        "registered_from=yesterday",
        "registered_to=2026-02-30",
        "open=perhaps",
        "due=never",
        "desk=mine",
        "q=%00",
        "unknown=1",
        "registered_from=0001-01-01",
        "registered_to=9999-12-31",
    ],
)
def test_what_means_nothing_narrows_nothing(orders: City, address: str) -> None:
    assert narrowed(address) == ALL


def shanghai(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def nights(city: City) -> None:
    """Registered around the midnights of the city, which are no midnights elsewhere."""
    for title, at in [
        ("周日末", shanghai(22, 23, 59, 59)),
        ("周一始", shanghai(23, 0)),
        ("周一晨", shanghai(23, 7, 59)),
        ("周一末", shanghai(23, 23, 59, 59) + timedelta(microseconds=999_999)),
        ("周二始", shanghai(24, 0)),
    ]:
        with pretend(at):
            city.register(title=title)


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("registered_from=2026-11-23&registered_to=2026-11-23", ["周一始", "周一晨", "周一末"]),
        ("registered_from=2026-11-24", ["周二始"]),
        ("registered_to=2026-11-22", ["周日末"]),
        ("registered_from=2026-11-22&registered_to=2026-11-24", ["周日末", "周一始", "周一晨", "周一末", "周二始"]),
        ("registered_from=2026-11-24&registered_to=2026-11-22", []),
    ],
)
def test_a_day_is_the_citys_day_from_midnight_to_midnight(nights: None, address: str, titles: list[str]) -> None:
    assert narrowed(address) == titles


@pytest.mark.parametrize(
    ("due", "hours"), [("overdue", -1), ("soon", 0), ("soon", 23), ("on_time", 24), ("on_time", 99)]
)
def test_lateness_is_told_from_the_next_due_time(city: City, due: str, hours: int) -> None:
    with pretend(MORNING - timedelta(hours=2)):
        order = city.register()
    due_at = order.next_due_at
    assert due_at is not None
    with pretend(due_at - timedelta(hours=hours)):
        fits = {
            choice: WorkOrderFilter(QueryDict(f"due={choice}"), queryset=WorkOrder.objects.all()).qs.exists()
            for choice in ("overdue", "soon", "on_time")
        }
    assert fits == {choice: choice == due for choice in fits}


def test_a_closed_order_is_neither_late_nor_on_time(city: City) -> None:
    with pretend(MORNING):
        actions.answer_on_the_spot(city.register(), by=city.lin, reply="八点开门")
    assert [narrowed(f"due={choice}") for choice in ("overdue", "soon", "on_time")] == [[], [], []]
