"""Who called is masked everywhere, kept from handling units where he asked for it, revealed once and on record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from referrals import actions as referrals
from staff.now import pretend
from tests.api.client import DOOR, Program, names
from tests.api.conftest import Programs
from tests.cast import MORNING, City
from workorders import actions
from workorders.models import Registration, Reveal, WorkOrder

pytestmark = pytest.mark.django_db

NAME, PHONE = "王小明", "13812340271"
ORDERS = f"{DOOR}work-orders/"


def handed_to_water(city: City, **changes: Any) -> WorkOrder:
    with pretend(MORNING):
        order = city.register(**changes)
        referrals.refer(order, by=city.wang, lead=city.water)
    return order


def everything(program: Program, order: WorkOrder) -> str:
    """All the API says to this program about this order."""
    told = [
        program.get(f"{ORDERS}{order.number}/"),
        program.get(ORDERS),
        program.get(f"{ORDERS}{order.number}/events/"),
    ]
    referred = program.get(f"{DOOR}referrals/")
    told += [referred, *(program.get(part["url"]) for part in referred["results"]), program.get(f"{DOOR}callbacks/")]
    return json.dumps(told, ensure_ascii=False)


def test_nobody_reads_a_name_or_a_number_without_revealing_it(city: City, programs: Programs) -> None:
    order = handed_to_water(city)
    for program in (programs.lin, programs.wang, programs.chen, programs.zhao):
        told = everything(program, order)
        assert NAME not in told and PHONE not in told
        assert program.get(f"{ORDERS}{order.number}/")["caller"] == {"name": "王**", "phone": "138****0271"}


@pytest.mark.parametrize("changes", [{"confidential": True}, {"kind": "report"}])
def test_a_handling_unit_learns_nothing_of_a_hidden_caller(
    city: City, programs: Programs, changes: dict[str, Any]
) -> None:
    order = handed_to_water(city, **changes)
    url = f"{ORDERS}{order.number}/"
    told = programs.zhao.get(url)
    assert told["caller"] is None and told["caller_hidden"] is True and "reveal" not in names(told)
    assert "王*" not in everything(programs.zhao, order) and "138*" not in everything(programs.zhao, order)
    programs.zhao.post(f"{url}reveal/", {"reason": "要联系"}, 409)
    assert programs.wang.get(url)["caller_hidden"] is False
    for typed in (PHONE, PHONE[-4:]):  # nor by trying numbers
        assert programs.zhao.get(ORDERS, q=typed)["results"] == []
        assert len(programs.wang.get(ORDERS, q=typed)["results"]) == 1


def test_a_caller_is_revealed_for_a_reason_and_the_look_is_on_record(city: City, programs: Programs) -> None:
    order = handed_to_water(city)
    url = f"{ORDERS}{order.number}/"
    move = programs.zhao.get(url)
    programs.zhao.post(f"{url}reveal/", {"reason": " "}, 400)
    assert not Reveal.objects.exists()
    told = programs.zhao.does(move, "reveal", at=MORNING, reason="约上门时间")
    assert told == {"name": NAME, "phone": PHONE, "contact": ""}
    look = Reveal.objects.get()
    assert (look.by, look.reason, look.order) == (city.zhao, "约上门时间", order)
    assert [event["verb"] for event in programs.lin.get(f"{url}events/")["results"]][-1] == "workorder.revealed"
    assert NAME not in everything(programs.zhao, order)


def test_an_anonymous_order_has_nobody_to_reveal(city: City, programs: Programs) -> None:
    order = handed_to_water(city, caller_name="", caller_phone="")
    told = programs.lin.get(f"{ORDERS}{order.number}/")
    assert told["caller"] is None and told["caller_hidden"] is False
    revealed = programs.lin.post(f"{ORDERS}{order.number}/reveal/", {"reason": "查看"})
    assert revealed == {"name": "", "phone": "", "contact": ""}


def test_the_query_code_is_for_the_hotline_only(city: City, programs: Programs) -> None:
    order = handed_to_water(city)
    assert programs.lin.get(f"{ORDERS}{order.number}/")["query_code"] == order.query_code
    assert programs.zhao.get(f"{ORDERS}{order.number}/")["query_code"] is None


def test_internal_notes_are_for_those_who_may_read_them(city: City, programs: Programs) -> None:
    order = handed_to_water(city)
    with pretend(MORNING):
        actions.note(order, by=city.lin, text="市民很着急")
    events = f"{ORDERS}{order.number}/events/"
    assert programs.zhao.get(events)["results"][-1]["note"] == "市民很着急"
    for group in city.zhao.groups.all():
        group.permissions.remove(*group.permissions.filter(codename="view_timeline_internal"))
    told = Program(city.zhao).get(events)["results"]
    assert {entry["note"] for entry in told} == {""} and all(entry["data"] == {} for entry in told)


def test_answers_are_kept_by_nobody_in_between(city: City, programs: Programs) -> None:
    order = handed_to_water(city)
    for path in (ORDERS, f"{ORDERS}{order.number}/", f"{DOOR}referrals/", f"{DOOR}departments/"):
        assert programs.lin.http.get(path)["Cache-Control"] == "private, no-store"


def test_a_kept_answer_holds_nobody_in_the_clear(city: City, programs: Programs) -> None:
    body = {
        "title": "花园路漏水",
        "content": "水管漏水",
        "category": "0401",
        "caller_name": NAME,
        "caller_phone": PHONE,
    }
    with pretend(MORNING):
        programs.lin.post(ORDERS, body, 201, **{"Idempotency-Key": f"{PHONE}-1"})
    kept = Registration.objects.get()
    stored = bytes(kept.key_hash) + bytes(kept.body_hash) + bytes(kept.answer)
    for text in (NAME, PHONE, "王**", "138****0271", "漏水"):
        assert text.encode() not in stored and json.dumps(text).encode() not in stored


def test_no_number_that_was_searched_for_is_logged(
    city: City, programs: Programs, caplog: pytest.LogCaptureFixture
) -> None:
    programs.lin.get(ORDERS, 400, q=PHONE, page_size="x")
    assert caplog.records and all(PHONE not in str(vars(record)) for record in caplog.records)
