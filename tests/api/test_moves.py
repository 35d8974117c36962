"""What a record says may be done with it is what may be done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from callbacks import actions as callbacks
from referrals import actions as referrals
from referrals import workflow as referral_workflow
from referrals.models import Referral
from staff.models import Department
from staff.now import pretend
from tests.api.client import DOOR, Program, move_of, names
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from workorders import actions, workflow
from workorders.models import WorkOrder
from workorders.moves import FORMS

pytestmark = pytest.mark.django_db

ORDERS = f"{DOOR}work-orders/"


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


@pytest.fixture
def part(city: City, order: WorkOrder) -> Referral:
    with pretend(MORNING):
        return referrals.refer(order, by=city.wang, lead=city.water)


def fields_of(record: Any, name: str) -> dict[str, Any]:
    return {field["name"]: field for field in move_of(record, name)["fields"]}


def test_every_move_of_the_law_has_an_address() -> None:
    for law, base in ((workflow.MOVES, "work-order"), (referral_workflow.MOVES, "referral")):
        for move in law:
            assert (move.record, move.name) in FORMS
            assert reverse(f"{base}-{move.name}", args=["1"]).endswith(f"/1/{move.name}/")


def test_a_record_tells_exactly_the_moves_open_to_each(city: City, part: Referral) -> None:
    people = (city.lin, city.wang, city.zhao, city.li, city.he, city.tang, city.chen, city.admin)
    with pretend(MORNING + timedelta(hours=1)):
        for person in people:
            program = Program(person)
            order = WorkOrder.objects.get(pk=part.order_id)
            told = names(program.get(f"{ORDERS}{order.number}/"))
            assert told == [move.name for move in workflow.open_moves(workflow.MOVES, order, person)]
            told = names(program.get(f"{DOOR}referrals/{part.pk}/"))
            assert told == [move.name for move in workflow.open_moves(referral_workflow.MOVES, part, person)]
            assert "moves" not in program.get(ORDERS)["results"][0]


def test_a_field_says_all_that_is_needed_to_fill_it_in(city: City, order: WorkOrder, programs: Programs) -> None:
    told = programs.wang.get(f"{ORDERS}{order.number}/")
    refer = fields_of(told, "refer")
    assert move_of(told, "refer")["method"] == "POST"
    lead = refer["lead"]
    assert (lead["type"], lead["format"], lead["required"]) == ("string", "code", True)
    assert {"value": "water", "label": "市水务集团"} in lead["choices"]
    assert lead["listed_at"].endswith("/api/v1/departments/")
    assert (refer["supporting"]["type"], refer["supporting"]["required"]) == ("array", False)
    assert refer["instructions"]["max_length"] == 4000 and refer["instructions"]["choices"] is None
    assert (refer["version"]["type"], refer["version"]["initial"]) == ("integer", order.version)
    decline = fields_of(told, "decline")
    assert {"value": "emergency", "label": "emergency: transferred to 110, 119, 120 or 122"} in decline["reason"][
        "choices"
    ]


def test_a_long_list_of_codes_is_looked_up_elsewhere(city: City, order: WorkOrder, programs: Programs) -> None:
    for number in range(60):
        Department.objects.create(code=f"town-{number}", name=f"第{number}镇", kind="town")
    lead = fields_of(programs.wang.get(f"{ORDERS}{order.number}/"), "refer")["lead"]
    assert lead["choices"] is None and lead["listed_at"]


def test_amending_one_field_leaves_the_others_as_they_are(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        order = city.register(confidential=True)
        told = programs.lin.get(f"{ORDERS}{order.number}/")
        amend = fields_of(told, "amend")
        assert not any(field["required"] for field in amend.values())
        assert (amend["category"]["initial"], amend["area"]["initial"]) == ("0401", "east-1")
        assert (amend["title"]["initial"], amend["confidential"]["initial"]) == (order.title, True)
        told = programs.lin.post(move_of(told, "amend")["url"], {"title": "花园路主管漏水"})
    assert told["title"] == "花园路主管漏水"
    assert told["confidential"] is True and told["area"]["code"] == "east-1" and told["wants"] == "尽快修复"
    with pretend(MORNING):
        told = programs.lin.post(f"{ORDERS}{order.number}/amend/", {"area": None, "category": "0501"})
        assert told["area"] is None and told["category"]["code"] == "0501"
        for body in ({"title": ""}, {"title": None}, {"category": None}, {"kind": None}):
            assert list(programs.lin.post(f"{ORDERS}{order.number}/amend/", body, 400)["errors"]) == list(body)


def test_a_bureau_delegates_only_to_its_own_units(city: City, part: Referral, programs: Programs) -> None:
    with pretend(MORNING):
        told = programs.li.post(f"{DOOR}referrals/{part.pk}/accept/")
        assert [one["value"] for one in fields_of(told, "delegate")["department"]["choices"]] == ["water-east"]
        programs.li.post(move_of(told, "delegate")["url"], {"department": "traffic-police"}, 400)
        told = programs.li.does(told, "delegate", department="water-east")
        assert told["id"] == part.pk and told["status"] == "delegated"
        below = programs.east.get(f"{DOOR}referrals/")["results"][0]
        assert programs.east.get(below["url"])["parent"] == part.pk


def test_two_departments_answer_for_their_own_part_only(city: City, order: WorkOrder, programs: Programs) -> None:
    with pretend(MORNING):
        lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
        support = order.referrals.get(department=city.traffic)
        assert names(programs.qian.get(f"{DOOR}referrals/{support.pk}/"))[0] == "accept"
        programs.qian.get(f"{DOOR}referrals/{lead.pk}/", 404)
        programs.qian.post(f"{DOOR}referrals/{lead.pk}/accept/", {}, 404)


def test_a_callback_is_carried_on_by_its_orders_moves(city: City, part: Referral, programs: Programs) -> None:
    with pretend(MORNING):
        accepted = referrals.record_contact(referrals.accept(part, by=city.zhao), by=city.zhao, note="x")
        referrals.pass_answer(
            referrals.answer(accepted, by=city.zhao, outcome="solved", public_reply="已修复"), by=city.he
        )
        order = WorkOrder.objects.get(pk=part.order_id)
        callbacks.record_attempt(order, by=city.tang, result="busy")
    with pretend(MORNING + timedelta(hours=5)):
        told = programs.tang.get(f"{DOOR}callbacks/")["results"][0]
        told = programs.tang.get(told["url"])
        assert told["attempts"][0]["result"] == "busy" and names(told) == ["record_result", "record_attempt"]
        result = fields_of(told, "record_result")
        assert result["satisfaction"]["type"] == "integer"
        assert [one["value"] for one in result["satisfaction"]["choices"]] == [5, 4, 3, 2, 1]
        url = move_of(told, "record_result")["url"]
        said = {"contacted": "yes", "resolution": "solved", "satisfaction": "5"}
        assert list(programs.tang.post(url, said, 400)["errors"]) == ["satisfaction"]
        assert list(programs.tang.post(url, {**said, "satisfaction": 6}, 400)["errors"]) == ["satisfaction"]
        discontent = {"contacted": "no", "resolution": "not_solved", "satisfaction": 1}
        assert list(programs.tang.post(url, discontent, 400)["errors"]) == ["why_not"], "what only the action can know"
        order_now = programs.tang.post(url, {**said, "satisfaction": 5, "why_not": None, "manner": None})
        assert order_now["status"] == "closed"
        assert names(programs.tang.get(told["url"])) == []


def test_days_and_working_days_are_checked_by_the_action(city: City, part: Referral, programs: Programs) -> None:
    with pretend(MORNING):
        told = programs.zhao.post(f"{DOOR}referrals/{part.pk}/accept/")
        url = move_of(told, "request_extension")["url"]
        assert fields_of(told, "request_extension")["days"]["help_text"] == "At most 5."
        for days in (0, -1, 6, 10**9, "3", 2.5, None):
            assert list(programs.zhao.post(url, {"days": days, "reason": "x"}, 400)["errors"]) == ["days"]
        programs.zhao.post(url, {"days": 3, "reason": "需更换管道"})
        grant = programs.wang.get(f"{DOOR}referrals/{part.pk}/")
        assert fields_of(grant, "grant_extension")["days"]["initial"] == 3
        shelve = f"{ORDERS}{part.order.number}/shelve/"
        for day in ("2026-11-23", "0001-01-01", "9999-12-31", "23.11.2026", "2026-13-01", 20261201, ""):
            told = programs.chen.post(shelve, {"reason": "等待立项", "review_on": day}, 400)
            assert list(told["errors"]) == ["review_on"], day


def test_a_merge_names_the_other_order_by_its_number(city: City, order: WorkOrder, programs: Programs) -> None:
    with pretend(MORNING):
        twin = city.register()
        url = f"{ORDERS}{twin.number}/merge/"
        for into in ("20200101P0000000", twin.number):
            assert list(programs.wang.post(url, {"into": into}, 400)["errors"]) == ["into"]
        told = programs.wang.post(url, {"into": order.number})
    assert told["status"] == "merged" and told["merged_into"] == order.number


def test_a_department_that_hands_its_part_away_reads_it_no_more(city: City, part: Referral, programs: Programs) -> None:
    with pretend(MORNING):
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例")
        told = programs.wang.post(f"{DOOR}referrals/{part.pk}/uphold_return/")
        assert told["status"] == "returned" and told["return_requests"][0]["granted"] is True
        programs.zhao.get(f"{DOOR}referrals/{part.pk}/", 404)


def test_the_steps_owed_are_told_with_their_reasons(city: City, part: Referral, programs: Programs) -> None:
    with pretend(MORNING + timedelta(days=30)):
        told = programs.lin.get(f"{ORDERS}{part.order.number}/")
    assert told["is_overdue"] is True
    assert {step["kind"] for step in told["steps"]} == {"contact", "sign", "answer"}
    for step in told["steps"]:
        assert step["holder"]["department"] == {"code": "water", "name": "市水务集团"}
        assert step["explanation"] and all(isinstance(line, str) for line in step["explanation"])


def test_somebody_quicker_is_answered_in_words(city: City, order: WorkOrder, programs: Programs) -> None:
    told = programs.wang.get(f"{ORDERS}{order.number}/")
    with pretend(MORNING):
        actions.decline(order, by=city.lin, reason="handled", explanation="已处理")
        refused = programs.wang.post(move_of(told, "refer")["url"], {"lead": "water"}, 409)
        assert refused["detail"] == "Not possible while “declined”."
        stale = programs.wang.post(move_of(told, "refer")["url"], {"lead": "water", "version": told["version"]}, 409)
        assert [entry["verb"] for entry in stale["newer"]] == ["workorder.declined"]


def test_the_door_tells_what_can_be_done_without_a_record(city: City, programs: Programs) -> None:
    told = programs.lin.get(DOOR)
    assert names(told) == ["register"]
    assert [name for name, field in fields_of(told, "register").items() if field["required"]] == [
        "content",
        "title",
        "category",
    ]
    assert programs.zhao.get(DOOR)["moves"] == []
    for name in ("work_orders", "referrals", "callbacks", "categories", "departments", "areas"):
        programs.zhao.get(told[name])


def test_a_move_answers_in_brief_whom_it_is_asked_to(city: City, part: Referral, programs: Programs) -> None:
    brief = {"Prefer": "return=minimal"}
    address, number = f"{DOOR}referrals/{part.pk}/", part.order.number
    with pretend(MORNING + timedelta(hours=1)):
        order = programs.lin.get(f"{ORDERS}{number}/")
        noted = programs.lin.http.post(move_of(order, "note")["url"], {"text": "市民将外出"}, headers=brief)
        accepted = programs.zhao.post(
            f"{address}accept/", {"version": noted.json()["version"]}, Prefer="return=minimal"
        )
        record = programs.zhao.get(address)
    assert noted["Preference-Applied"] == "return=minimal"
    assert noted.json() == {"url": order["url"], "number": number, "version": order["version"] + 1}
    assert accepted == {"url": record["url"], "number": number, "version": record["version"]}


def test_what_a_reveal_answers_is_told_in_brief_by_nobody(city: City, order: WorkOrder, programs: Programs) -> None:
    with pretend(MORNING):
        told = move_of(programs.chen.get(f"{ORDERS}{order.number}/"), "reveal")
        answer = programs.chen.http.post(told["url"], {"reason": "回电"}, headers={"Prefer": "return=minimal"})
    assert set(answer.json()) == {"name", "phone", "contact"} and "Preference-Applied" not in answer
