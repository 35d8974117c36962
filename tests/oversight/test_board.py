"""The board's page: who sees it, what it says, how much it asks of the database."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff.models import Department
from staff.now import pretend
from tests.cast import City
from tests.oversight.stories import (
    END_OF_MONTH,
    a_month_of_everything,
    answered_on_the_spot,
    at,
    ledger,
    referred,
)
from workorders.models import Category

pytestmark = pytest.mark.django_db
ADDRESSES = ("/board/", "/board/rows/?of=closure", "/board/board.xlsx", "/board/rows.xlsx?of=closure")


@pytest.mark.parametrize("address", ADDRESSES)
def test_supervisor_chen_sees_the_board_dispatcher_wang_and_departments_do_not(
    city: City, client: Client, address: str
) -> None:
    assert client.get(address)["Location"].startswith("/sign-in/")
    for person, status in ((city.chen, 200), (city.wang, 403), (city.li, 403), (city.sun, 403)):
        client.force_login(person)
        response = client.get(address)
        list(response)  # download it
        assert response.status_code == status, person.name


def test_only_who_may_export_orders_exports_their_list(city: City, client: Client) -> None:
    for person, status in ((city.chen, 200), (city.wang, 403), (city.zhao, 403)):
        client.force_login(person)
        response = client.get("/board/orders.xlsx")
        list(response)  # download it
        assert response.status_code == status, person.name


def test_the_sentence_tells_how_many_are_closed_and_how_many_are_late_at_whom(city: City, client: Client) -> None:
    for _count in range(3):
        answered_on_the_spot(city, "11-02 09:00")
    referred(city, "11-02 10:00")
    referred(city, "11-03 10:00", lead=city.water_east)
    referred(city, "11-03 10:00", lead=city.traffic)
    referred(city, "11-30 10:00", lead=city.traffic)
    client.force_login(city.chen)
    with pretend(at(END_OF_MONTH)):
        page = client.get("/board/")
    said = page.context["board"].sentence
    plain = "".join(part.partition(">")[2] if ">" in part else part for part in said.split("<"))
    assert plain == (
        "Of 7 appeals registered in November 2026, 42.9% are closed; 3 are overdue, 2 of them held by: 市水务集团."
    )
    assert said.count("<a ") == 4


def test_an_empty_month_says_so(city: City, client: Client) -> None:
    client.force_login(city.chen)
    page = client.get("/board/?period=month&on=2020-02-01").content.decode()
    assert "No appeal was registered in February 2020." in page
    assert "Nothing was counted in this period." in page


def test_branches_count_with_their_utility_and_a_town_for_itself(city: City) -> None:
    town = Department.objects.create(code="garden", name="花园街道办事处", kind="town", parent=None)
    district = Department.objects.create(code="east-district", name="东城区人民政府", kind="district")
    town.parent = district
    town.save()
    referred(city, "11-02 10:00", lead=city.water)
    referred(city, "11-02 10:00", lead=city.water_east)
    referred(city, "11-02 10:00", lead=Department.objects.get(code="garden"))
    referred(city, "11-02 10:00", lead=district)
    counted = ledger()
    assert {key: counted.counted.group(key)["return_requested"].n for key in counted.counted.by_group} == {
        "water": 2,
        "garden": 1,
        "east-district": 1,
    }
    groups = [group for key in counted.counted.by_group if (group := counted.grouping.find(key))]
    assert [(name, [group.key for group in found]) for name, found in counted.grouping.sections(groups)] == [
        ("Districts", ["east-district"]),
        ("Towns and street offices", ["garden"]),
        ("Utilities", ["water"]),
    ]


def test_narrowed_to_a_place_the_board_is_divided_by_what_lies_below(city: City) -> None:
    referred(city, "11-02 10:00", lead=city.water)
    referred(city, "11-02 10:00", lead=city.water_east)
    referred(city, "11-02 10:00", lead=city.traffic, category=city.parking)
    inside = ledger(query="department=water").counted.by_group
    assert {key: tallies["direct"].n for key, tallies in inside.items() if "direct" in tallies} == {
        "water": 1,
        "water-east": 1,
    }
    assert set(ledger(query="by=category").counted.by_group) == {"04", "05"}
    assert set(ledger(query="by=category&category=05").counted.by_group) == {"0501"}
    assert set(ledger(query="by=area").counted.by_group) == {"east"}


@pytest.mark.parametrize("query", ["by=department", "by=category", "by=area", "period=year&by=area&category=05"])
def test_the_board_asks_as_many_queries_for_a_small_city_as_for_a_large_one(
    city: City, client: Client, query: str
) -> None:
    def asked() -> int:
        with pretend(at(END_OF_MONTH)), CaptureQueriesContext(connection) as queries:
            client.get(f"/board/?{query}")
        return sum("staff_calendarday" not in query["sql"] for query in queries)  # read every few seconds

    client.force_login(city.chen)
    a_month_of_everything(city)
    small = asked()
    for number in range(5):
        lead = Department.objects.create(code=f"more-{number}", name=f"局{number}", kind="bureau")
        category = Category.objects.create(
            code=f"05{number}", name=f"类{number}", parent=Category.objects.get(code="05")
        )
        referred(city, "11-02 10:00", lead=lead, category=category)
    assert asked() == small <= 40


def test_the_league_is_sorted_by_the_column_asked_for(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    with pretend(at(END_OF_MONTH)):
        for sort, reverse in (("closure", False), ("-closure", True)):
            league = client.get(f"/board/?by=category&sort={sort}").context["board"].league
            values = [row.cells[0].value for _name, rows in league.sections for row in rows]
            assert len(values) == 2 and values == sorted(values, reverse=reverse)


def test_an_address_that_makes_no_sense_shows_this_month_and_says_why(city: City, client: Client) -> None:
    client.force_login(city.chen)
    for query in (
        "period=century",
        "period=days",
        "period=days&first=2026-11-05&last=2026-11-01",
        "period=month&on=yesterday",
        "period=month&on=0001-01-01",
        "period=month&on=9999-12-31",
        "by=weather",
        "department=none-such",
        "sort=%00",
    ):
        page = client.get(f"/board/?{query}")
        assert page.status_code == 200, query
        assert page.context["board"].period.kind == "month", query
    said = client.get("/board/?period=days&first=2026-11-05&last=2026-11-01").content.decode()
    assert "The last day is before the first." in said
