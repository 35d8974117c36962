"""What an agent does with a call: register it, answer on the spot, decline, correct it, note something, let it go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import contacted, fresh
from workorders import actions
from workorders.errors import Invalid, NotAllowed
from workorders.models import Caller, Status, WorkOrder
from workorders.models.choices import Closing, DeclineReason, StepKind
from workorders.moves import AmendForm, DeclineForm
from workorders.numbers import CODE_ALPHABET, is_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def test_a_registered_appeal_is_held_by_the_dispatch_desk_and_due_in_two_working_hours(city: City) -> None:
    with pretend(MORNING + timedelta(hours=1)):
        order = fresh(city.register())
    assert order.status == Status.REGISTERED and order.holder_name == "dispatch desk"
    assert order.next_due_at == MORNING + timedelta(hours=5)  # over the noon break
    assert order.steps.get().kind == StepKind.REFER
    assert order.registered_by == city.lin and order.version == 1


def test_it_gets_a_number_with_its_channel_and_a_code_to_track_it_by(city: City) -> None:
    with pretend(MORNING):
        first, second = city.register(), city.register(channel="W")
    assert is_number(first.number) and first.number.startswith("20261123P")
    assert is_number(second.number) and second.number.startswith("20261123W")
    assert first.query_code != second.query_code
    assert len(first.query_code) == 8 and set(first.query_code) <= set(CODE_ALPHABET)


def test_the_caller_is_masked_and_the_timeline_knows_nothing_of_him(city: City, order: WorkOrder) -> None:
    caller = Caller.objects.get(order=order)
    assert (caller.masked_name, caller.masked_phone) == ("王**", "138****0271")
    event = order.events.get()
    assert event.verb == "workorder.registered" and event.by == city.lin
    assert event.data == {"channel": "P"} and event.note == event.public == ""


def test_an_anonymous_appeal_wants_no_callback(city: City) -> None:
    with pretend(MORNING):
        order = city.register(caller_phone="", caller_name="")
    assert not order.has_caller and not order.wants_callback()


def test_an_answer_on_the_spot_closes_the_order(city: City, order: WorkOrder) -> None:
    with pretend(MORNING + timedelta(minutes=3)):
        actions.answer_on_the_spot(order, by=city.lin, reply="营业厅每天八点开门", outcome="informed")
    order = fresh(order)
    assert order.status == Status.CLOSED and order.closing == Closing.ON_THE_SPOT and order.outcome == "informed"
    assert order.closed_at == MORNING + timedelta(minutes=3)
    assert order.holder is None and order.next_due_at is None and not order.steps.open().exists()
    assert order.events.latest("seq").public == order.reply == "营业厅每天八点开门"


@pytest.mark.parametrize("ground", DeclineReason)
def test_an_appeal_is_declined_on_one_of_nine_grounds_and_the_caller_is_told(
    city: City, order: WorkOrder, ground: DeclineReason
) -> None:
    with pretend(MORNING):
        actions.decline(order, by=city.lin, reason=ground, explanation="已转接119，请保持电话畅通")
    order = fresh(order)
    assert order.status == Status.DECLINED and order.decline_reason == ground and order.holder is None
    event = order.events.latest("seq")
    assert event.public == "已转接119，请保持电话畅通" and event.data["reason"] == ground


def test_an_emergency_is_declined_only_by_transferring_it(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        form = DeclineForm(order, city.lin, {"reason": "emergency", "explanation": "请自行处理"})
        assert form.run() is None and "explanation" in form.errors
    assert fresh(order).status == Status.REGISTERED


def test_there_is_no_tenth_ground(city: City, order: WorkOrder) -> None:
    form = DeclineForm(order, city.lin, {"reason": "too_much_work", "explanation": "忙"})
    assert form.run() is None and "reason" in form.errors


def test_a_prank_call_is_invalid_and_owed_nothing(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.mark_invalid(order, by=city.lin, reason="骚扰电话")
    order = fresh(order)
    assert order.status == Status.INVALID and order.next_due_at is None and order.closing == ""


def test_amending_keeps_what_stood_there_before(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.amend(order, by=city.wang, title="主管道爆裂", category=city.parking, confidential=True, area=None)
    order = fresh(order)
    assert order.title == "主管道爆裂" and order.category == city.parking and order.confidential and order.area is None
    event = order.events.latest("seq")
    assert event.data["before"] == {
        "title": "花园路水管漏水",
        "category": "公用事业 / 供水",
        "confidential": False,
        "area": "花园街道",
    }
    assert event.data["after"] == {
        "title": "主管道爆裂",
        "category": "交通运输 / 停车",
        "confidential": True,
        "area": None,
    }


def test_amending_nothing_leaves_no_entry(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.amend(order, by=city.wang, title=order.title, kind=order.kind)
    assert fresh(order).version == 1


def test_a_changed_urgency_moves_no_clock_that_runs_and_rules_the_next_one(city: City, order: WorkOrder) -> None:
    before = order.next_due_at
    with pretend(MORNING):
        actions.amend(order, by=city.wang, urgency="critical")
        assert fresh(order).next_due_at == before
        part = referrals.refer(order, by=city.wang, lead=city.water)
        assert part.answer_step.due_at == MORNING + timedelta(hours=2)
        actions.amend(order, by=city.wang, urgency="normal")
    assert Referral.objects.get(pk=part.pk).answer_step.due_at == MORNING + timedelta(hours=2)


def test_status_holder_and_number_are_nothing_to_amend(city: City, order: WorkOrder) -> None:
    for name in ("status", "number", "next_due_at", "caller_phone"):
        values: dict[str, Any] = {name: "closed"}
        with pytest.raises(TypeError):
            actions.amend(order, by=city.wang, **values)


def test_the_form_to_amend_begins_with_what_stands_there(city: City, order: WorkOrder) -> None:
    form = AmendForm(order, city.wang)
    assert form.initial["title"] == "花园路水管漏水" and form.initial["category"] == city.leak
    values: dict[str, Any] = {name: value for name, value in form.initial.items() if value not in (None, False)}
    with pretend(MORNING):
        assert AmendForm(order, city.wang, values).run() is not None
    assert fresh(order).version == 1


def test_an_old_long_appeal_of_a_category_switched_off_can_be_amended(city: City) -> None:
    with pretend(MORNING):
        order = city.register(content="第一行\n" + "长" * 9000)
        city.leak.is_active = False
        city.leak.save(update_fields=["is_active"])
        values: dict[str, Any] = {name: value for name, value in AmendForm(order, city.wang).initial.items() if value}
        as_a_browser_sends_it = {**values, "content": values["content"].replace("\n", "\r\n"), "title": "主管道爆裂"}
        form = AmendForm(order, city.wang, as_a_browser_sends_it)
        assert form.run() is not None, form.errors
    event = fresh(order).events.latest("seq")
    assert set(event.data["after"]) == {"title"}, "nothing else was changed"


def test_who_becomes_confidential_is_not_called_by_the_unit_any_more(city: City) -> None:
    with pretend(MORNING):
        part = referrals.accept(referrals.refer(city.register(), by=city.wang, lead=city.water), by=city.zhao)
        assert part.contact_step is not None and part.contact_step.is_open
        actions.amend(part.order, by=city.lin, confidential=True)
        part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
    assert part.contacted_at is None and part.contact_step is not None and not part.contact_step.done


def test_a_note_stays_inside(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.note(order, by=city.wang, text="来电人情绪激动")
    event = order.events.latest("seq")
    assert event.note == "来电人情绪激动" and event.public == "" and event.informative


def test_the_citizen_takes_the_appeal_back_from_whoever_has_it(city: City) -> None:
    with pretend(MORNING):
        part = contacted(city)
        referrals.request_extension(part, by=city.zhao, days=2, reason="备料")
        referrals.withdraw(part.order, by=city.lin, reason="自己修好了")
    part, order = fresh(part), fresh(part.order)
    assert order.status == Status.WITHDRAWN and order.closing == "" and not order.steps.open().exists()
    assert part.status == "withdrawn" and part.pending_extension() is None


def test_what_is_closed_is_not_answered_again(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.answer_on_the_spot(order, by=city.lin, reply="八点开门")
        with pytest.raises(NotAllowed, match="closed"):
            actions.answer_on_the_spot(order, by=city.lin, reply="九点开门")
    assert fresh(order).reply == "八点开门"


def test_an_answer_that_is_no_outcome_is_refused(city: City) -> None:
    with pretend(MORNING):
        part = contacted(city)
        with pytest.raises(Invalid):
            referrals.answer(part, by=city.zhao, outcome="perhaps", public_reply="已修复")
    assert fresh(part).status == "accepted" and not part.answers.exists()
