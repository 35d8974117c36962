"""One box finds an order by its number, its caller's number, or words of the appeal."""

from __future__ import annotations

import pytest

from staff.now import pretend
from tests.cast import MORNING, City
from workorders.models import WorkOrder
from workorders.search import matching

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
