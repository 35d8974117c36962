"""Corners of the law in which something once fell silent, got stuck or was forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks import actions as callbacks
from notices.models import Notice
from oversight.audit import audit
from referrals import actions as referrals
from referrals import workflow as parts
from referrals.models import Referral
from referrals.moves import DesignateForm
from staff.models import Department
from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.lives import LIVES, accepted, fresh
from workorders import actions, clock, workflow
from workorders.errors import Invalid, NotAllowed
from workorders.models import Rung, Status, Step
from workorders.models.choices import StepKind

pytestmark = pytest.mark.django_db
LATE = MORNING + timedelta(days=30)


def delegated_twice(city: City) -> tuple[Referral, Referral, Referral]:
    """Water → its eastern branch → the branch's own team."""
    team = Department.objects.create(code="water-east-2", name="水务东区二所", kind="utility", parent=city.water_east)
    top = accepted(city)
    middle = referrals.delegate(top, by=city.li, department=city.water_east)
    referrals.accept(middle, by=city.east)
    bottom = referrals.delegate(middle, by=city.li, department=team)
    return top, middle, bottom


def test_more_time_for_the_bureau_is_more_time_two_levels_below(city: City) -> None:
    with pretend(MORNING):
        top, _middle, bottom = delegated_twice(city)
        referrals.request_extension(top, by=city.zhao, days=3, reason="需开挖")
        top = referrals.grant_extension(top, by=city.wang)
        assert fresh(top.order).steps.open().filter(kind=StepKind.ANSWER, due_at=top.answer_step.due_at).count() == 3
        assert Referral.objects.get(pk=bottom.pk).answer_step.first_due_at < top.answer_step.due_at
        assert audit(MORNING).holds


