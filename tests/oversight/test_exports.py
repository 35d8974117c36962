"""Workbooks: the same figures, every text a text, no caller, and on record."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from oversight import exports
from oversight.indicators import INDICATORS
from oversight.models import Export
from staff.now import pretend
from tests.cast import City
from tests.oversight.stories import END_OF_MONTH, a_month_of_everything, answered_on_the_spot, at, registered
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def workbook(client: Client, address: str) -> Any:
    """Download and open."""
    with pretend(at(END_OF_MONTH)):
        response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == exports.CONTENT_TYPE
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file's response has it
    return openpyxl.load_workbook(BytesIO(content))


def cells(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_board_as_a_workbook_has_every_figure_its_parts_and_its_definition(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    with pretend(at(END_OF_MONTH)):
        ledger = client.get("/board/").context["board"].ledger
    book = workbook(client, "/board/board.xlsx")
    rows = {row[0].value: row for row in book["Figures"].iter_rows(min_row=2)}
    for indicator in INDICATORS:
        tally = ledger.counted.total[indicator.name]
        row = rows[str(indicator.label)]
        assert (row[2].value, row[3].value, row[4].value) == (tally.hits, tally.half, tally.n)
        assert row[8].value == str(indicator.definition)
        value = indicator.value(ledger.counted.total, ledger.weights)
        assert value is not None
        assert row[1].value == pytest.approx(value * 100 if indicator.unit == "points" else value)
    names = [row[1].value for row in book["Handling"].iter_rows(min_row=2)]
    assert "市水务集团" in names and names[-1] == "in all"
    assert book["Open cases"]["A2"].value == "callback desk"
    assert any("陈主任" in str(cell.value) for cell in cells(book))


def test_a_title_that_looks_like_a_formula_stays_text(city: City, client: Client) -> None:
    for title in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "https://example.org"):
        registered(city, "11-02 09:00", title=title)
    client.force_login(city.chen)
    for address in ("/board/rows.xlsx?of=direct", "/board/orders.xlsx"):
        sheet = workbook(client, address)["Rows"]
        titles = {row[1].value: row[1] for row in sheet.iter_rows(min_row=2)}
        assert set(titles) == {"=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "https://example.org"}
        assert {cell.data_type for cell in titles.values()} == {"s"}
        assert not any(cell.hyperlink for cell in titles.values())


@pytest.mark.parametrize(
    "address", ["/board/board.xlsx", "/board/orders.xlsx", *(f"/board/rows.xlsx?of={one.name}" for one in INDICATORS)]
)
def test_no_export_names_a_caller(city: City, client: Client, address: str) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    text = "\n".join(str(cell.value) for cell in cells(workbook(client, address)))
    assert "王小明" not in text and "13812340271" not in text and "0271" not in text


def test_the_rows_of_a_figure_are_the_rows_of_its_workbook(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    for indicator in INDICATORS:
        with pretend(at(END_OF_MONTH)):
            count = client.get(f"/board/rows/?of={indicator.name}").context["count"]
        sheet = workbook(client, f"/board/rows.xlsx?of={indicator.name}")["Rows"]
        assert sheet.max_row == count + 1


def test_the_list_of_orders_is_exported_as_it_is_filtered(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    sheet = workbook(client, "/board/orders.xlsx?status=declined&registered_from=2026-11-01")["Rows"]
    declined = WorkOrder.objects.get(status="declined")
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [declined.number]
    sheet = workbook(client, "/board/orders.xlsx?sort=registered_at")["Rows"]
    numbers = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert numbers == list(WorkOrder.objects.order_by("registered_at", "pk").values_list("number", flat=True))


def test_a_queue_is_exported_to_whom_it_belongs(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    sheet = workbook(client, "/board/orders.xlsx?queue=callback")["Rows"]
    waiting = WorkOrder.objects.awaiting_callback().order_by("-registered_at", "-pk").values_list("number", flat=True)
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == list(waiting)
    assert client.get("/board/orders.xlsx?queue=accept").status_code == 404  # a department's
    assert client.get("/board/orders.xlsx?queue=none-such").status_code == 404


@pytest.mark.parametrize("address", ["/board/orders.xlsx?kind=help", "/board/rows.xlsx?of=direct"])
def test_a_list_too_long_for_a_workbook_is_refused_with_the_way_to_take_it(
    city: City, client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(exports, "LIMIT", 3)
    for _count in range(3):
        answered_on_the_spot(city, "11-02 09:00")
    client.force_login(city.chen)
    assert workbook(client, address)["Rows"].max_row == 1 + 3
    answered_on_the_spot(city, "11-02 09:00")
    with pretend(at(END_OF_MONTH)):
        refused = client.get(address)
    assert refused.status_code == 409
    assert f'href="{address.replace("xlsx", "csv")}"' in refused.content.decode()
    back = address.replace("/board/orders.xlsx", "/orders/").replace("rows.xlsx", "rows/")
    assert f'href="{back}"' in refused.content.decode() and client.get(back).status_code == 200
    assert Export.objects.count() == 1


def test_every_export_is_on_record(city: City, client: Client) -> None:
    registered(city, "11-02 09:00")
    client.force_login(city.chen)
    workbook(client, "/board/orders.xlsx?kind=help")
    workbook(client, "/board/rows.xlsx?of=direct")
    newest, first = Export.objects.order_by("-id")
    assert (first.by, first.what, first.asked, first.rows) == (city.chen, "orders", "kind=help", 1)
    assert (newest.what, newest.asked, newest.rows) == ("rows", "of=direct", 1)
