"""答复 and 审核: what a department did and what the citizen is told, read by the hotline before it calls him."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.models import Notice
from referrals import actions as referrals
from referrals.models import Referral, Role
from referrals.moves import AnswerForm, SendBackForm
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import accepted, contacted, fresh, part_answered, reach
from workorders.errors import NotAllowed
from workorders.models import Status
from workorders.models.choices import Closing, Outcome, StepKind

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def answered(city: City) -> Referral:
    part: Referral = reach(part_answered, city)
    return part


def both(city: City) -> tuple[Referral, Referral]:
    """Water leads and has spoken to the citizen, Traffic supports and has accepted."""
    lead = referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.traffic])
    lead = referrals.record_contact(referrals.accept(lead, by=city.zhao), by=city.zhao, note="已联系")
    return lead, referrals.accept(lead.order.referrals.get(role=Role.SUPPORTING), by=city.qian)


def test_the_citizen_is_contacted_before_an_answer_is_given(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        with pytest.raises(NotAllowed, match="Contact the citizen first"):
            referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
        part = referrals.record_contact(part, by=city.zhao, note="市民在家")
        assert part.contacted_at == MORNING and part.contact_step is not None and part.contact_step.done
        with pytest.raises(NotAllowed, match="on record already"):
            referrals.record_contact(part, by=city.zhao, note="再次联系")
        assert referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复").status == "answered"


@pytest.mark.parametrize(
    "changes", [{"kind": "praise"}, {"kind": "report"}, {"confidential": True}, {"caller_phone": ""}]
)
def test_where_nobody_is_to_be_called_the_answer_needs_no_contact(city: City, changes: dict[str, object]) -> None:
    with pretend(MORNING):
        part = accepted(city, **changes)
        assert part.contact_step is None
        assert referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已转达").status == "answered"


@pytest.mark.parametrize("outcome", Outcome)
def test_what_came_of_it_what_is_told_and_what_stays_inside_are_kept_apart(city: City, outcome: Outcome) -> None:
    with pretend(MORNING):
        part = contacted(city)
        values = {"outcome": outcome, "public_reply": "漏水点已修复", "internal_note": "施工方责任，另行追偿"}
        part = AnswerForm(part, city.zhao, values).run()
    answer = part.answers.get()
    assert (answer.outcome, answer.public_reply, answer.internal_note) == (outcome, *list(values.values())[1:])
    assert part.answered_at == MORNING and part.answered_by == city.zhao
    event = fresh(part.order).events.latest("seq")
    assert event.public == "漏水点已修复" and event.note == "施工方责任，另行追偿" and event.department == "市水务集团"
    assert fresh(part.order).reply == "" and fresh(part.order).outcome == "", "not before it passed review"


def test_the_leads_answer_closes_the_departments_side(city: City) -> None:
    with pretend(MORNING):
        lead, support = both(city)
        referrals.request_extension(support, by=city.qian, days=1, reason="排班")
        referrals.answer(lead, by=city.zhao, outcome="solved", public_reply="已修复")
    order = fresh(lead.order)
    assert order.status == Status.ANSWERED and order.holder_pool == "review"
    assert fresh(support).status == "withdrawn" and fresh(support).pending_extension() is None
    assert [step.kind for step in order.steps.open()] == [StepKind.REVIEW]
    assert order.next_due_at == MORNING + 6 * HOUR


def test_a_supporting_units_answer_goes_to_the_lead_and_passes_with_it(city: City) -> None:
    with pretend(MORNING):
        lead, support = both(city)
        support = referrals.answer(support, by=city.qian, outcome="solved", public_reply="已疏导")
        assert fresh(lead.order).status == Status.REFERRED and support.status == "answered"
        assert support.answers.get().reviewed_at == MORNING
        referrals.answer(lead, by=city.zhao, outcome="solved", public_reply="已修复")
        assert fresh(support).status == "answered"
        referrals.pass_answer(lead, by=city.he)
    for part in (lead, support):
        assert fresh(part).status == "passed" and fresh(part).passed_at == MORNING


def test_passed_the_answer_stands_and_the_callback_desk_owes_a_call(city: City, answered: Referral) -> None:
    with pretend(MORNING + HOUR):
        part = referrals.pass_answer(answered, by=city.he, comment="属实")
    order = fresh(part.order)
    assert order.status == Status.AWAITING_CALLBACK and order.holder_pool == "callback"
    assert order.reply == "已修复" and order.outcome == "solved" and order.closed_at is None
    review = part.answers.get()
    assert review.passed is True and review.reviewed_by == city.he and review.review == "属实"
    steps = {step.kind: step.due_at for step in order.steps.open()}
    close = MORNING.replace(hour=17, minute=30)
    assert steps == {StepKind.CALLBACK: close + DAY, StepKind.CLOSE_OUT: close + 3 * DAY}
    event = order.events.latest("seq")
    assert event.public == "已修复" and event.note == "属实"


@pytest.mark.parametrize("changes", [{"kind": "praise"}, {"caller_phone": "", "caller_name": ""}])
def test_who_wants_no_callback_has_his_order_closed_with_the_answer(city: City, changes: dict[str, object]) -> None:
    with pretend(MORNING):
        part = referrals.answer(accepted(city, **changes), by=city.zhao, outcome="solved", public_reply="已转达")
        referrals.pass_answer(part, by=city.he)
    order = fresh(part.order)
    assert order.status == Status.CLOSED and order.closing == Closing.EXEMPT and order.reply == "已转达"
    assert fresh(part).status == "passed" and not order.steps.open().exists()


def test_sent_back_the_answers_clock_opens_again(city: City, answered: Referral) -> None:
    first_due = answered.answer_step.due_at
    with pretend(MORNING + HOUR):
        without = SendBackForm(answered, city.he, {"comment": ""})
        assert without.run() is None and "comment" in without.errors
        part = referrals.send_back(answered, by=city.he, comment="未说明原因")
    order, step = fresh(part.order), fresh(part.answer_step)
    assert part.status == "accepted" and part.answered_at is None
    assert order.status == Status.REFERRED and order.holder_department == city.water
    assert step.is_open and step.due_at == step.first_due_at == first_due, "enough time was left"
    assert Notice.objects.filter(rule="sent_back", recipient=city.zhao).count() == 1


def test_sent_back_late_there_is_a_working_day_to_correct_it_and_the_first_due_time_stays(
    city: City, answered: Referral
) -> None:
    first_due = answered.answer_step.due_at
    late = first_due + 2 * DAY
    with pretend(late):
        part = referrals.send_back(answered, by=city.he, comment="未说明原因")
    step = fresh(part.answer_step)
    assert step.due_at == late + DAY and step.first_due_at == first_due


def test_a_corrected_answer_is_reviewed_anew_and_both_are_kept(city: City, answered: Referral) -> None:
    with pretend(MORNING + HOUR):
        part = referrals.send_back(answered, by=city.he, comment="未说明原因")
        part = referrals.answer(part, by=city.zhao, outcome="partly", public_reply="已修复，路面周五恢复")
        referrals.pass_answer(part, by=city.he)
    answers = list(part.answers.values_list("public_reply", "passed", "review"))
    assert answers == [("已修复", False, "未说明原因"), ("已修复，路面周五恢复", True, "")]
    order = fresh(part.order)
    assert order.reply == "已修复，路面周五恢复" and order.outcome == "partly"


def test_after_a_send_back_a_supporting_answer_already_given_stays(city: City) -> None:
    with pretend(MORNING):
        lead, support = both(city)
        referrals.answer(support, by=city.qian, outcome="solved", public_reply="已疏导")
        lead = referrals.answer(lead, by=city.zhao, outcome="solved", public_reply="已修复")
        lead = referrals.send_back(lead, by=city.he, comment="未说明原因")
        assert fresh(support).status == "answered"
        lead = referrals.answer(lead, by=city.zhao, outcome="solved", public_reply="已修复，系老化")
        referrals.pass_answer(lead, by=city.he)
    assert fresh(support).status == fresh(lead).status == "passed"


def test_departments_and_dispatchers_do_not_review(city: City, answered: Referral) -> None:
    with pretend(MORNING):
        for person in (city.zhao, city.li, city.wang, city.lin, city.tang, city.admin):
            with pytest.raises(NotAllowed):
                referrals.pass_answer(answered, by=person)
    assert fresh(answered.order).status == Status.ANSWERED


def test_an_answer_is_reviewed_once(city: City, answered: Referral) -> None:
    with pretend(MORNING):
        referrals.pass_answer(answered, by=city.he)
        for again in (referrals.pass_answer, referrals.send_back):
            with pytest.raises(NotAllowed):
                again(answered, by=city.chen, comment="再看")
