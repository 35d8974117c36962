"""受理登记: one screen, three ends, and no second order for a matter that is registered already."""

from __future__ import annotations

from typing import Any

import pytest

from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders import actions
from workorders.models import Caller, Chase, Status, WorkOrder

pytestmark = pytest.mark.django_db


def told(city: City, **changes: Any) -> dict[str, Any]:
    """What Lin has typed about the leak."""
    return {
        "caller_phone": "138 1234 0271",
        "caller_name": "王小明",
        "channel": "P",
        "content": "花园路12号门口水管漏水两天，路面积水。",
        "title": "花园路水管漏水",
        "area": city.area.pk,
        "address": "花园路12号",
        "category": city.leak.pk,
        "kind": "help",
        "urgency": "normal",
        "reply_wanted": "on",
        "end": "register",
        **changes,
    }


def test_lin_registers_and_reads_number_due_day_and_way_of_the_answer(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    with pretend(MORNING):
        answer = lin.post("/register/1a2b/", told(city))
        order = WorkOrder.objects.get()
        assert answer["Location"] == f"{order.get_absolute_url()}registered/"
        card = lin.get(answer["Location"]).content.decode()
    assert order.number in card and order.query_code in card and "Mon 30 Nov 2026 17:30" in card
    assert "we call back" in card and Caller.objects.get().phone == "138 1234 0271"


def test_lin_answers_on_the_spot(city: City, signed_in: SignedIn) -> None:
    signed_in(city.lin).post("/register/1a2b/", told(city, end="answer", reply="便民中心可以缴费", outcome="informed"))
    order = WorkOrder.objects.get()
    assert order.status == Status.CLOSED and order.reply == "便民中心可以缴费"


def test_declining_asks_for_its_ground_and_leaves_no_half_registered_order(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    answer = lin.post("/register/1a2b/", told(city, end="decline"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Name one of the nine grounds." in page
    assert "花园路水管漏水" in page and not WorkOrder.objects.exists()
    lin.post("/register/1a2b/", told(city, end="decline", reply="请依法申请再审", decline_reason="proceedings"))
    assert WorkOrder.objects.get().status == Status.DECLINED


def test_what_is_no_telephone_number_is_said(city: City, signed_in: SignedIn) -> None:
    answer = signed_in(city.lin).post("/register/1a2b/", told(city, caller_phone="12a"))
    assert answer.status_code == 422 and "This is no telephone number." in answer.content.decode()


def test_a_rejected_intake_is_kept_as_a_draft(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    lin.post("/register/1a2b/", told(city, title=""))
    assert "花园路12号门口" in lin.get("/register/1a2b/").content.decode()


def test_a_known_caller_is_met_with_his_live_orders_first(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        live = city.register(title="还在办")
        closed = city.register(title="已经办完")
        actions.answer_on_the_spot(closed, by=city.lin, reply="已答复")
    lin = signed_in(city.lin)
    lin.post("/drafts/intake:1a2b/", {"caller_phone": "13812340271"})
    page = lin.get("/register/1a2b/").content.decode()
    assert page.index("还在办") < page.index("已经办完")
    assert f'name="chase" value="{live.number}"' in page and f'name="chase" value="{closed.number}"' not in page
    assert "王小明" not in page and 'value="13812340271"' in page


def test_the_same_matter_appears_while_typing_and_can_be_joined(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    with pretend(MORNING):
        order = city.register()
        words = {"content": "花园路门口水管漏水，积水很深", "address": "花园路12号", "caller_phone": "13700001111"}
        page = lin.post("/register/help/", words).content.decode()
        assert f'name="join" value="{order.number}"' in page
        answer = lin.post("/register/1a2b/", {"caller_phone": "13700001111", "channel": "P", "join": order.number})
    joined = WorkOrder.objects.get(merged_into=order)
    assert answer["Location"] == f"{joined.get_absolute_url()}registered/"
    assert joined.status == Status.MERGED and joined.title == order.title and joined.category == order.category


def test_a_caller_who_asks_after_his_own_order_chases_it_and_makes_no_second(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
    lin = signed_in(city.lin)
    helped = lin.post("/register/help/", {"caller_phone": "13812340271", "content": order.content}).content.decode()
    assert f'name="join" value="{order.number}"' not in helped
    answer = lin.post("/register/1a2b/", {"content": "问什么时候修好", "chase": order.number})
    assert answer["Location"] == f"{order.get_absolute_url()}registered/"
    assert WorkOrder.objects.count() == 1 and Chase.objects.get().words == "问什么时候修好"


def test_an_order_closed_meanwhile_cannot_be_joined(city: City, signed_in: SignedIn) -> None:
    answer = signed_in(city.lin).post("/register/1a2b/", {**told(city), "join": "20261123P0000999"})
    assert answer.status_code == 422 and "That order is closed meanwhile" in answer.content.decode()


def test_a_categorys_extra_questions_are_asked_and_their_answers_kept(city: City, signed_in: SignedIn) -> None:
    city.leak.questions = [{"label": "水表号", "type": "text"}, {"label": "几点开始", "type": "time"}]
    city.leak.save()
    lin = signed_in(city.lin)
    asked = lin.get("/register/questions/", {"category": city.leak.pk}).content.decode()
    assert "水表号" in asked and 'type="time"' in asked
    lin.post("/register/1a2b/", told(city, extra_0="A-17"))
    assert WorkOrder.objects.get().extra == {"水表号": "A-17"}


def test_a_category_is_found_by_code_and_initials_and_brings_its_usual_kind(city: City, signed_in: SignedIn) -> None:
    city.leak.kind, city.leak.urgency = "complaint", "urgent"
    city.leak.save()
    page = signed_in(city.lin).get("/register/1a2b/").content.decode()
    option = page[page.index(f'<option value="{city.leak.pk}"') :][:300]
    assert "gysy gs gysygs 0401" in option
    assert 'data-kind="complaint"' in option and 'data-urgency="urgent"' in option


def test_a_form_sent_again_because_no_answer_came_registers_no_second_order(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    first = lin.post("/register/1a2b/", told(city))
    typed = told(city, csrfmiddlewaretoken="another")
    again = lin.post("/register/1a2b/", {name: typed[name] for name in sorted(typed)})
    assert again["Location"] == first["Location"] == f"{WorkOrder.objects.get().get_absolute_url()}registered/"


def test_the_callers_second_matter_on_the_same_form_is_another_order(city: City, signed_in: SignedIn) -> None:
    lin = signed_in(city.lin)
    lin.post("/register/1a2b/", told(city))
    lin.post("/register/1a2b/", told(city, content="另外，路灯也不亮了。"))
    lin.post("/register/3c4d/", told(city))
    assert WorkOrder.objects.count() == 3


def test_registering_is_not_for_everybody(city: City, signed_in: SignedIn) -> None:
    for path in ("/register/", "/register/1a2b/", "/register/help/", "/register/questions/"):
        assert signed_in(city.wang).get(path).status_code == 403
