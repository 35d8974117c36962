"""Lists as CSV: the workbook's rows, of any length, on their way as the database writes them."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import DataError, connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from desk.queues import queues_of
from oversight.copying import PIECE, copied
from oversight.daybook import keep_up
from oversight.indicators import INDICATORS, POPULATIONS
from oversight.models import Export
from oversight.records import ORDER
from oversight.streams import lines
from staff.models import User
from staff.now import pretend
from tests.api.client import DOOR, Program
from tests.cast import City
from tests.oversight.stories import END_OF_MONTH, a_month_of_everything, answered_on_the_spot, at, registered
from tests.oversight.test_exports import workbook
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

ADDRESS = "/board/orders.csv"


def asked(client: Client, address: str) -> Any:
    with pretend(at(END_OF_MONTH)):
        answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.streaming
    return answer


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def table(client: Client, address: str) -> list[list[str]]:
    """Download and read."""
    content = whole(asked(client, address))
    assert content.startswith(BOM_UTF8)
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))


def written(book: Any) -> list[list[str]]:
    """A workbook's rows as a table writes them."""
    return [[_written(cell.value) for cell in row] for row in book["Rows" if "Rows" in book else "明细"].iter_rows()]


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def may_export(person: User) -> User:
    person.user_permissions.add(Permission.objects.get(codename="export_workorders"))
    return User.objects.get(pk=person.pk)


def many(order: WorkOrder, count: int) -> None:
    """So many more of an order that is closed."""
    copies = [WorkOrder.objects.get(pk=order.pk) for _nth in range(count)]
    for nth, copy in enumerate(copies):
        copy.pk, copy.number, copy._state.adding = None, f"20261102T{nth:07d}", True
    WorkOrder.objects.bulk_create(copies)


NAMES = ("lin", "wang", "he", "tang", "chen", "zhao", "li", "east", "qian", "sun")


@pytest.mark.parametrize("name", NAMES)
def test_each_list_of_each_person_is_streamed_as_it_is_written_into_a_workbook(
    city: City, client: Client, name: str
) -> None:
    a_month_of_everything(city)
    person = may_export(getattr(city, name))
    client.force_login(person)
    queries = ["", "sort=registered_at", "sort=next_due_at", "sort=-next_due_at", "status=closed", "q=花园路"]
    queries += [f"queue={kind.key}" for kind in queues_of(person)]
    rows = 0
    for query in queries:
        found = table(client, f"{ADDRESS}?{query}")
        assert found == written(workbook(client, f"/board/orders.xlsx?{query}")), query
        rows += len(found) - 1
    assert rows


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_rows_of_every_kind_of_figure_are_streamed_as_in_its_workbook(
    city: City, client: Client, language: str
) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    client.cookies["django_language"] = language
    for population in POPULATIONS:
        name = next(one.name for one in INDICATORS if one.population is population)
        found = table(client, f"/board/rows.csv?of={name}")
        assert len(found) > 1, name
        assert found == written(workbook(client, f"/board/rows.xlsx?of={name}")), name


def test_of_what_the_day_book_counted_none_the_page_and_both_files_say_so_without_a_search(
    city: City, client: Client
) -> None:
    answered_on_the_spot(city, "11-02 09:00")
    client.force_login(city.chen)
    keep_up()
    asking = "of=on_time&side=misses"
    with pretend(at(END_OF_MONTH)), CaptureQueriesContext(connection) as queries:
        page = client.get(f"/board/rows/?{asking}")
    assert page.status_code == 200 and "There are no rows behind this number." in page.content.decode()
    assert not [
        query["sql"] for query in queries if 'FROM "referrals_referral"' in query["sql"] and "LIMIT 51" in query["sql"]
    ]
    found = table(client, f"/board/rows.csv?{asking}")
    assert len(found) == 1 and found == written(workbook(client, f"/board/rows.xlsx?{asking}"))


def test_a_chinese_reader_gets_chinese_words_and_the_citys_clock(city: City, client: Client) -> None:
    answered_on_the_spot(city, "11-02 09:00")
    client.force_login(city.chen)
    client.cookies["django_language"] = "zh-hans"
    head, row = table(client, ADDRESS)
    told = dict(zip(head, row, strict=True))
    assert told["标题"] == "花园路水管漏水" and told["类别"] == "公用事业 / 供水" and told["区域"] == "花园街道"
    assert (told["状态"], told["办结方式"]) == ("已办结", "直接答复")
    assert told["受理时间"] == "2026-11-02 09:00"


def test_what_a_spreadsheet_would_compute_begins_with_an_apostrophe(city: City, client: Client) -> None:
    formulas = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "\t=1", "\r=1", "＝1+1", '="a",b\n=2')
    plain = ("https://example.org", "水管 = 漏水", '说"好"，\n再说', "'已经有了")
    for title in (*formulas, *plain):
        registered(city, "11-02 09:00", title=title)
    client.force_login(city.chen)
    content = whole(asked(client, ADDRESS)).decode("utf-8-sig")
    titles = {row["title"] for row in csv.DictReader(content.splitlines(keepends=True))}
    assert titles == {*(f"'{one}" for one in formulas), *plain}


def test_the_number_of_an_appeal_by_e_mail_is_not_taken_for_a_number(city: City, client: Client) -> None:
    mailed, told = registered(city, "11-02 09:00", channel="E"), registered(city, "11-02 09:00")
    client.force_login(city.chen)
    assert {row[0] for row in table(client, ADDRESS)[1:]} == {f"'{mailed.number}", told.number}


