"""One box finds an order by its number, its caller's number, or words of the appeal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from staff.now import pretend
from staff.paging import page
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import WorkOrder
from workorders.search import gathered, looked_up, matching, read_for
from workorders.tasks import enter_wordings

pytestmark = pytest.mark.django_db


@pytest.fixture
def leak(city: City) -> WorkOrder:
    """Mr Wang's leak in Garden Road, beside a blocked fire lane he has nothing to do with."""
    with pretend(MORNING):
        city.register(
            title="消防通道堆放杂物",
            content="香樟苑3号楼消防通道长期堆放杂物，联系物业无果。",
            address="香樟路88号香樟苑",
            caller_phone="0571-88886666",
            source_number="HK-2021/0007",
        )
        return city.register()


def found(words: str) -> list[str]:
    return sorted(matching(WorkOrder.objects.all(), words).values_list("title", flat=True))


LEAK, LANE = ["花园路水管漏水"], ["消防通道堆放杂物"]
BOTH = sorted(LEAK + LANE)


def test_an_orders_number_finds_it_whole_in_small_letters_and_in_full_width(leak: WorkOrder) -> None:
    assert found(leak.number) == found(leak.number.lower()) == found(f"  {leak.number} ") == LEAK
    assert found("".join(chr(ord(ch) + 0xFEE0) for ch in leak.number)) == LEAK


@pytest.mark.parametrize("length", [6, 8, 9])
def test_the_beginning_of_a_number_finds_all_of_the_month_or_day(leak: WorkOrder, length: int) -> None:
    assert found(leak.number[:length]) == BOTH
    assert found("20251123P"[:length]) == []


def test_almost_all_of_a_number_finds_the_one(leak: WorkOrder) -> None:
    assert found(leak.number[:-1]) == LEAK


def test_a_number_from_elsewhere_finds_its_order(leak: WorkOrder) -> None:
    assert found("HK-2021/0007") == LANE


@pytest.mark.parametrize(
    "typed", ["13812340271", "138 1234 0271", "138-1234-0271", "+86 13812340271", "１３８１２３４０２７１"]
)
def test_a_callers_whole_number_finds_his_orders_however_it_is_written(leak: WorkOrder, typed: str) -> None:
    assert found(typed) == LEAK


@pytest.mark.parametrize("typed", ["0571-88886666", "(0571) 88886666", "057188886666"])
def test_a_landline_finds_its_orders(leak: WorkOrder, typed: str) -> None:
    assert found(typed) == LANE


def test_a_caller_is_found_however_his_number_was_registered(city: City) -> None:
    with pretend(MORNING):
        city.register(title="路灯不亮", caller_phone="+86 139-0000-1111")
    assert found("13900001111") == found("1111") == ["路灯不亮"]


def test_the_last_four_digits_find_callers_and_words_alike(city: City, leak: WorkOrder) -> None:
    with pretend(MORNING):
        city.register(title="0271路公交改线", caller_phone="13900001111")
    assert found("0271") == sorted(["0271路公交改线", *LEAK])
    assert found("6666") == LANE


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("漏", LEAK),
        ("漏水", LEAK),
        ("杂物", LANE),
        ("花园路12号门口水管漏水两天", LEAK),
        ("香樟苑", LANE),
        ("88号", LANE),
        ("12", LEAK),
        ("路", BOTH),
        ("花园路 积水", LEAK),
        ("积水　花园路", LEAK),
        ("花园路 杂物", []),
        ("燃气", []),
    ],
)
def test_words_of_the_appeal_find_it_one_character_or_many(leak: WorkOrder, words: str, titles: list[str]) -> None:
    assert found(words) == titles


@pytest.mark.parametrize("digits", ["998877", "20211234567", "9988776655443322"])
def test_digits_that_are_no_number_of_ours_are_read_as_words(city: City, digits: str) -> None:
    with pretend(MORNING):
        city.register(title="水表读数有误", content=f"水表号{digits}读数有误")
    assert found(digits) == ["水表读数有误"]


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "　"])
def test_nothing_typed_narrows_nothing(leak: WorkOrder, typed: str) -> None:
    assert found(typed) == BOTH


