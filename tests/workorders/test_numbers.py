"""The order's number: read out over the telephone, mistyped, and given to fifty callers in one second."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.at_once import at_once
from workorders.models import WorkOrder
from workorders.models.choices import Channel
from workorders.numbers import LETTERS, check_digit, is_number, next_number, query_code

bodies = st.builds(
    lambda day, channel, count: f"{day:%Y%m%d}{channel}{count:06d}",
    st.dates(datetime(2020, 1, 1).date(), datetime(2099, 12, 31).date()),
    st.sampled_from(Channel.values),
    st.integers(1, 999_999),
)


def test_a_number_is_the_day_the_channel_a_count_and_a_check_digit() -> None:
    assert "20261123P000041" + check_digit("20261123P000041") == "20261123P0000412"
    assert is_number("20261123P0000412") and is_number("20261123p0000412")


@pytest.mark.parametrize("text", ["", "20261123", "20261123P000041", "2026112XP0000419", "20261123P00004１9", "P" * 16])
def test_what_is_no_number_is_told_from_one(text: str) -> None:
    assert not is_number(text)


@given(bodies)
def test_every_number_is_well_formed(body: str) -> None:
    assert is_number(body + check_digit(body))


@given(bodies, st.integers(0, 14), st.integers(1, 9))
def test_a_mistyped_digit_is_noticed(body: str, place: int, by: int) -> None:
    if body[place].isdigit():
        mistyped = body[:place] + str((int(body[place]) + by) % 10) + body[place + 1 :]
        assert not is_number(mistyped + check_digit(body))


@given(bodies, st.sampled_from(Channel.values))
def test_a_mistyped_channel_is_noticed(body: str, channel: str) -> None:
    if channel != body[8]:
        assert not is_number(body[:8] + channel + body[9:] + check_digit(body))


def test_every_channel_has_a_letter_that_counts() -> None:
    assert set(Channel.values) == set(LETTERS) and len(LETTERS) <= 10


def test_a_query_code_has_eight_signs_that_are_not_misheard() -> None:
    codes = {query_code() for _count in range(500)}
    assert len(codes) == 500 and all(len(code) == 8 for code in codes)
    assert not set("".join(codes)) & set("01OIAEU")


@pytest.mark.django_db
def test_each_day_counts_from_one_across_all_channels() -> None:
    with pretend(MORNING):
        first, second = next_number("P", MORNING), next_number("W", MORNING)
    third = next_number("P", MORNING + timedelta(days=1))
    back = next_number("P", MORNING)
    assert first[:15] == "20261123P000001" and second[:15] == "20261123W000002" and third[:15] == "20261124P000001"
    assert back[:15] == "20261123P000004"  # a gap where another day counted meanwhile


@pytest.mark.django_db
def test_the_day_is_the_citys_not_the_servers() -> None:
    late = datetime(2026, 11, 23, 23, 59, tzinfo=timezone.get_default_timezone())
    assert next_number("P", late).startswith("20261123")
    assert next_number("P", late + timedelta(minutes=2)).startswith("20261124")


@pytest.mark.django_db
def test_the_millionth_appeal_of_a_day_still_has_a_number() -> None:
    body = "20261123P1000000"
    assert is_number(body + check_digit(body))


@pytest.mark.django_db(transaction=True)
def test_fifty_agents_saving_at_once_get_fifty_numbers(city: City) -> None:
    channels = [Channel.values[count % len(Channel.values)] for count in range(50)]
    orders = at_once(MORNING, *(partial(city.register, channel=channel) for channel in channels))
    numbers = {order.number for order in orders}
    assert len(numbers) == 50 and all(is_number(number) for number in numbers)
    counted = sorted(int(number[9:15]) for number in numbers)
    assert counted == list(range(counted[0], counted[0] + 50))  # the day may have begun before this test
    assert WorkOrder.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_at_midnight_both_days_count_without_a_double(city: City) -> None:
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=timezone.get_default_timezone())

    def register(at: datetime) -> WorkOrder:
        with pretend(at):
            return city.register()

    moments = [midnight + timedelta(seconds=1 if count % 2 else -1) for count in range(50)]
    orders = at_once(midnight, *(partial(register, at) for at in moments))
    numbers = sorted({order.number for order in orders})
    assert len(numbers) == 50
    assert [number[:8] for number in numbers] == ["20261123"] * 25 + ["20261124"] * 25
    assert all(int(number[9:15]) >= 1 for number in numbers)
