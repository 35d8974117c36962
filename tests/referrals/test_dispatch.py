"""派单: to one lead and those who support it, back from them, and in the end to whom the hotline names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.models import Notice
from referrals import actions as referrals
from referrals.models import CatalogueRow, Referral, Role
from referrals.moves import ReferForm
from staff.models import Area, Department
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import dispatched, fresh
from workorders.errors import Invalid, NotAllowed
from workorders.models import Category, Status, WorkOrder
from workorders.models.choices import StepKind

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def told(city: City, rule: str) -> set[str]:
    return set(Notice.objects.filter(rule=rule).values_list("recipient__username", flat=True))


def test_wang_refers_a_leak_to_water_supported_by_traffic(city: City, order: WorkOrder) -> None:
    with pretend(MORNING + HOUR):
        lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic], instructions="先封路")
    order = fresh(order)
    assert order.status == Status.REFERRED and order.holder_department_id in (city.water.pk, city.traffic.pk)
    assert order.dispatches == 1 and order.lead_department == city.water
    parts = {part.department: part for part in order.referrals.all()}
    assert parts[city.water] == lead and lead.role == Role.LEAD and parts[city.traffic].role == Role.SUPPORTING
    assert {part.instructions for part in parts.values()} == {"先封路"}
    event = order.events.latest("seq")
    assert event.data == {"referral": lead.pk, "lead": "市水务集团", "supporting": ["市公安局交警支队"]}
    assert told(city, "referred") == {"zhao", "li", "qian"}


def test_each_part_has_clocks_of_its_own_from_the_moment_of_dispatch(city: City, order: WorkOrder) -> None:
    with pretend(MORNING + HOUR):
        lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
    support = order.referrals.get(role=Role.SUPPORTING)
    close = MORNING.replace(hour=17, minute=30)
    for part in (lead, support):
        assert part.sign_step.due_at == close + DAY and part.answer_step.due_at == close + 7 * DAY
        assert part.answer_step.started_at == part.sent_at == MORNING + HOUR
    assert lead.contact_step is not None and support.contact_step is None
    assert not order.steps.open().filter(kind=StepKind.REFER).exists()


def test_signing_late_moves_no_clock(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        part = referrals.refer(order, by=city.wang, lead=city.water)
    with pretend(MORNING + 3 * DAY):
        late = referrals.accept(part, by=city.zhao)
    assert late.answer_step.due_at == part.answer_step.due_at
    assert late.accepted_at == MORNING + 3 * DAY and late.accepted_by == city.zhao
    assert late.sign_step.is_overdue(MORNING + 3 * DAY) and late.sign_step.done


def test_an_urgent_matter_is_told_at_once(city: City) -> None:
    with pretend(MORNING):
        referrals.refer(city.register(urgency="critical"), by=city.wang, lead=city.water)
    assert told(city, "referred_at_once") == {"zhao", "li"} and told(city, "referred") == set()


def test_nobody_supports_itself_and_the_same_unit_supports_once(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        with pytest.raises(Invalid):
            referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic, city.water])
        assert fresh(order).status == Status.REGISTERED
        referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic, city.traffic])
    assert order.referrals.count() == 2


def test_a_department_switched_off_takes_no_work(city: City, order: WorkOrder) -> None:
    city.town.is_active = False
    city.town.save(update_fields=["is_active"])
    with pretend(MORNING):
        with pytest.raises(Invalid):
            referrals.refer(order, by=city.wang, lead=city.town)
        form = ReferForm(order, city.wang, {"lead": city.town.pk})
        assert form.run() is None and "lead" in form.errors
        referrals.refer(order, by=city.wang, lead=city.water)
        with pytest.raises(Invalid):
            referrals.add_supporting(order, by=city.wang, department=city.town)
    assert order.referrals.count() == 1


def test_the_form_begins_with_whom_the_catalogue_names_deepest(city: City, order: WorkOrder) -> None:
    everywhere = CatalogueRow.objects.create(category=city.leak, lead=city.town)
    everywhere.supporting.add(city.traffic)
    assert ReferForm(order, city.wang).initial == {"lead": city.town.pk, "supporting": [city.traffic.pk]}
    utilities = Category.objects.get(code="04")
    above = CatalogueRow.objects.create(category=utilities, area=city.area, lead=city.traffic)
    assert ReferForm(order, city.wang).initial["lead"] == city.town.pk, "a deeper category outweighs an area"
    CatalogueRow.objects.create(category=city.leak, area_id=city.area.parent_id, lead=city.water_east)
    assert ReferForm(order, city.wang).initial["lead"] == city.water_east.pk
    CatalogueRow.objects.create(category=city.leak, area=city.area, lead=city.water)
    assert ReferForm(order, city.wang).initial["lead"] == city.water.pk
    elsewhere = Area.objects.create(code="west", name="西城区", level="district")
    with pretend(MORNING):
        assert ReferForm(city.register(area=elsewhere), city.wang).initial["lead"] == city.town.pk
        assert ReferForm(city.register(area=None), city.wang).initial["lead"] == city.town.pk
        assert "lead" not in ReferForm(city.register(category=city.parking), city.wang).initial
    assert above.lead == city.traffic


def test_a_unit_is_added_later_with_its_own_clock_and_only_once(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        lead = referrals.refer(order, by=city.wang, lead=city.water)
    with pretend(MORNING + DAY):
        part = referrals.add_supporting(order, by=city.wang, department=city.traffic, instructions="疏导交通")
        for department in (city.traffic, city.water):
            with pytest.raises(Invalid):
                referrals.add_supporting(order, by=city.wang, department=department)
    assert part.role == Role.SUPPORTING and part.answer_step.due_at == lead.answer_step.due_at + DAY
    assert fresh(order).dispatches == 1


def test_recalled_an_order_is_back_at_dispatch_and_gone_from_the_departments(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        lead = referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
        referrals.recall(order, by=city.wang, reason="派错单位")
    order = fresh(order)
    assert order.status == Status.REGISTERED and order.lead_department is None and order.dispatches == 1
    assert set(order.referrals.values_list("status", flat=True)) == {"withdrawn"}
    assert order.steps.open().get().kind == StepKind.REFER
    assert not Referral.objects.visible_to(city.zhao).exists()
    assert order.events.latest("seq").data == {"departments": ["市水务集团", "市公安局交警支队"]}
    with pretend(MORNING), pytest.raises(NotAllowed):
        referrals.accept(lead, by=city.zhao)


def test_after_three_dispatches_without_an_owner_the_hotline_designates(city: City) -> None:
    with pretend(MORNING):
        for times, may_refer, may_designate in ((0, True, False), (1, True, False), (2, True, True), (3, False, True)):
            order = dispatched(times)(city)
            if not may_refer:
                with pytest.raises(NotAllowed, match="designate a department"):
                    referrals.refer(order, by=city.wang, lead=city.water)
            if not may_designate:
                with pytest.raises(NotAllowed, match="third dispatch"):
                    referrals.designate(order, by=city.wang, lead=city.water, instructions="由水务集团牵头")
                continue
            part = referrals.designate(order, by=city.wang, lead=city.water, instructions="由水务集团牵头")
            assert part.designated and fresh(order).dispatches == times + 1
            with pytest.raises(NotAllowed, match="cannot be returned"):
                referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="供水条例")


def test_where_ownership_is_in_dispute_the_hotline_names_a_lead_at_once(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        part = referrals.refer(order, by=city.wang, lead=city.traffic)
        referrals.request_return(part, by=city.qian, reason="unclear", basis="职责交叉")
        referrals.uphold_return(part, by=city.wang)
        named = referrals.designate(order, by=city.wang, lead=city.water, instructions="争议协调：由水务集团牵头")
    assert named.designated and fresh(order).lead_department == city.water


def test_other_departments_find_nothing(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        part = referrals.refer(order, by=city.wang, lead=city.water_east)
    seen = {
        name: Referral.objects.visible_to(getattr(city, name)).exists()
        for name in ("zhao", "li", "east", "qian", "sun", "lin", "admin")
    }
    assert seen == {
        "zhao": True,
        "li": True,
        "east": True,
        "qian": False,
        "sun": False,
        "lin": True,
        "admin": True,
    }
    assert part.department == city.water_east


def test_a_unit_whose_people_are_gone_tells_those_above(city: City, order: WorkOrder) -> None:
    empty = Department.objects.create(code="meter", name="水表所", kind="utility", parent=city.water)
    with pretend(MORNING):
        referrals.refer(order, by=city.wang, lead=empty)
    assert told(city, "referred") == {"zhao", "li"}
