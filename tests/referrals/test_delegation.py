"""下派: a bureau hands a matter to its sub-unit, which may hand it on; answers come back up the same way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from referrals import actions as referrals
from referrals.models import Referral, Role
from referrals.moves import DelegateForm
from staff.models import Department, User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import accepted, fresh
from workorders.errors import Invalid, NotAllowed
from workorders.models import Status

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def team(city: City) -> Department:
    """The repair team of Water's east branch, and Zhou, who leads the branch."""
    zhou = User.objects.create_user("zhou", name="周站长", department=city.water_east)
    zhou.groups.add(Group.objects.get(name="lead"))
    return Department.objects.create(code="east-team", name="东区抢修队", kind="utility", parent=city.water_east)


@pytest.fixture
def chain(city: City, team: Department) -> tuple[Referral, Referral, Referral]:
    """Water's part, its branch's and the branch's team's, each accepted."""
    gao = User.objects.create_user("gao", name="高师傅", department=team)
    gao.groups.add(Group.objects.get(name="officer"))
    zhou = User.objects.get(username="zhou")
    with pretend(MORNING):
        top = accepted(city)
    with pretend(MORNING + HOUR):
        middle = referrals.delegate(top, by=city.li, department=city.water_east, instructions="请东区处理")
        middle = referrals.accept(middle, by=city.east)
    with pretend(MORNING + 2 * HOUR):
        bottom = referrals.accept(referrals.delegate(middle, by=zhou, department=team), by=gao)
    return fresh(top), fresh(middle), bottom


def test_two_levels_down_each_part_hangs_below_the_other(chain: tuple[Referral, Referral, Referral]) -> None:
    top, middle, bottom = chain
    assert [part.status for part in chain] == ["delegated", "delegated", "accepted"]
    assert middle.parent == top and bottom.parent == middle and {middle.role, bottom.role} == {Role.SUBUNIT}
    assert middle.instructions == "请东区处理"


def test_all_of_them_have_what_is_left_of_the_bureaus_time(chain: tuple[Referral, Referral, Referral]) -> None:
    assert len({part.answer_step.due_at for part in chain}) == 1
    order = fresh(chain[0].order)
    assert order.next_due_at == min(step.due_at for step in order.steps.open())
    assert order.dispatches == 1 and order.lead_department == chain[0].department


def test_a_sub_unit_signs_no_later_than_the_answer_is_due(city: City) -> None:
    with pretend(MORNING):
        part = referrals.refer(city.register(urgency="critical"), by=city.wang, lead=city.water)
    with pretend(MORNING + 1.9 * HOUR):
        referrals.accept(part, by=city.zhao)
        below = referrals.delegate(part, by=city.li, department=city.water_east)
    assert below.sign_step.due_at == below.answer_step.due_at == MORNING + 2 * HOUR


def test_the_teams_contact_with_the_citizen_counts_for_all_above(
    city: City, chain: tuple[Referral, Referral, Referral]
) -> None:
    top, _middle, bottom = chain
    assert top.contact_step is not None and top.contact_step.is_open and bottom.contact_step is None
    gao = User.objects.get(username="gao")
    with pretend(MORNING + 3 * HOUR):
        referrals.record_contact(bottom, by=gao, note="已到现场并联系")
    assert {fresh(part).contacted_at for part in chain} == {MORNING + 3 * HOUR}
    assert not fresh(top.contact_step).is_open and fresh(top.contact_step).done


def test_answers_come_back_up_one_level_at_a_time(city: City, chain: tuple[Referral, Referral, Referral]) -> None:
    top, middle, bottom = chain
    gao, zhou = User.objects.get(username="gao"), User.objects.get(username="zhou")
    with pretend(MORNING + 3 * HOUR):
        referrals.record_contact(bottom, by=gao, note="已联系")
        with pytest.raises(NotAllowed):
            referrals.answer(middle, by=zhou, outcome="solved", public_reply="已修复")
        referrals.answer(bottom, by=gao, outcome="solved", public_reply="已换管", internal_note="用料两米")
        assert [fresh(part).status for part in chain] == ["delegated", "accepted", "passed"]
        referrals.answer(middle, by=zhou, outcome="solved", public_reply="东区已换管")
        assert [fresh(part).status for part in chain] == ["accepted", "passed", "passed"]
        assert fresh(top.order).status == Status.REFERRED
        referrals.answer(top, by=city.zhao, outcome="solved", public_reply="水务集团已换管")
    order = fresh(top.order)
    assert order.status == Status.ANSWERED and order.holder_pool == "review"
    assert [part.answers.get().public_reply for part in chain] == ["水务集团已换管", "东区已换管", "已换管"]


