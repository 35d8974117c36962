"""Two people on one order: what came in while a form was filled in stops it and is shown; news alone does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals import actions as referrals
from referrals.moves import AnswerForm, ReferForm
from staff.now import pretend
from tests.cast import MORNING, City
from tests.workorders.scenes import contacted, fresh
from workorders import actions, clock
from workorders.errors import Stale
from workorders.models import Status, WorkOrder
from workorders.moves import AmendForm, NoteForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def test_wang_refers_what_lin_has_not_touched(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        assert ReferForm(order, city.wang, {"version": order.version, "lead": city.water.pk}).run() is not None


def test_wang_is_stopped_when_lin_amended_meanwhile_and_sees_what_she_wrote(city: City, order: WorkOrder) -> None:
    seen = order.version
    with pretend(MORNING):
        actions.amend(order, by=city.lin, title="主管道爆裂")
        actions.note(order, by=city.lin, text="市民又来电")
        actions.amend(order, by=city.lin, urgency="urgent")
        with pytest.raises(Stale) as stopped:
            ReferForm(order, city.wang, {"version": seen, "lead": city.water.pk}).run()
    assert [(event.verb, event.by) for event in stopped.value.newer] == [
        ("workorder.amended", city.lin),
        ("workorder.amended", city.lin),
    ]
    order = fresh(order)
    assert order.status == Status.REGISTERED and not order.referrals.exists()


def test_having_seen_it_wang_goes_on(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.amend(order, by=city.lin, title="主管道爆裂")
        now_seen = fresh(order).version
        assert ReferForm(order, city.wang, {"version": now_seen, "lead": city.water.pk}).run() is not None


def test_notes_chases_looks_and_cards_stop_nobody(city: City, order: WorkOrder) -> None:
    seen = order.version
    with pretend(MORNING + timedelta(hours=1, minutes=55)):
        actions.note(order, by=city.lin, text="市民又来电")
        actions.chase(order, by=city.lin, words="怎么还没人来")
        actions.reveal(order, by=city.lin, reason="核实地址")
        actions.supervise(order, by=city.chen, reason="媒体关注")
        clock.sweep(MORNING + timedelta(hours=1, minutes=55))
        assert order.events.latest("seq").seq >= seen + 5
        assert ReferForm(order, city.wang, {"version": seen, "lead": city.water.pk}).run() is not None


def test_an_officer_is_stopped_by_what_happened_to_the_order_around_his_part(city: City) -> None:
    with pretend(MORNING):
        part = contacted(city)
        seen = part.order.version
        referrals.add_supporting(part.order, by=city.wang, department=city.traffic)
        answer = {"version": seen, "outcome": "solved", "public_reply": "已修复"}
        with pytest.raises(Stale) as stopped:
            AnswerForm(part, city.zhao, answer).run()
        assert [event.verb for event in stopped.value.newer] == ["workorder.supporting_added"]
        assert fresh(part).status == "accepted" and not part.answers.exists()


def test_without_a_version_nothing_is_stale(city: City, order: WorkOrder) -> None:
    with pretend(MORNING):
        actions.amend(order, by=city.lin, title="主管道爆裂")
        assert NoteForm(order, city.wang, {"text": "已知悉"}).run() is not None


def test_of_two_who_amend_on_the_same_version_the_second_is_stopped(city: City, order: WorkOrder) -> None:
    values = {
        "version": order.version,
        "content": order.content,
        "kind": "help",
        "urgency": "normal",
        "category": city.leak.pk,
    }
    with pretend(MORNING):
        assert AmendForm(order, city.lin, {**values, "title": "林月改的"}).run() is not None
        with pytest.raises(Stale):
            AmendForm(order, city.wang, {**values, "title": "王磊改的"}).run()
    assert fresh(order).title == "林月改的"
