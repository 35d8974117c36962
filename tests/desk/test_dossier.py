"""Everything about one order on one page, as each person may see it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn
from workorders import actions, workflow
from workorders.models import WorkOrder
from workorders.workflow import open_moves

pytestmark = pytest.mark.django_db

# Of a form: another with each answer.
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def test_the_page_and_its_piece_hold_the_same_dossier(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        wang = signed_in(city.wang)
        page = wang.get(order.get_absolute_url()).content.decode()
        piece = wang.get(order.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page and "<html" not in piece
    assert TOKEN.sub("", piece.strip()) in TOKEN.sub("", page)


def test_the_due_time_explains_itself_line_by_line(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        page = signed_in(city.wang).get(order.get_absolute_url()).content.decode()
    assert "Counted from Mon 23 Nov 2026 10:00." in page and "Due Mon 23 Nov 2026 12:00." in page


def test_the_caller_is_masked_for_everybody(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
    for who in (city.lin, city.wang, city.chen):
        page = signed_in(who).get(order.get_absolute_url()).content.decode()
        assert "13812340271" not in page and "王小明" not in page and "138****0271" in page


def test_revealing_asks_a_reason_shows_the_caller_once_and_is_on_record(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
    lin = signed_in(city.lin)
    path = order.get_absolute_url() + "reveal/"
    assert lin.post(path, {"reason": ""}).status_code == 422
    assert "13812340271" in lin.post(path, {"reason": "核对地址"}).content.decode()
    assert "13812340271" not in lin.get(order.get_absolute_url()).content.decode()
    assert order.reveals.get().reason == "核对地址"


def test_a_confidential_caller_is_kept_from_the_department(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register(confidential=True)
        referrals.refer(order, by=city.wang, lead=city.water)
    zhao = signed_in(city.zhao)
    page = zhao.get(order.get_absolute_url()).content.decode()
    assert "138****0271" not in page and "kept from handling units" in page
    assert zhao.get(order.get_absolute_url() + "reveal/").status_code == 409


def test_a_department_sees_its_own_part_and_what_it_owes_itself(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water, supporting=[city.traffic])
        dossier = signed_in(city.qian).get(order.get_absolute_url()).context["dossier"]
    assert [part.referral.department for part in dossier.parts] == [city.traffic]
    assert {step.department for step in dossier.steps} == {city.traffic}
    assert dossier.same_caller == dossier.same_place == []


def test_the_buttons_are_the_moves_open_to_the_person_the_first_one_primary(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
        dossier = signed_in(city.zhao).get(order.get_absolute_url()).context["dossier"]
    assert [offer.move.name for offer in dossier.offers] == ["accept", "request_return", "note"]
    assert dossier.can_reveal and all(offer.part == "" for offer in dossier.offers)


def test_where_several_departments_have_a_part_each_button_names_its_own(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        lead = referrals.refer(order, by=city.wang, lead=city.traffic, supporting=[city.water])
        referrals.request_return(lead, by=city.qian, reason="not_our_duty", basis="条例")
        dossier = signed_in(city.wang).get(order.get_absolute_url()).context["dossier"]
    uphold = next(offer for offer in dossier.offers if offer.move.name == "uphold_return")
    assert uphold.part == "市公安局交警支队"


def test_the_buttons_of_an_order_read_with_its_standing_are_those_of_the_law_asked_anew(
    city: City, signed_in: SignedIn
) -> None:
    with pretend(MORNING):
        plain, disputed, carrying, supervised = (city.register() for _number in range(4))
        part = referrals.refer(disputed, by=city.wang, lead=city.traffic)
        referrals.request_return(part, by=city.qian, reason="overlapping", basis="条例")
        referrals.uphold_return(part, by=city.wang, ruling="同意")
        actions.merge(city.register(), by=city.wang, into=carrying)
        actions.supervise(supervised, by=city.chen, reason="领导批示")
        chen = signed_in(city.chen)
        seen = {}
        for order in (plain, disputed, carrying, supervised):
            moves = chen.get(order.get_absolute_url()).context["dossier"].moves
            assert moves == open_moves(workflow.MOVES, WorkOrder.objects.get(pk=order.pk), city.chen)
            seen[order] = {move.name for move in moves}
    assert seen[disputed] - seen[plain] == {"designate"}
    assert seen[plain] - seen[carrying] == {"decline", "mark_invalid", "merge", "withdraw"}
    assert "lift" in seen[supervised] and "supervise" not in seen[supervised]


def test_the_peek_shows_the_order_without_the_shell(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        page = signed_in(city.wang).get(order.get_absolute_url() + "peek/").content.decode()
    assert order.title in page and "<html" not in page


def test_the_timeline_names_the_review_date_in_words(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.shelve(order, by=city.chen, reason="纳入明年计划", review_on=date(2026, 12, 1))
        page = signed_in(city.chen).get(order.get_absolute_url()).content.decode()
    assert "Shelved until Tue 1 Dec 2026" in page