def test_the_citizen_is_told_until_when_the_department_has_more_time(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        referrals.request_extension(part, by=city.zhao, days=3, reason="需开挖")
        referrals.grant_extension(part, by=city.wang)
    assert "2026-12-03 17:30" in part.order.events.get(verb="referral.extension_granted").public


def test_taking_back_ends_what_lies_two_levels_below(city: City) -> None:
    with pretend(MORNING):
        top, middle, bottom = delegated_twice(city)
        referrals.take_back(top, by=city.li, reason="自行处理")
        assert {Referral.objects.get(pk=part.pk).status for part in (middle, bottom)} == {"withdrawn"}
        assert audit(MORNING).holds


def test_an_answer_comes_up_level_by_level(city: City) -> None:
    with pretend(MORNING):
        top, middle, bottom = delegated_twice(city)
        referrals.accept(bottom, by=city.li)
        referrals.answer(bottom, by=city.li, outcome="solved", public_reply="已修复")
        assert Referral.objects.get(pk=middle.pk).status == "accepted"
        assert Referral.objects.get(pk=top.pk).status == "delegated"
        referrals.answer(middle, by=city.east, outcome="solved", public_reply="已修复")
        assert Referral.objects.get(pk=top.pk).status == "accepted" and audit(MORNING).holds


def test_a_subunit_handed_an_overdue_matter_has_its_red_card_at_once(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
    with pretend(LATE):
        clock.sweep(LATE)
        below = referrals.delegate(part, by=city.li, department=city.water_east)
        clock.sweep(LATE)
    assert below.answer_step.reminders.filter(rung=Rung.RED).count() == 1
    assert below.answer_step.reminders.filter(rung=Rung.DUE_SOON).count() == 0


def test_once_the_citizen_is_to_be_kept_secret_the_department_need_not_call_him(city: City) -> None:
    with pretend(MORNING):
        part = referrals.refer(city.register(), by=city.wang, lead=city.water)
        part = referrals.accept(part, by=city.zhao)
        with pytest.raises(NotAllowed, match="Contact the citizen first"):
            referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        actions.amend(part.order, by=city.wang, confidential=True)
        assert not Step.objects.open().filter(kind=StepKind.CONTACT).exists()
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        assert fresh(part.order).status == Status.ANSWERED and audit(MORNING).holds


def test_a_round_of_calling_ends_with_its_order_and_the_next_opening_begins_another(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["trying"](city)
        actions.close(order, by=city.chen, reason="市民来电表示已解决")
        assert order.callbacks.get().status == "dropped" and audit(MORNING).holds
        actions.reopen(order, by=city.chen, reason="又漏了")
        assert audit(MORNING).holds


def test_where_ownership_is_in_dispute_the_hotline_designates_at_once_and_proposes_the_first_unit(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        part = referrals.refer(order, by=city.wang, lead=city.water)
        referrals.request_return(part, by=city.zhao, reason="overlapping", basis="与交警职责交叉")
        referrals.uphold_return(part, by=city.wang)
        order = fresh(order)
        assert workflow.DESIGNATE.open_to(order, city.wang)
        assert DesignateForm(order, city.wang).initial["lead"] == city.water.pk
        part = referrals.designate(order, by=city.wang, lead=city.water, instructions="首接负责")
        assert not parts.REQUEST_RETURN.open_to(part, city.zhao)


def test_a_plain_return_is_no_dispute(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["asking"](city)
        referrals.uphold_return(order.referrals.get(), by=city.wang)
        assert not workflow.DESIGNATE.open_to(fresh(order), city.wang)
        assert workflow.REFER.open_to(fresh(order), city.wang)


def test_an_emergency_is_declined_only_with_the_number_it_was_transferred_to(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        with pytest.raises(Invalid) as refused:
            actions.decline(order, by=city.lin, reason="emergency", explanation="不归我们管")
        assert "explanation" in refused.value.errors and fresh(order).is_open
        actions.decline(order, by=city.lin, reason="emergency", explanation="已转接119")
        assert not fresh(order).is_open


def test_a_chase_of_a_merged_order_is_heard_by_whoever_handles_the_matter(city: City) -> None:
    with pretend(MORNING):
        rider = LIVES["merged"](city)
        carrier = rider.merged_into
        assert carrier is not None
        referrals.refer(carrier, by=city.wang, lead=city.water)
        actions.chase(rider, by=city.lin, words="怎么还没修")
        actions.chase(rider, by=city.lin, words="还没修")
    assert Notice.objects.filter(recipient=city.zhao, rule="chased", case=carrier.number).count() == 2
    assert carrier.events.filter(verb="workorder.chased", data__number=rider.number).count() == 2
    assert fresh(rider).chases == 2


def test_both_timelines_tell_of_a_merge_and_of_its_end(city: City) -> None:
    with pretend(MORNING):
        rider = LIVES["merged"](city)
        carrier = rider.merged_into
        assert carrier is not None
        actions.unmerge(rider, by=city.wang)
    assert list(carrier.events.values_list("verb", flat=True))[-2:] == ["workorder.joined", "workorder.left"]
    assert rider.events.latest("seq").verb == "workorder.unmerged"


def test_people_take_only_what_their_desk_does_and_a_supervisor_puts_back_what_somebody_holds(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["answered"](city)
        with pytest.raises(NotAllowed, match="do not work at this desk"):
            actions.take(order, by=city.tang)
        actions.take(order, by=city.he)
        with pytest.raises(NotAllowed, match="not in your hands"):
            actions.release(order, by=city.wang)
        actions.release(order, by=city.chen)
        assert fresh(order).holder_pool == "review" and audit(MORNING).holds


def test_what_is_supervised_is_not_merged_away(city: City) -> None:
    with pretend(MORNING):
        first, second = city.register(), city.register()
        actions.supervise(second, by=city.chen, reason="媒体关注")
        with pytest.raises(NotAllowed, match="lift it first"):
            actions.merge(second, by=city.wang, into=first)


def test_an_order_whose_riders_have_their_answer_can_be_withdrawn(city: City) -> None:
    with pretend(MORNING):
        rider = LIVES["merged"](city)
        carrier = rider.merged_into
        assert carrier is not None
        with pytest.raises(NotAllowed, match="unmerge them first"):
            referrals.withdraw(carrier, by=city.lin, reason="市民撤诉")
        actions.answer_on_the_spot(carrier, by=city.lin, reply="已修复")
        actions.reopen(carrier, by=city.chen, reason="又漏了")
        referrals.withdraw(carrier, by=city.lin, reason="市民撤诉")
        assert fresh(carrier).status == Status.WITHDRAWN and fresh(rider).status == Status.AWAITING_CALLBACK
        assert audit(MORNING).holds


def test_a_rider_that_is_reworked_goes_to_whoever_led_and_stands_by_itself(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        rider = city.register(caller_phone="13912345678")
        actions.merge(rider, by=city.wang, into=part.order)
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        referrals.pass_answer(part, by=city.he)
        not_content = {"contacted": False, "resolution": "not_solved", "satisfaction": 1, "why_not": "not_contacted"}
        callbacks.record_result(fresh(rider), by=city.tang, **not_content)  # type: ignore[arg-type]  # mixed values
        callbacks.rework(rider, by=city.chen, instructions="联系该市民")
        rider = fresh(rider)
        assert rider.status == Status.REFERRED and rider.lead_department == city.water and rider.merged_into is None
        assert rider.referrals.get().follows == part and audit(MORNING).holds


def test_a_discontented_riders_order_is_shelved_by_itself(city: City) -> None:
    with pretend(MORNING):
        rider = LIVES["merged"](city)
        carrier = rider.merged_into
        assert carrier is not None
        actions.answer_on_the_spot(carrier, by=city.lin, reply="已修复")
        not_content = {"contacted": True, "resolution": "not_solved", "satisfaction": 1, "why_not": "not_solved"}
        callbacks.record_result(fresh(rider), by=city.tang, **not_content)  # type: ignore[arg-type]  # mixed values
        referrals.shelve(rider, by=city.chen, reason="待改造", review_on=(MORNING + timedelta(days=9)).date())
        actions.resume(rider, by=city.chen)
        assert fresh(rider).merged_into is None and audit(MORNING).holds


def test_nothing_is_shelved_for_longer_than_a_year(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        with pytest.raises(Invalid):
            referrals.shelve(order, by=city.chen, reason="待改造", review_on=(MORNING + timedelta(days=367)).date())


def test_nobody_leads_what_is_recalled_shelved_or_opened_again(city: City) -> None:
    with pretend(MORNING):
        recalled, reopened, shelved = LIVES["referred"](city), LIVES["closed"](city), LIVES["shelved"](city)
        assert recalled.lead_department == reopened.lead_department == city.water
        referrals.recall(recalled, by=city.wang, reason="派错单位")
        actions.reopen(reopened, by=city.chen, reason="又漏了")
    assert all(fresh(order).lead_department is None for order in (recalled, reopened, shelved))
    assert audit(MORNING).holds


def test_after_reopening_the_old_parts_stay_as_they_were(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["closed"](city)
        actions.reopen(order, by=city.chen, reason="又漏了")
        part = referrals.refer(fresh(order), by=city.wang, lead=city.traffic)
        assert sorted(order.referrals.values_list("status", flat=True)) == ["passed", "passed", "sent"]
        referrals.accept(part, by=city.qian)
        referrals.record_contact(part, by=city.qian, note="已联系")
        referrals.answer(part, by=city.qian, outcome="solved", public_reply="已处理")
        referrals.pass_answer(part, by=city.he)
        callbacks.record_result(fresh(order), by=city.tang, contacted=True, resolution="solved", satisfaction=4)
        assert order.callbacks.latest("round").department == city.traffic
        assert fresh(order).status == Status.CLOSED and audit(MORNING).holds


def test_an_answer_sent_back_is_not_answered_any_more(city: City) -> None:
    with pretend(MORNING):
        order = LIVES["answered"](city)
        part = referrals.send_back(order.referrals.get(role="lead"), by=city.he, comment="未说明原因")
        part.refresh_from_db()
        assert part.answered_at is None and part.answered_by is None and audit(MORNING).holds