def test_taken_back_nothing_is_left_below_at_any_depth(city: City, chain: tuple[Referral, Referral, Referral]) -> None:
    top, _middle, bottom = chain
    with pretend(MORNING + 3 * HOUR):
        referrals.take_back(top, by=city.li, reason="集团直接处理")
        assert [fresh(part).status for part in chain] == ["accepted", "withdrawn", "withdrawn"]
        assert not fresh(top.order).steps.open().exclude(department=city.water).exists()
        with pytest.raises(NotAllowed):
            referrals.answer(bottom, by=User.objects.get(username="gao"), outcome="solved", public_reply="已换管")
        again = referrals.delegate(top, by=city.li, department=city.water_east)
    assert again.status == "sent" and not Referral.objects.visible_to(User.objects.get(username="gao")).exists()


def test_an_upheld_return_of_the_bureau_ends_what_it_delegated(city: City) -> None:
    with pretend(MORNING):
        part = accepted(city)
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例")
        with pytest.raises(NotAllowed, match="awaits a ruling"):
            referrals.delegate(part, by=city.li, department=city.water_east)
        referrals.refuse_return(part, by=city.wang, ruling="首接负责")
        below = referrals.delegate(part, by=city.li, department=city.water_east)
        referrals.recall(part.order, by=city.wang, reason="派错单位")
    assert fresh(below).status == fresh(part).status == "withdrawn"


def test_only_a_units_lead_delegates_and_only_below_it(city: City, team: Department) -> None:
    with pretend(MORNING):
        part = accepted(city)
        with pytest.raises(NotAllowed):
            referrals.delegate(part, by=city.zhao, department=city.water_east)
        for department in (city.water, city.traffic, city.town):
            with pytest.raises(Invalid):
                referrals.delegate(part, by=city.li, department=department)
            form = DelegateForm(part, city.li, {"department": department.pk})
            assert form.run() is None and "department" in form.errors
        assert referrals.delegate(part, by=city.li, department=team).department == team, "two levels at once"


def test_a_unit_without_sub_units_does_not_delegate(city: City) -> None:
    with pretend(MORNING):
        part = referrals.refer(city.register(), by=city.wang, lead=city.water_east)
        referrals.accept(part, by=city.east)
        with pytest.raises(NotAllowed, match="no sub-units"):
            referrals.delegate(part, by=city.li, department=city.traffic)


def test_who_has_the_order_already_is_not_handed_it_twice(city: City) -> None:
    with pretend(MORNING):
        lead = referrals.refer(city.register(), by=city.wang, lead=city.water, supporting=[city.water_east])
        lead = referrals.accept(lead, by=city.zhao)
        with pytest.raises(Invalid):
            referrals.delegate(lead, by=city.li, department=city.water_east)
    assert fresh(lead).status == "accepted"


def test_a_supporting_units_sub_unit_answers_to_it(city: City) -> None:
    with pretend(MORNING):
        lead = referrals.refer(city.register(), by=city.wang, lead=city.traffic, supporting=[city.water])
        support = referrals.accept(lead.order.referrals.get(department=city.water), by=city.zhao)
        below = referrals.accept(referrals.delegate(support, by=city.li, department=city.water_east), by=city.east)
        referrals.answer(below, by=city.east, outcome="solved", public_reply="已关阀")
        assert fresh(support).status == "accepted"
        referrals.answer(support, by=city.zhao, outcome="solved", public_reply="已关阀")
    assert fresh(support).status == "answered" and fresh(lead.order).status == Status.REFERRED
