"""延期: asked for before the due time, with days and a reason; granted or refused by the hotline, never silently."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.models import Notice
from referrals import actions as referrals
from referrals.models import Extension, Referral
from referrals.moves import GrantExtensionForm, RequestExtensionForm
from staff.models import Department
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import accepted, contacted, critical, delegated, extension_asked, fresh, reach
from workorders.errors import Invalid, NotAllowed
from workorders.models import TimeLimit
from workorders.models.choices import StepKind

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def part(city: City) -> Referral:
    """Water's part, due on Monday the 30th at 17:30, extensible once by up to five working days."""
    part: Referral = reach(contacted, city)
    return part


def ask(city: City, part: Referral, days: int = 3) -> Extension:
    return referrals.request_extension(part, by=city.zhao, days=days, reason="需开挖路面")


def test_asking_moves_nothing_and_the_dispatch_desk_owes_a_ruling(city: City, part: Referral) -> None:
    with pretend(MORNING):
        extension = ask(city, part)
    assert extension.due_before == part.answer_step.due_at == fresh(part.answer_step).due_at
    assert extension.step.kind == StepKind.RULE_EXTENSION and extension.step.pool == "dispatch"
    assert fresh(part).status == "accepted"


def test_granted_days_count_from_the_due_time_that_was_which_stays_on_record(city: City, part: Referral) -> None:
    before = part.answer_step.due_at
    with pretend(MORNING + DAY):
        ask(city, part, days=3)
        part = referrals.grant_extension(part, by=city.wang, ruling="同意")
    step = fresh(part.answer_step)
    assert step.due_at == before + 3 * DAY and step.first_due_at == before
    extension = part.extensions.get()
    assert (extension.granted, extension.due_before, extension.due_after) == (True, before, step.due_at)
    assert (extension.ruled_by, extension.ruling) == (city.wang, "同意")
    event = fresh(part.order).events.latest("seq")
    assert event.data["days"] == 3 and "2026-12-03 17:30" in event.public, "the citizen is told the new date"
    assert Notice.objects.filter(rule="extension_granted", recipient=city.zhao).count() == 1


def test_the_dispatcher_may_grant_fewer_days_than_were_asked_for(city: City, part: Referral) -> None:
    before = part.answer_step.due_at
    with pretend(MORNING):
        ask(city, part, days=5)
        form = GrantExtensionForm(fresh(part), city.wang)
        assert form.initial["days"] == 5
        GrantExtensionForm(part, city.wang, {"days": 2}).run()
    assert part.extensions.get().days == 2
    assert fresh(part.answer_step).due_at == before + 2 * DAY


@pytest.mark.parametrize("days", [0, -1, 6, 1000])
def test_days_are_bounded_by_the_limit_for_whoever_asks_and_whoever_grants(
    city: City, part: Referral, days: int
) -> None:
    with pretend(MORNING):
        with pytest.raises(Invalid):
            ask(city, part, days)
        form = RequestExtensionForm(part, city.zhao, {"days": days, "reason": "需开挖路面"})
        assert form.run() is None and "days" in form.errors
        ask(city, part)
        with pytest.raises(Invalid):
            referrals.grant_extension(part, by=city.wang, days=days)
    assert fresh(part.answer_step).due_at == part.answer_step.due_at and fresh(part).pending_extension() is not None


def test_it_is_asked_for_before_the_due_time_only(city: City, part: Referral) -> None:
    with pretend(part.answer_step.due_at), pytest.raises(NotAllowed, match="before the due time"):
        ask(city, part)
    with pretend(part.answer_step.due_at - timedelta(minutes=1)):
        assert ask(city, part).pk


def test_a_ruling_that_comes_late_still_counts_from_the_due_time_that_was(city: City, part: Referral) -> None:
    due_at = part.answer_step.due_at
    with pretend(due_at - timedelta(minutes=1)):
        ask(city, part, days=2)
    with pretend(due_at + DAY):
        part = referrals.grant_extension(part, by=city.wang)
    assert part.answer_step.due_at == due_at + 2 * DAY


def test_once_granted_there_is_no_second_one(city: City, part: Referral) -> None:
    with pretend(MORNING):
        ask(city, part)
        with pytest.raises(NotAllowed, match="awaits a ruling"):
            ask(city, part)
        part = referrals.grant_extension(part, by=city.wang)
        with pytest.raises(NotAllowed, match="has been used"):
            ask(city, part)


def test_refused_the_due_time_stands_and_it_may_be_asked_for_better(city: City, part: Referral) -> None:
    with pretend(MORNING):
        ask(city, part)
        part = referrals.refuse_extension(part, by=city.wang, ruling="理由不充分")
        assert fresh(part.answer_step).due_at == part.answer_step.first_due_at
        assert part.extensions.get().granted is False and part.extensions.get().due_after is None
        assert ask(city, part).pk
    assert Notice.objects.filter(rule="extension_refused", recipient=city.zhao).count() == 1


def test_where_a_life_is_in_danger_there_is_none(city: City) -> None:
    with pretend(MORNING), pytest.raises(NotAllowed, match="allows no extension"):
        ask(city, critical(city))


def test_what_the_limit_allowed_at_dispatch_is_what_counts(city: City, part: Referral) -> None:
    TimeLimit.objects.filter(step=StepKind.ANSWER).update(extensions=0, extension_days=0)
    with pretend(MORNING):
        assert ask(city, part).pk


def test_a_sub_unit_asks_its_own_bureau(city: City) -> None:
    part = reach(delegated, city)
    with pretend(MORNING):
        below = referrals.accept(part.delegations.get(), by=city.east)
        with pytest.raises(NotAllowed, match="its own bureau"):
            referrals.request_extension(below, by=city.east, days=1, reason="备料")


def test_the_bureaus_extension_is_its_sub_units_at_any_depth(city: City) -> None:
    team = Department.objects.create(code="east-team", name="东区抢修队", kind="utility", parent=city.water_east)
    with pretend(MORNING):
        part = fresh(accepted(city))
        below = referrals.accept(referrals.delegate(part, by=city.li, department=city.water_east), by=city.east)
        deepest = referrals.delegate(below, by=city.li, department=team)
        assert below.answer_step.due_at == deepest.answer_step.due_at == part.answer_step.due_at
        ask(city, part, days=4)
        part = referrals.grant_extension(part, by=city.wang)
    for one in (below, deepest):
        step = fresh(one.answer_step)
        assert step.due_at == part.answer_step.due_at and step.first_due_at == part.answer_step.first_due_at
        assert step.next_rung_at == part.answer_step.next_rung_at


def test_an_answer_overtakes_the_request(city: City) -> None:
    part = reach(extension_asked, city)
    with pretend(MORNING):
        referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修复")
    extension = part.extensions.get()
    assert extension.granted is False and extension.ruled_by is None and not extension.step.is_open
    assert not fresh(part.order).steps.open().filter(kind=StepKind.RULE_EXTENSION).exists()


def test_departments_do_not_grant_themselves_time(city: City) -> None:
    part = reach(extension_asked, city)
    with pretend(MORNING):
        for person in (city.zhao, city.li, city.lin, city.he, city.tang):
            with pytest.raises(NotAllowed):
                referrals.grant_extension(part, by=person)
    assert fresh(part).pending_extension() is not None