@pytest.mark.parametrize(
    "typed",
    ["漏\x00水", "\ud800漏水", "漏水\ud800"],
)
def test_what_no_keyboard_sends_is_passed_over(leak: WorkOrder, typed: str) -> None:
    assert found(typed) == LEAK


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "\\",
        "'; DROP TABLE",
        "🚒",
        "\u202e水",
        "a" * 5000,
        "1" * 5000,
        "²³¼",
        "١٢٣٤",
        "-" * 10,
        "+",
        "()",
        "ﷺ",
    ],
)
def test_odd_characters_find_nothing_and_break_nothing(leak: WorkOrder, typed: str) -> None:
    assert found(typed) == []


def test_a_search_looks_only_where_the_person_may_look(city: City, leak: WorkOrder) -> None:
    nobody = WorkOrder.objects.none()
    assert list(matching(nobody, leak.number)) == list(matching(nobody, "漏水")) == []


@pytest.mark.parametrize("typed", ["13812340271", "0271"])
@pytest.mark.parametrize("changes", [{"confidential": True}, {"kind": "report"}])
def test_a_handling_unit_that_tries_numbers_learns_nothing_of_a_hidden_caller(
    city: City, typed: str, changes: dict[str, object]
) -> None:
    with pretend(MORNING):
        city.register(**changes)
    orders = WorkOrder.objects.all()
    assert not matching(orders, typed, by=city.zhao).exists()
    assert matching(orders, typed, by=city.wang).exists()


def test_what_is_amended_is_found_by_its_new_words_and_no_more_by_the_old(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        actions.amend(order, by=city.lin, content="水表读数有误", address="香樟路1号")
    assert found("读数") == found("香樟") == LEAK
    assert found("两天") == found("花园路12") == []


def test_what_was_written_past_the_program_is_found_too(city: City, leak: WorkOrder) -> None:
    WorkOrder.objects.filter(pk=leak.pk).update(content="水表读数有误")
    assert found("读数") == LEAK


def test_what_waits_for_the_index_is_found_before_the_clock_enters_it_and_after(leak: WorkOrder) -> None:
    def looked() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        return list(WorkOrder.objects.filter(looked_up(["漏水"])).values_list("title", flat=True))

    assert looked() == LEAK
    enter_wordings()
    assert looked() == LEAK


def test_a_move_leaves_the_wording_alone(city: City, leak: WorkOrder) -> None:
    def version() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text, xmin::text FROM workorders_wording ORDER BY order_id")
            return [str(row) for row in cursor.fetchall()]

    before = version()
    actions.decline(leak, by=city.wang, reason="other", explanation="不属受理范围")
    assert version() == before


def scan(words: str) -> Q:
    """The slow way: each order read whole."""
    fits = Q()
    for word in words.split():
        fits &= Q(title__icontains=word) | Q(content__icontains=word) | Q(address__icontains=word)
    return fits


# Few characters, so that they meet: case in several scripts, what LIKE and regular expressions mean something by,
# marks, half and full width, beyond the sixteen bits.
LETTERS = "水管漏aAßẞıİσςΣéÉ1１%_\\'。 \n　🚒𠀀"
texts = st.text(LETTERS, min_size=1, max_size=12)
terms = st.text(LETTERS, min_size=1, max_size=5).filter(str.strip)


@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=texts, content=texts, address=st.text(LETTERS, max_size=12), term=terms)
@example(title="水", content="管", address="漏", term="水管")
@example(title="水管", content="漏", address="", term="漏 水管")
@example(title="水管漏" * 10, content="漏", address="", term="水管漏" * 9)
@example(title="水管漏" * 10, content="漏", address="", term="水管漏" * 10 + "漏")
@example(title="a" * 100, content="漏", address="", term="a" * 101)
def test_each_way_finds_what_reading_everything_finds(
    leak: WorkOrder, title: str, content: str, address: str, term: str
) -> None:
    orders = WorkOrder.objects.order_by("pk")
    WorkOrder.objects.filter(pk=leak.pk).update(title=title, content=content, address=address)
    fitting = list(orders.filter(scan(term)))
    words = term.split()
    assert list(orders.filter(looked_up(words))) == list(orders.filter(read_for(words))) == fitting
    assert list(orders.filter(gathered(words, orders))) == fitting
    with connection.cursor() as cursor:  # and by the index itself, which so small a table would do without
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        assert list(orders.filter(looked_up(words))) == fitting
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = on")