@pytest.mark.parametrize("address", [ADDRESS, *(f"/board/rows.csv?of={one.name}" for one in INDICATORS)])
def test_no_stream_names_a_caller(city: City, client: Client, address: str) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    content = whole(asked(client, address)).decode()
    assert "王小明" not in content and "13812340271" not in content and "0271" not in content


def test_only_who_may_export_and_finds_the_list_gets_it(city: City, client: Client) -> None:
    a_month_of_everything(city)
    assert client.get(ADDRESS)["Location"].startswith("/sign-in/")
    for person in (city.wang, city.zhao, city.sun):
        client.force_login(person)
        assert client.get(ADDRESS).status_code == 403
    client.force_login(city.chen)
    assert client.get(f"{ADDRESS}?queue=accept").status_code == 404
    assert client.get("/board/rows.csv?of=nothing").status_code == 404
    assert not Export.objects.exists()


def test_a_list_of_thousands_comes_in_pieces_and_asks_as_much_as_a_short_one(city: City, client: Client) -> None:
    order = answered_on_the_spot(city, "11-02 09:00")
    client.force_login(city.chen)
    table(client, ADDRESS)  # what is read once
    with CaptureQueriesContext(connection) as short:
        table(client, ADDRESS)
    many(order, 3000)
    with CaptureQueriesContext(connection) as long:
        answer = asked(client, ADDRESS)
        found = list(answer.streaming_content)
    assert len(found) > 3 and max(map(len, found)) <= PIECE
    assert b"".join(found).count(b"\n") == 1 + 1 + 3000
    # Nine of them: which orders are in it, asked before and after.
    assert len(long) == len(short) <= 23, [query["sql"][:200] for query in long]


def test_who_took_a_list_is_on_record_before_it_leaves_and_how_much_when_it_has_left(
    city: City, client: Client
) -> None:
    registered(city, "11-02 09:00")
    client.force_login(city.chen)
    answer = asked(client, f"{ADDRESS}?kind=help")
    assert "orders-20261130-2000-" in answer["Content-Disposition"]
    taken = Export.objects.get()
    assert (taken.by, taken.what, taken.asked, taken.rows) == (city.chen, "orders", "kind=help", None)
    whole(answer)
    taken.refresh_from_db()
    assert taken.rows == 1


def test_when_the_reader_goes_away_the_statement_ends_and_nothing_says_that_all_was_taken(city: City) -> None:
    many(answered_on_the_spot(city, "11-02 09:00"), 3000)
    told: list[int] = []
    reading = lines(ORDER, WorkOrder.objects.order_by("pk"), told.append)
    assert next(reading).startswith(BOM_UTF8) and next(reading)
    reading.close()  # type: ignore[attr-defined]  # as the server does
    assert told == []
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)  # nothing of the stream is left on the connection


def test_what_goes_wrong_on_the_way_is_raised_so_that_the_answer_breaks_off(city: City) -> None:
    many(answered_on_the_spot(city, "11-02 09:00"), 3000)
    last = WorkOrder.objects.latest("pk").pk
    divided = WorkOrder.objects.order_by("pk").annotate(one=1 / (F("pk") - last))
    told: list[int] = []
    reading = copied(divided, {"one": "one", "content": "content"}, head=b"head\n", done=told.append)
    assert next(reading) == b"head\n"
    with pytest.raises(DataError):
        list(reading)
    assert told == []
    assert WorkOrder.objects.count() == 3001


def test_a_list_is_not_sent_where_a_broken_answer_looks_like_a_whole_one(city: City, client: Client) -> None:
    client.force_login(city.chen)
    answer = client.get(ADDRESS, SERVER_PROTOCOL="HTTP/1.0")
    assert answer.status_code == 409 and "HTTP/1.1" in answer.content.decode()


def test_a_program_gets_what_the_page_gives(city: City, client: Client) -> None:
    a_month_of_everything(city)
    client.force_login(city.chen)
    program = Program(city.chen).http
    for query in ("", "queue=callback&sort=next_due_at", "status=declined&registered_from=2026-11-01"):
        with pretend(at(END_OF_MONTH)):
            answer = program.get(f"{DOOR}work-orders.csv?{query}", headers={"Accept": "text/csv"})
        assert answer.status_code == 200
        assert whole(answer) == whole(asked(client, f"{ADDRESS}?{query}"))
    assert {taken.by for taken in Export.objects.all()} == {city.chen}


def test_a_program_is_told_what_it_asked_for_wrongly(city: City) -> None:
    chen, wang = Program(city.chen), Program(city.wang)
    for query in ("stauts=closed", "queue=accept", "sort=title", "page_size=10", "status=none-such"):
        assert list(chen.get(f"{DOOR}work-orders.csv?{query}", 400)["errors"]) == [query.partition("=")[0]]
    wang.get(f"{DOOR}work-orders.csv", 403)
    assert not Export.objects.exists()


def test_chinese_words_of_a_stream_are_the_readers_not_the_threads(city: City) -> None:
    answered_on_the_spot(city, "11-02 09:00")
    with translation.override("en"):
        answer = Program(city.chen).http.get(f"{DOOR}work-orders.csv", headers={"Accept-Language": "zh-hans"})
    assert "直接答复" in whole(answer).decode()
