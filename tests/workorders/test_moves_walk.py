"""Every move in every place by every person: what the hotline means to allow, written by hand, against what it does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from desk.verbs import WORDS, sentence
from referrals import workflow as referral_workflow
from referrals.models import Referral
from referrals.models import Status as ReferralStatus
from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import LATER, ORDERS, PARTS, fresh, reach
from workorders import workflow
from workorders.errors import NotAllowed
from workorders.models import Status, WorkOrder
from workorders.moves import FORMS, form_for
from workorders.workflow import Move

pytestmark = pytest.mark.django_db

# Lin agent · Wang dispatcher · He reviewer · Tang callback agent · Chen supervisor · Admin administrator ·
# Zhao officer and Li lead of Water · East officer of Water's sub-unit · Qian officer of Traffic · Sun of elsewhere
CAST = ("lin", "wang", "he", "tang", "chen", "admin", "zhao", "li", "east", "qian", "sun")
DEPARTMENTS = "zhao li east qian sun"
WATER = "zhao li"

AT_DISPATCH = (
    "registered, dispatched twice, dispatched three times, taken by Wang, supervised, with a rider, confidential"
)
OPEN = f"{AT_DISPATCH}, referred, answered, awaiting callback, deciding, shelved, merged"
SHUT = "closed, declined, withdrawn, invalid"

# fmt: off
# move: who may, where. Only there, only they.
ORDER_MOVES: dict[str, tuple[str, str]] = {
    "refer":              ("wang chen",                    "registered, dispatched twice, taken by Wang, supervised, with a rider, confidential"),
    "designate":          ("wang chen",                    "dispatched twice, dispatched three times"),
    "answer_on_the_spot": ("lin wang chen",                AT_DISPATCH),
    "decline":            ("lin wang chen",                AT_DISPATCH.replace(", with a rider", "")),
    "mark_invalid":       ("lin wang chen",                AT_DISPATCH.replace(", with a rider", "")),
    "merge":              ("lin wang chen",                AT_DISPATCH.replace(", supervised, with a rider", "")),
    "unmerge":            ("lin wang chen",                "merged"),
    "add_supporting":     ("wang chen",                    "referred"),
    "recall":             ("wang chen",                    "referred"),
    "record_result":      ("tang chen",                    "awaiting callback"),
    "record_attempt":     ("tang chen",                    "awaiting callback"),
    "rework":             ("he chen",                      "deciding"),
    "close_as_explained": ("he chen",                      "deciding"),
    "exclude":            ("he chen",                      "deciding"),
    "amend":              ("lin wang chen",                OPEN),
    "note":               (" ".join(CAST),                 f"{OPEN}, {SHUT}"),
    "chase":              ("lin wang tang chen",           OPEN),
    "shelve":             ("chen",                         f"{AT_DISPATCH}, referred, deciding"),
    "resume":             ("chen",                         "shelved"),
    "supervise":          ("chen",                         OPEN.replace(", supervised", "").replace(", merged", "")),
    "lift":               ("chen",                         "supervised"),
    "close":              ("chen",                         "awaiting callback, deciding"),
    "withdraw":           ("lin wang chen",                OPEN.replace(", with a rider", "")),
    "reopen":             ("chen",                         SHUT),
    "reveal":             (f"lin wang he tang chen {DEPARTMENTS}", f"{OPEN}, {SHUT}"),
}
# Who may take an order follows from the desk that holds it; who took it or a supervisor puts it back.
DESKS: dict[str, str] = {
    **dict.fromkeys(AT_DISPATCH.replace(", taken by Wang", "").split(", "), "wang chen"),
    "answered": "he chen", "awaiting callback": "tang chen", "deciding": "he chen", "shelved": "chen",
}
PART_MOVES: dict[str, tuple[str, str]] = {
    "accept":            (WATER,      "sent, too late to return, return refused, designated, reworked"),
    "record_contact":    (WATER,      "accepted, delegated"),
    "answer":            (WATER,      "contacted, past due, extension asked, extension granted, critical"),
    "delegate":          ("li",       "accepted, contacted, past due, extension asked, extension granted, critical"),
    "take_back":         ("li",       "delegated"),
    "request_return":    (WATER,      "sent, accepted, contacted, extension asked, extension granted, critical"),
    "request_extension": (WATER,      "accepted, contacted, delegated"),
    "uphold_return":     ("wang chen", "return asked, return asked while handling"),
    "refuse_return":     ("wang chen", "return asked, return asked while handling"),
    "grant_extension":   ("wang chen", "extension asked"),
    "refuse_extension":  ("wang chen", "extension asked"),
    "pass_answer":       ("he chen",  "answered"),
    "send_back":         ("he chen",  "answered"),
}
# The same for parts of others: a sub-unit's belongs to those above it as well, a supporting unit's to itself alone.
OTHERS_PARTS: dict[str, dict[str, str]] = {
    "sub-unit's, sent":     {"accept": f"{WATER} east"},
    "sub-unit's, accepted": {"record_contact": f"{WATER} east", "answer": f"{WATER} east"},
    "supporting, sent":     {"accept": "qian", "request_return": "qian"},
    "supporting, accepted": {"record_contact": "qian", "answer": "qian", "request_return": "qian", "request_extension": "qian"},
}
# fmt: on

# A sub-unit's answer is its bureau's own: nobody reviews it.
ELSEWHERE: dict[str, dict[str, str]] = {"sub-unit's, accepted": {"answer": ReferralStatus.PASSED}}


def who_may_on_order(move: str, place: str) -> set[str]:
    """Those of the cast to whom a move of the order is open in this place."""
    if move == "take":
        return set(DESKS.get(place, "").split())
    if move == "release":
        return {"wang", "chen"} if place == "taken by Wang" else set()
    people, places = ORDER_MOVES[move]
    who = set(people.split()) if place in places.split(", ") else set()
    return who - set(DEPARTMENTS.split()) if move == "reveal" and place == "confidential" else who


def who_may_on_part(move: str, place: str) -> set[str]:
    """Those of the cast to whom a move of the referral is open in this place."""
    if place in OTHERS_PARTS:
        return set(OTHERS_PARTS[place].get(move, "").split())
    people, places = PART_MOVES[move]
    return set(people.split()) if place in places.split(", ") else set()


def what_to_say(city: City, other: WorkOrder) -> dict[str, dict[str, Any]]:
    """Suitable input for every move."""
    why = {"reason": "有据可查"}
    return {
        "amend": {
            "title": "花园路主管道爆裂",
            "content": "花园路12号门口主管道爆裂",
            "kind": "complaint",
            "urgency": "urgent",
            "category": city.leak.pk,
        },
        "note": {"text": "已电话核实"},
        "answer_on_the_spot": {"reply": "营业厅每天八点开门", "outcome": "informed"},
        "decline": {"reason": "military", "explanation": "请向军队信访部门反映"},
        "mark_invalid": why,
        "merge": {"into": other.number},
        "chase": {"words": "怎么还没人来"},
        "reveal": why,
        "supervise": why,
        "lift": {"findings": "已督促到位"},
        "reopen": why,
        "close": why,
        "refer": {"lead": city.town.pk},
        "designate": {"lead": city.town.pk, "instructions": "由镇政府牵头"},
        "add_supporting": {"department": city.town.pk},
        "recall": why,
        "shelve": {**why, "review_on": date(2027, 3, 1)},
        "withdraw": why,
        "record_attempt": {"result": "busy"},
        "record_result": {"contacted": "yes", "resolution": "solved", "satisfaction": 5},
        "rework": {"instructions": "请重新处理"},
        "close_as_explained": why,
        "exclude": why,
        "record_contact": {"note": "已上门"},
        "delegate": {"department": city.water_east.pk},
        "take_back": why,
        "answer": {"outcome": "solved", "public_reply": "已修复"},
        "request_return": {"reason": "not_our_duty", "basis": "供水条例第三条"},
        "refuse_return": {"ruling": "属你单位职责"},
        "request_extension": {"days": 2, "reason": "需备料"},
        "refuse_extension": {"ruling": "时间足够"},
        "send_back": {"comment": "未说明修复时间"},
    }


def trace(record: Any) -> tuple[Any, ...]:
    """What a refused move leaves as it was."""
    order = WorkOrder.objects.get(pk=getattr(record, "order_id", record.pk))
    return fresh(record).status, order.status, order.version, order.events.count(), order.next_due_at, order.holder


def succeeds(move: Move, record: Any, by: User, data: dict[str, Any], target: str) -> None:
    """The move goes through its form, ends where the table says, on the record and in words, and is rolled back."""
    before, sid = trace(record), transaction.savepoint()
    form = FORMS[move.record, move.name](fresh(record), by, data)
    done = form.run()
    assert done is not None, form.errors
    after = trace(record)
    assert after[0] == target
    order = WorkOrder.objects.get(pk=getattr(record, "order_id", record.pk))
    events = list(order.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, order.version + 1)) and after[2] > before[2]
    for event in events:
        assert event.verb in WORDS and sentence(event)
    with connection.cursor() as cursor:  # what the database holds at commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    transaction.savepoint_rollback(sid)


def is_refused(move: Move, record: Any, by: User, data: dict[str, Any]) -> None:
    """The form says why not, and so does the law."""
    form = FORMS[move.record, move.name](record, by, data)
    try:
        done = form.run()
    except NotAllowed:
        return
    assert done is None and form.errors, f"{by} must not {move.name}"
    assert not move.open_to(record, by), f"{by} must not {move.name}"  # not even a choice to make


def walk(city: City, place: str, record: Any, moves: tuple[Move, ...], expected: dict[str, set[str]]) -> None:
    """Try every move by everybody on one record."""
    ends = ELSEWHERE.get(place, {})
    say = what_to_say(city, city.register(caller_phone="13700002222"))
    before = trace(record)
    for move in moves:
        data = say.get(move.name, {})
        tried: set[str] = set()
        for name in CAST:
            person: User = getattr(city, name)
            why = str(move.refusal(record, person) or "")
            assert (not why) == (name in expected[move.name]), f"{name} {move.name}: {why}"
            if not why:
                succeeds(move, record, person, data, ends.get(move.name) or move.target or record.status)
            elif why not in tried:  # the same reason is carried through the form once
                is_refused(move, record, person, data)
                tried.add(why)
        assert trace(record) == before, move.name


@pytest.mark.parametrize("place", ORDERS)
def test_every_move_of_an_order_is_open_to_exactly_these_people(city: City, place: str) -> None:
    order = reach(ORDERS[place], city)
    with pretend(MORNING):
        walk(
            city,
            place,
            order,
            workflow.MOVES,
            {move.name: who_may_on_order(move.name, place) for move in workflow.MOVES},
        )


@pytest.mark.parametrize("place", PARTS)
def test_every_move_of_a_referral_is_open_to_exactly_these_people(city: City, place: str) -> None:
    part = reach(PARTS[place], city)
    moves = referral_workflow.MOVES
    with pretend(LATER.get(place, MORNING)):
        walk(city, place, part, moves, {move.name: who_may_on_part(move.name, place) for move in moves})


def test_the_walk_goes_through_every_status_and_every_move(city: City) -> None:
    assert {reach(scene, city).status for scene in ORDERS.values()} == set(Status)
    assert {reach(scene, city).status for scene in PARTS.values()} == set(ReferralStatus)
    assert {move.name for move in workflow.MOVES} == {*ORDER_MOVES, "take", "release"}
    assert {move.name for move in referral_workflow.MOVES} == set(PART_MOVES)


def test_every_move_of_both_tables_has_a_form_and_no_form_is_without_its_move() -> None:
    known = {(move.record, move.name): move for move in (*workflow.MOVES, *referral_workflow.MOVES)}
    assert set(FORMS) == set(known)
    for (record, name), move in known.items():
        form = form_for(record, name)
        assert form is not None and form.move is move


def test_the_clock_does_only_what_the_table_gives_it(city: City) -> None:
    with pretend(MORNING):
        by_clock = {move.name for move in (*workflow.MOVES, *referral_workflow.MOVES) if move.clock}
        assert by_clock == {"supervise", "resume"}
        part = Referral.objects.get(pk=PARTS["sent"](city).pk)
        for move in referral_workflow.MOVES:
            assert not move.open_to(part, None)
