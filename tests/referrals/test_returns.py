"""退单: a department asks to return what is not its own; the hotline upholds it or refuses."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from notices.models import Notice
from referrals import actions as referrals
from referrals.models import Referral, ReturnRequest, Role
from referrals.moves import RefuseReturnForm, RequestReturnForm
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import contacted, fresh, reach, return_asked, return_refused, sent
from workorders.errors import NotAllowed
from workorders.models import Status
from workorders.models.choices import ReturnReason, StepKind

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# Close of business of the working day after dispatch: until then a return may be asked for.
UNTIL = datetime(2026, 11, 24, 17, 30, tzinfo=MORNING.tzinfo)


@pytest.fixture
def part(city: City) -> Referral:
    with pretend(MORNING):
        return sent(city)


def ask(city: City, part: Referral, reason: str = "not_our_duty") -> ReturnRequest:
    return referrals.request_return(part, by=city.zhao, reason=reason, basis="供水条例第三条")


@pytest.mark.parametrize("reason", ReturnReason)
def test_a_return_has_one_of_seven_reasons_and_a_legal_basis(city: City, part: Referral, reason: ReturnReason) -> None:
    with pretend(MORNING):
        without = RequestReturnForm(part, city.zhao, {"reason": reason, "basis": ""})
        assert without.run() is None and "basis" in without.errors
        request = ask(city, part, reason)
    assert request.reason == reason and request.basis == "供水条例第三条" and request.requested_by == city.zhao
    assert fresh(part.order).events.latest("seq").data["reason"] == reason


def test_the_dispatch_desk_owes_a_ruling_and_the_departments_clock_runs_on(city: City, part: Referral) -> None:
    before = part.answer_step.due_at
    with pretend(MORNING):
        request = ask(city, part)
    assert request.step.kind == StepKind.RULE_RETURN and request.step.pool == "dispatch"
    assert request.step.due_at == MORNING + 6 * HOUR  # four working hours, over the noon break
    order = fresh(part.order)
    assert order.status == Status.REFERRED and order.holder_pool == "dispatch"
    assert fresh(part.answer_step).due_at == before and fresh(part.answer_step).is_open


def test_while_it_waits_for_a_ruling_nothing_is_accepted_or_answered(city: City) -> None:
    with pretend(MORNING):
        part = contacted(city)
        ask(city, part)
        for refused in (
            lambda: ask(city, part),
            lambda: referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复"),
            lambda: referrals.request_extension(part, by=city.zhao, days=1, reason="备料"),
            lambda: referrals.delegate(part, by=city.li, department=city.water_east),
        ):
            with pytest.raises(NotAllowed, match="awaits a ruling"):
                refused()


@pytest.mark.parametrize(("at", "in_time"), [(UNTIL, True), (UNTIL + timedelta(seconds=1), False)])
def test_a_return_is_asked_for_within_one_working_day_of_dispatch(
    city: City, part: Referral, at: datetime, in_time: bool
) -> None:
    with pretend(at):
        if in_time:
            assert ask(city, part).pk
            return
        with pytest.raises(NotAllowed, match="it is yours"):
            ask(city, part)
    assert not part.return_requests.exists()


def test_accepting_first_gives_no_more_time_to_return(city: City) -> None:
    with pretend(MORNING):
        part = contacted(city)
        assert part.return_until == UNTIL


def test_an_upheld_return_brings_the_order_back_to_dispatch_to_be_referred_anew(city: City) -> None:
    with pretend(MORNING):
        part = referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.traffic])
        ask(city, part)
    with pretend(MORNING + HOUR):
        part = referrals.uphold_return(part, by=city.wang, ruling="同意退单")
        request = part.return_requests.get()
        assert (request.granted, request.ruling, request.ruled_by) == (True, "同意退单", city.wang)
        assert part.status == "returned" and part.ended_at == MORNING + HOUR
        order = fresh(part.order)
        assert order.status == Status.REGISTERED and order.lead_department is None and order.holder_pool == "dispatch"
        assert order.referrals.get(role=Role.SUPPORTING).status == "withdrawn"
        assert order.steps.open().get().kind == StepKind.REFER
        again = referrals.refer(order, by=city.wang, lead=city.traffic)
    assert again.role == Role.LEAD and again.department == city.traffic and fresh(order).dispatches == 2
    assert again.sent_at == MORNING + HOUR and again.follows is None and not again.is_rework
    assert not Referral.objects.visible_to(city.zhao).exists()
    assert Notice.objects.filter(rule="return_upheld", recipient=city.zhao).count() == 1


def test_a_refused_return_says_why_and_can_never_be_asked_for_again(city: City, part: Referral) -> None:
    with pretend(MORNING):
        ask(city, part)
        without = RefuseReturnForm(part, city.wang, {"ruling": ""})
        assert without.run() is None and "ruling" in without.errors
        part = referrals.refuse_return(part, by=city.wang, ruling="首接负责")
        assert part.status == "sent" and not fresh(part.return_requests.get().step).is_open
        with pytest.raises(NotAllowed, match="handle it"):
            ask(city, part, "wrong_area")
        part = referrals.accept(part, by=city.zhao)
        with pytest.raises(NotAllowed, match="handle it"):
            ask(city, part, "wrong_area")
    order = fresh(part.order)
    assert order.status == Status.REFERRED and order.holder_department == city.water
    assert Notice.objects.filter(rule="return_refused", recipient=city.zhao).count() == 1


def test_a_refused_return_has_cost_no_time_back(city: City) -> None:
    asked, refused = reach(return_asked, city), reach(return_refused, city)
    assert asked.answer_step.due_at == refused.answer_step.due_at


def test_a_supporting_units_return_ends_its_part_alone(city: City) -> None:
    with pretend(MORNING):
        lead = referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.traffic])
        support = lead.order.referrals.get(department=city.traffic)
        referrals.request_return(support, by=city.qian, reason="not_our_duty", basis="无需交通疏导")
        referrals.uphold_return(support, by=city.wang)
    order = fresh(lead.order)
    assert fresh(support).status == "returned" and fresh(lead).status == "sent"
    assert order.status == Status.REFERRED and order.lead_department == city.water
    assert not order.steps.open().exclude(department=city.water).exists()


def test_departments_do_not_rule_on_their_own_requests(city: City) -> None:
    part = reach(return_asked, city)
    with pretend(MORNING):
        for person in (city.zhao, city.li, city.qian, city.lin, city.he, city.tang):
            with pytest.raises(NotAllowed):
                referrals.uphold_return(part, by=person)
    assert fresh(part).pending_return() is not None


def test_what_was_not_asked_for_is_not_ruled_on(city: City, part: Referral) -> None:
    with pretend(MORNING):
        with pytest.raises(NotAllowed, match="No return was asked for"):
            referrals.uphold_return(part, by=city.wang)
        ask(city, part)
        referrals.refuse_return(part, by=city.wang, ruling="首接负责")
        with pytest.raises(NotAllowed, match="No return was asked for"):
            referrals.uphold_return(part, by=city.wang)
