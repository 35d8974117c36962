"""回访: what the citizen said. Content: closed. Not content: a person decides, and the citizen's words stay as said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks import actions as callbacks
from callbacks.models import Callback, Verdict, WhyNot
from callbacks.moves import ResultForm, ReworkForm
from referrals import actions as referrals
from referrals.models import Referral
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import awaiting_callback, contacted, deciding, fresh, reach, reworked
from workorders.errors import NotAllowed
from workorders.models import Status, TimeLimit, WorkOrder
from workorders.models.choices import Closing, StepKind, Unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def order(city: City) -> WorkOrder:
    order: WorkOrder = reach(awaiting_callback, city)
    return order


@pytest.fixture
def discontent(city: City) -> WorkOrder:
    order: WorkOrder = reach(deciding, city)
    return order


def say(city: City, order: WorkOrder, resolution: str, satisfaction: int, why_not: str = "") -> Callback:
    return callbacks.record_result(
        order,
        by=city.tang,
        contacted=True,
        resolution=resolution,
        satisfaction=satisfaction,
        manner=satisfaction,
        why_not=why_not,
        opinion="谢谢",
    )


def handled_again(city: City, part: Referral) -> WorkOrder:
    """The reworked part, answered and passed."""
    part = referrals.accept(part, by=city.zhao)
    part = referrals.record_contact(part, by=city.zhao, note="再次上门")
    part = referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已更换整段管道")
    return fresh(referrals.pass_answer(part, by=city.he).order)


@pytest.mark.parametrize("resolution", ["solved", "partly", "not_solved"])
@pytest.mark.parametrize("satisfaction", [5, 4, 3, 2, 1])
def test_content_is_at_least_basically_satisfied_and_not_unsolved(
    city: City, order: WorkOrder, resolution: str, satisfaction: int
) -> None:
    content = resolution != "not_solved" and satisfaction >= 3
    with pretend(MORNING):
        callback = say(city, order, resolution, satisfaction, "" if content else "attitude")
    order = fresh(order)
    assert callback.is_content == content and callback.status == "completed"
    assert (callback.resolution, callback.satisfaction, callback.manner) == (resolution, satisfaction, satisfaction)
    if content:
        assert order.status == Status.CLOSED and order.closing == Closing.CALLED_BACK and order.next_due_at is None
    else:
        assert order.status == Status.DECIDING and order.holder_pool == "decision"
        assert order.next_due_at == (MORNING + DAY).replace(hour=17, minute=30)
    assert order.outcome == "solved", "the department's outcome is not the citizen's verdict"
    assert callback.department == city.water and callback.completed_by == city.tang
    assert order.events.latest("seq").note == "谢谢"


def test_both_questions_are_asked_and_a_discontent_citizen_says_why(city: City, order: WorkOrder) -> None:
    asked = {"contacted": "yes", "resolution": "not_solved", "satisfaction": "1"}
    with pretend(MORNING):
        for missing in asked:
            form = ResultForm(order, city.tang, {**asked, missing: "", "why_not": "attitude"})
            assert form.run() is None and missing in form.errors
        form = ResultForm(order, city.tang, asked)
        assert form.run() is None and "why_not" in form.errors
        assert not Callback.objects.exists() and fresh(order).status == Status.AWAITING_CALLBACK
        assert ResultForm(order, city.tang, {**asked, "why_not": "attitude"}).run() is not None


def test_whether_the_unit_had_contacted_the_citizen_is_his_word(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        values = {"contacted": "no", "resolution": "solved", "satisfaction": "3"}
        callback = ResultForm(order, city.tang, values).run()
    assert callback.contacted is False and fresh(order).status == Status.CLOSED


@pytest.mark.parametrize("why_not", WhyNot)
def test_each_reason_of_discontent_is_kept(city: City, order: WorkOrder, why_not: WhyNot) -> None:
    with pretend(MORNING):
        say(city, order, "not_solved", 2, why_not)
    assert Callback.objects.get().why_not == why_not


def test_nobody_rates_himself(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        for person in (city.zhao, city.li, city.qian, city.lin, city.wang, city.he, city.admin):
            with pytest.raises(NotAllowed):
                callbacks.record_result(order, by=person, contacted=True, resolution="solved", satisfaction=5)
    assert fresh(order).status == Status.AWAITING_CALLBACK


def test_a_rework_is_a_new_referral_that_follows_the_old_one(city: City, discontent: WorkOrder) -> None:
    old = discontent.referrals.get()
    with pretend(MORNING + DAY):
        order = callbacks.rework(discontent, by=city.he, instructions="请彻底修复")
    new = order.referrals.latest("pk")
    assert new.follows == old and new.is_rework and new.department == city.water and new.status == "sent"
    assert fresh(old).status == "passed", "the old one stays as it was"
    assert order.status == Status.REFERRED and order.reworks == 1 and order.lead_department == city.water
    assert new.instructions == "请彻底修复" and new.sent_at == MORNING + DAY
    verdict = order.callbacks.get()
    assert (verdict.verdict, verdict.verdict_by, verdict.verdict_reason) == (Verdict.REWORK, city.he, "请彻底修复")
    with pretend(MORNING + DAY), pytest.raises(NotAllowed, match="rework cannot be returned"):
        referrals.request_return(new, by=city.zhao, reason="not_our_duty", basis="供水条例")


def test_a_rework_has_limits_of_its_own(city: City, discontent: WorkOrder) -> None:
    TimeLimit.objects.create(
        step=StepKind.ANSWER, for_rework=True, amount=3, unit=Unit.WORKING_DAYS, extensions=1, extension_days=2
    )
    with pretend(MORNING):
        order = callbacks.rework(discontent, by=city.he, instructions="请彻底修复")
    part = order.referrals.latest("pk")
    assert part.answer_step.due_at == (MORNING + 3 * DAY).replace(hour=17, minute=30) and part.extension_days == 2
    with pretend(MORNING):
        assert contacted(city).extension_days == 5


def test_another_department_may_do_it_better(city: City, discontent: WorkOrder) -> None:
    with pretend(MORNING):
        ReworkForm(discontent, city.chen, {"instructions": "改由交警处理", "lead": city.traffic.pk}).run()
    order = fresh(discontent)
    assert order.lead_department == city.traffic and order.referrals.latest("pk").follows is not None


def test_the_first_rating_and_the_last_are_both_kept(city: City) -> None:
    part: Referral = reach(reworked, city)
    with pretend(MORNING):
        order = handled_again(city, part)
        say(city, order, "solved", 5)
    first, last = order.callbacks.order_by("round")
    assert (first.round, first.satisfaction, first.verdict) == (1, 1, Verdict.REWORK)
    assert (last.round, last.satisfaction, last.verdict) == (2, 5, "")
    assert fresh(order).status == Status.CLOSED and fresh(order).reworks == 1


def test_unsatisfied_after_a_rework_a_supervisor_watches_it(city: City) -> None:
    part: Referral = reach(reworked, city)
    with pretend(MORNING):
        order = handled_again(city, part)
        assert not order.supervisions.exists()
        say(city, order, "not_solved", 1, "not_solved")
    order = fresh(order)
    watch = order.supervisions.get()
    assert watch.ground == "unsatisfied" and watch.opened_by is None and watch.lifted_at is None
    assert order.status == Status.DECIDING
    assert {step.kind for step in order.steps.open()} == {StepKind.DECIDE, StepKind.SUPERVISE}


def test_unsatisfied_the_first_time_nobody_is_put_under_supervision(discontent: WorkOrder) -> None:
    assert not discontent.supervisions.exists()


def test_lawful_and_explained_it_is_closed_and_the_rating_stays(city: City, discontent: WorkOrder) -> None:
    with pretend(MORNING):
        callbacks.close_as_explained(discontent, by=city.he, reason="已依法解释")
    order, callback = fresh(discontent), Callback.objects.get()
    assert order.status == Status.CLOSED and order.closing == Closing.AS_EXPLAINED
    assert callback.satisfaction == 1 and callback.verdict == Verdict.EXPLAINED
    assert list(Callback.objects.in_scope()) == [callback]


def test_beyond_duty_it_is_out_of_the_rates_on_record(city: City, discontent: WorkOrder) -> None:
    with pretend(MORNING):
        callbacks.exclude(discontent, by=city.chen, reason="诉求超出政府职责")
    order, callback = fresh(discontent), Callback.objects.get()
    assert order.closing == Closing.EXCLUDED and callback.verdict == Verdict.EXCLUDED
    assert (callback.verdict_by, callback.verdict_reason, callback.verdict_at) == (
        city.chen,
        "诉求超出政府职责",
        MORNING,
    )
    assert callback.satisfaction == 1, "what the citizen said stays as said"
    assert list(Callback.objects.completed()) == [callback] and not Callback.objects.in_scope().exists()


def test_the_callback_agent_does_not_decide(city: City, discontent: WorkOrder) -> None:
    with pretend(MORNING):
        for decide in (callbacks.close_as_explained, callbacks.exclude):
            with pytest.raises(NotAllowed):
                decide(discontent, by=city.tang, reason="市民无理")
        with pytest.raises(NotAllowed):
            callbacks.rework(discontent, by=city.tang, instructions="请彻底修复")


def test_a_department_sees_what_was_said_about_its_own_work(city: City, discontent: WorkOrder) -> None:
    seen = {
        name: Callback.objects.visible_to(getattr(city, name)).exists()
        for name in ("zhao", "li", "east", "qian", "sun", "tang", "chen")
    }
    assert seen == {
        "zhao": True,
        "li": True,
        "east": False,
        "qian": False,
        "sun": False,
        "tang": True,
        "chen": True,
    }


def test_a_rework_that_comes_back_to_dispatch_is_referred_again_like_any_other(
    city: City, discontent: WorkOrder
) -> None:
    with pretend(MORNING):
        order = callbacks.rework(discontent, by=city.he, instructions="请彻底修复")
        for _time in range(2):
            order = referrals.recall(order, by=city.wang, reason="换单位")
            referrals.refer(order, by=city.wang, lead=city.traffic)
            order = fresh(order)
    assert order.status == Status.REFERRED, "it had an owner: what was dispatched before it no longer counts"
