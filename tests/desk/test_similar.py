"""The same matter while a caller speaks: compared are the latest orders and those that tell of the place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desk import similar as help_while_typing
from desk.similar import known_callers, similar
from staff.now import pretend
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db

LEAK = {"title": "花园路水管漏水", "content": "花园路12号门口水管漏水两天，积水很深。", "address": "花园路12号"}
LAMP = {"title": "路灯不亮", "content": "松涛路口的路灯一周不亮，晚上很黑。", "address": "松涛路3号"}
LIFT = {"title": "电梯故障", "content": "小区电梯坏了三天没有人修，老人上下楼困难。", "address": ""}


@pytest.fixture
def three(city: City) -> list[WorkOrder]:
    """A leak, an hour later a lamp, an hour later a lift."""
    found = []
    for hours, told in enumerate((LEAK, LAMP, LIFT)):
        with pretend(MORNING + timedelta(hours=hours)):
            found.append(city.register(**told))
    return found


def told(content: str, address: str = "", hours: int = 3) -> list[str]:
    with pretend(MORNING + timedelta(hours=hours)):
        return [order.title for order in similar(content, address)]


def test_the_likest_comes_first_and_what_is_about_something_else_does_not_come(three: list[WorkOrder]) -> None:
    assert told("水管漏水两天，门口积水很深") == ["花园路水管漏水"]
    assert told("电梯坏了三天，老人上下楼困难", "花园路12号") == ["电梯故障", "花园路水管漏水"]
    assert told("电梯坏了") == told("", "路") == []


def test_the_place_is_met_in_text_and_address_whatever_came_in_since(
    three: list[WorkOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_while_typing, "LATEST", 1)
    assert told("水管漏水两天，门口积水很深") == []  # the leak is no more among the latest
    assert told("水管漏水两天，门口积水很深", "花园路12号") == ["花园路水管漏水"]
    assert told("有人在路边烧垃圾，烟很大", "松涛路口") == ["路灯不亮"]  # only its text says so


def test_what_is_closed_or_old_cannot_be_joined_and_does_not_come(city: City, three: list[WorkOrder]) -> None:
    with pretend(MORNING + timedelta(hours=3)):
        actions.decline(three[0], by=city.wang, reason="other", explanation="不属受理范围")
    assert told("水管漏水两天，门口积水很深", "花园路12号") == []
    assert told("路灯一周不亮，晚上很黑", "松涛路3号", hours=24 * 29) == []


def test_a_callers_own_are_told_elsewhere(three: list[WorkOrder]) -> None:
    known = known_callers("13812340271")
    assert {caller.order for caller in known} == set(three)
    with pretend(MORNING + timedelta(hours=3)):
        assert similar("水管漏水两天，门口积水很深", "花园路12号", known) == []


def test_however_many_are_open_it_is_five_questions(three: list[WorkOrder], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5), pretend(MORNING + timedelta(hours=3)):
        assert similar("水管漏水两天，门口积水很深", "花园路12号")
