"""The same life of an appeal through the API alone, by programs that follow the moves they read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from staff.now import pretend
from tests.api.client import DOOR, Program, names
from tests.api.held import held_to_schema
from tests.cast import MORNING, City
from workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("held_to_schema")]
__all__ = ["held_to_schema"]


def read(program: Program, url: str, at: datetime) -> Any:
    with pretend(at):
        return program.get(url)


def handed(program: Program, at: datetime) -> Any:
    """The department's newest referral that it has to do something with."""
    door = read(program, DOOR, at)
    with pretend(at):
        listed = program.get(door["referrals"], live="true")
    return read(program, listed["results"][0]["url"], at)


def test_an_appeal_is_carried_to_its_closing_by_reading_moves(city: City) -> None:
    lin, wang, zhao, qian = (Program(person) for person in (city.lin, city.wang, city.zhao, city.qian))
    he, tang, chen, sun = (Program(person) for person in (city.he, city.tang, city.chen, city.sun))
    at = MORNING

    order = lin.does(
        read(lin, DOOR, at),
        "register",
        at=at,
        status=201,
        title="花园路水管漏水",
        content="花园路12号门口水管漏水两天，路面积水。",
        category="0401",
        area="east-1",
        caller_name="王小明",
        caller_phone="13812340271",
    )
    assert order["holder"] == {"desk": "dispatch", "department": None, "person": None}
    assert order["caller"] == {"name": "王**", "phone": "138****0271"}
    here = order["url"]

    # Referred to the wrong department, which asks to return it.
    wang.does(read(wang, here, at), "refer", at=at, lead="traffic-police")
    assert read(qian, here, at)["number"] == order["number"]
    at += timedelta(hours=1)
    qian.does(handed(qian, at), "request_return", at=at, reason="not_our_duty", basis="供水条例：由供水企业负责")
    at += timedelta(hours=1)
    returned = wang.get(read(wang, here, at)["related"]["referrals"])["results"][0]
    wang.does(read(wang, returned["url"], at), "uphold_return", at=at, ruling="同意")
    qian.get(here, 404)

    # Referred again, accepted, contacted, extended, answered, passed.
    order = wang.does(read(wang, here, at), "refer", at=at, lead="water", instructions="尽快处理")
    assert order["status"] == "referred" and order["lead_department"]["code"] == "water"
    at += timedelta(hours=3)
    part = zhao.does(handed(zhao, at), "accept", at=at)
    assert "answer" not in names(part), "the citizen is spoken to first"
    part = zhao.does(part, "record_contact", at=at, note="已联系市民")
    part = zhao.does(part, "request_extension", at=at, days=3, reason="需更换管道")
    before = part["answer_due_at"]
    part = wang.does(read(wang, part["url"], at), "grant_extension", at=at)
    assert part["answer_due_at"] > before == part["first_answer_due_at"]
    at += timedelta(hours=21)
    zhao.does(handed(zhao, at), "answer", at=at, outcome="solved", public_reply="已修复漏水管道", internal_note="换阀")
    he.does(read(he, part["url"], at), "pass_answer", at=at)

    # Not solved: a person decides on rework.
    at += timedelta(hours=5)
    order = tang.does(
        read(tang, here, at),
        "record_result",
        at=at,
        contacted="yes",
        resolution="not_solved",
        satisfaction=2,
        why_not="not_solved",
        opinion="还在漏",
    )
    assert order["status"] == "deciding"
    callback = tang.get(order["related"]["callbacks"])["results"][0]
    told = read(chen, callback["url"], at)
    assert told["resolution"] == "not_solved" and told["opinion"] == "还在漏"
    order = chen.does(told, "rework", at=at, instructions="请彻底修复")
    assert order["status"] == "referred" and order["reworks"] == 1

    # Done again, called back satisfied, closed.
    at += timedelta(hours=17)
    part = zhao.does(handed(zhao, at), "accept", at=at)
    assert part["is_rework"]
    part = zhao.does(part, "record_contact", at=at, note="再次上门")
    zhao.does(part, "answer", at=at, outcome="solved", public_reply="已更换整段管道")
    he.does(read(he, part["url"], at), "pass_answer", at=at)
    at += timedelta(hours=5)
    order = tang.does(
        read(tang, here, at), "record_result", at=at, contacted="yes", resolution="solved", satisfaction=5
    )
    assert order["status"] == "closed" and order["holder"] is None and order["next_due_at"] is None
    assert order["closing"] == "called_back" and order["reply"] == "已更换整段管道"

    # The timeline tells the story; whom it does not concern sees nothing of it.
    events = read(lin, order["related"]["events"], at)["results"]
    assert [event["seq"] for event in events] == list(range(1, order["version"] + 1))
    assert [event["verb"] for event in events] == TOLD
    assert all(event["sentence"] and event["sentence"] != event["verb"] for event in events)
    assert "还在漏" in [event["note"] for event in events]
    sun.get(here, 404)
    sun.get(order["related"]["events"], 404)
    assert read(sun, read(sun, DOOR, at)["work_orders"], at)["results"] == []
    assert read(sun, read(sun, DOOR, at)["callbacks"], at)["results"] == []
    assert WorkOrder.objects.count() == 1


TOLD = [
    "workorder.registered",
    "workorder.referred",
    "referral.return_requested",
    "referral.return_upheld",
    "workorder.referred",
    "referral.accepted",
    "referral.contacted",
    "referral.extension_requested",
    "referral.extension_granted",
    "referral.answered",
    "referral.passed",
    "callback.completed",
    "workorder.reworked",
    "referral.accepted",
    "referral.contacted",
    "referral.answered",
    "referral.passed",
    "callback.completed",
]
