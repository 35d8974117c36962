"""Moves in place: the form, the refusal, the older version, and nothing typed lost."""

from __future__ import annotations

import pytest

from desk import drafts
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders import actions
from workorders.models import Status, WorkOrder

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def order(city: City) -> WorkOrder:
    with pretend(MORNING):
        return city.register()


def test_wang_refers_by_a_plain_form_and_lands_on_the_order(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    answer = signed_in(city.wang).post(f"{order.get_absolute_url()}refer/", {"lead": city.water.pk, "version": 1})
    assert answer.status_code == 302 and answer["Location"] == order.get_absolute_url()
    order.refresh_from_db()
    assert order.status == Status.REFERRED


def test_wang_refers_in_place_and_gets_the_dossier_as_it_is_then(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    wang = signed_in(city.wang)
    form = wang.get(f"{order.get_absolute_url()}refer/", headers=HTMX).content.decode()
    assert "<html" not in form and 'name="lead"' in form and 'name="version" value="1"' in form
    answer = wang.post(f"{order.get_absolute_url()}refer/", {"lead": city.water.pk, "version": 1}, headers=HTMX)
    page = answer.content.decode()
    assert "Done: Refer." in page and 'id="dossier"' in page and "市水务集团" in page


def test_what_is_missing_is_said_beside_the_field_and_kept(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    wang = signed_in(city.wang)
    answer = wang.post(f"{order.get_absolute_url()}refer/", {"instructions": "请先联系市民"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422 and answer["HX-Retarget"] == "#move"
    assert 'aria-invalid="true"' in page and "请先联系市民" in page
    assert drafts.initial(drafts.find(city.wang, f"workorder:{order.pk}:refer"))["instructions"] == "请先联系市民"


def test_an_older_version_is_stopped_with_what_came_in_between(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    actions.amend(order, by=city.lin, title="花园路主水管漏水")
    path = f"{order.get_absolute_url()}refer/"
    wang = signed_in(city.wang)
    answer = wang.post(path, {"lead": city.water.pk, "version": 1, "instructions": "请先联系市民"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Stopped: 1 newer entry" in page
    assert "Amended: title" in page and "请先联系市民" in page and 'name="version" value="2"' in page
    again = wang.post(path, {"lead": city.water.pk, "version": 2}, headers=HTMX)
    assert again.status_code == 200


def test_a_note_of_a_colleague_stops_nobody(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    actions.note(order, by=city.lin, text="市民又来电")
    answer = signed_in(city.wang).post(f"{order.get_absolute_url()}refer/", {"lead": city.water.pk, "version": 1})
    assert answer.status_code == 302


def test_a_refused_move_says_why_where_it_was_tried(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    referrals.refer(order, by=city.wang, lead=city.water)
    path = f"{order.get_absolute_url()}refer/"
    wang = signed_in(city.wang)
    opened = wang.get(path, headers=HTMX)
    assert opened.status_code == 409 and "Not possible while “referred”." in opened.content.decode()
    assert "HX-Retarget" not in opened
    sent = wang.post(
        path, {"lead": city.traffic.pk, "draft": "workorder:1:refer", "instructions": "请办"}, headers=HTMX
    )
    assert sent.status_code == 409 and sent["HX-Retarget"] == "#move [data-refusal]"
    assert drafts.initial(drafts.find(city.wang, "workorder:1:refer"))["instructions"] == "请办"
    page = wang.get(path)
    assert page.status_code == 409 and "<html" in page.content.decode()


def test_a_move_that_does_not_exist_is_not_found(city: City, signed_in: SignedIn, order: WorkOrder) -> None:
    assert signed_in(city.wang).get(f"{order.get_absolute_url()}vanish/").status_code == 404


def test_a_department_lands_at_home_when_the_order_is_no_longer_its_to_read(
    city: City, signed_in: SignedIn, order: WorkOrder
) -> None:
    with pretend(MORNING):
        part = referrals.refer(order, by=city.wang, lead=city.water)
        referrals.accept(part, by=city.zhao)
        referrals.request_return(part, by=city.zhao, reason="not_our_duty", basis="条例")
        referrals.uphold_return(part, by=city.wang)
    zhao = signed_in(city.zhao)
    assert zhao.get(order.get_absolute_url()).status_code == 404
    assert zhao.get(f"/referrals/{part.pk}/answer/").status_code == 404