def written(order: WorkOrder, texts: list[str], **changes: object) -> None:
    """Closed orders with these words, one registered a minute after the other, written at once."""
    closed = {"status": "declined", "holder_pool": None, "next_step": None, "next_due_at": None}
    kept = {field.attname: getattr(order, field.attname) for field in order._meta.fields}
    rows = [
        WorkOrder(**kept | closed | changes | {
            "id": None, "number": f"C{number:08d}", "closed_at": order.registered_at,
            "registered_at": order.registered_at + timedelta(minutes=number),
            "title": "路灯", "content": text, "address": "",
        })
        for number, text in enumerate(texts, order.pk)
    ]  # fmt: skip
    WorkOrder.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workorders_wording; ANALYZE workorders_workorder")


# What is common now, was common once, is rare, and what goes together with what and what never does.
AGES = {"供暖不热": 900, "供暖 路灯": 20, "噪音扰民": 900, "停车难": 900, "停车 噪音 wifi": 9, "停车": 400}
WAYS = {
    "停车": "read", "停": "read", "路灯": "read", "路灯 停车": "read",
    "wifi": "looked up", "停车 噪音": "looked up", "供暖": "looked up", "供暖 不热": "looked up", "噪音": "looked up",
    "供暖 停车": "looked up", "蝗虫": "looked up", "WIFI 噪 停车": "looked up",
}  # fmt: skip


@pytest.fixture
def ages(city: City) -> WorkOrder:
    with connection.cursor() as cursor:  # what other tests wrote and took back fills pages, which a sample would meet
        cursor.execute("TRUNCATE workorders_wording")
    with pretend(MORNING):
        order = city.register()
    written(order, [text for text, count in AGES.items() for _nth in range(count)])
    return order


def way(orders: QuerySet[WorkOrder]) -> str:
    sql = str(orders.query)
    return "looked up" if "workorders_grams" in sql else "gathered" if "ARRAY(" in sql else "read"


@pytest.mark.parametrize("sort", ["-registered_at", "registered_at"])
def test_page_after_page_is_a_scans_whichever_way_is_taken(ages: WorkOrder, sort: str) -> None:
    for words in WAYS:
        wanted = list(WorkOrder.objects.filter(scan(words)).order_by(sort, "-pk" if sort.startswith("-") else "pk"))
        seen: list[WorkOrder] = []
        cursor = ""
        for _page in range(len(wanted) // 500 + 1):
            found = page(matching(WorkOrder.objects.all(), words), sort, cursor, 500)
            seen, cursor = seen + found.rows, found.following
        assert seen == wanted and not cursor, words


def test_words_that_fill_a_page_at_once_are_read_for_and_others_looked_up(ages: WorkOrder) -> None:
    assert {words: way(matching(WorkOrder.objects.all(), words)) for words in WAYS} == WAYS


def test_a_short_list_is_gathered_whatever_the_words(ages: WorkOrder) -> None:
    held = WorkOrder.objects.filter(holder_pool="dispatch")
    assert way(matching(held, "噪音")) == "gathered" and not matching(held, "噪音").exists()
    assert list(matching(held, "漏水")) == [ages]


def test_a_long_list_is_read_along_until_the_page_is_full(ages: WorkOrder) -> None:
    closed = WorkOrder.objects.filter(holder_pool=None)
    assert way(matching(closed, "停车")) == "read" and matching(closed, "停车").count() == 1309


def test_how_common_words_are_is_one_question_and_how_long_the_list_is_another(
    ages: WorkOrder, django_assert_num_queries: Any
) -> None:
    orders = WorkOrder.objects.all()
    with django_assert_num_queries(3):
        assert len(matching(orders, "停车 噪音")) == 9
    with django_assert_num_queries(4):
        assert len(matching(orders.filter(kind=ages.kind), "停车 噪音")) == 9


def test_the_beginning_of_a_number_is_sought_where_its_day_lies(ages: WorkOrder) -> None:
    assert "registered_at" in str(matching(WorkOrder.objects.all(), ages.number[:8]).query)
    assert list(matching(WorkOrder.objects.all(), ages.number[:7])) == [ages]
    assert not matching(WorkOrder.objects.all(), "20251399").exists()
