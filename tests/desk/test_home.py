"""Each person's home and rail: his queues with their counts, and nothing he may not open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from desk import queues
from referrals import actions as referrals
from staff.now import pretend
from tests.cast import MORNING, City
from tests.desk.conftest import SignedIn

pytestmark = pytest.mark.django_db

RAIL_LINE = re.compile(r'<a class="(rail-item[^"]*)" href="/orders/\?queue=(\w+)"')


def test_somebody_without_a_session_is_asked_to_sign_in(client: object, city: City, signed_in: SignedIn) -> None:
    answer = client.get("/orders/?queue=refer")  # type: ignore[attr-defined]  # pytest-django's client
    assert answer.status_code == 302 and answer["Location"] == "/sign-in/?next=/orders/%3Fqueue%3Drefer"


def test_wang_sees_what_is_to_be_referred_and_the_queues_of_his_role(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        page = signed_in(city.wang).get("/").content.decode()
    assert order.number in page and "/orders/?queue=refer" in page
    assert "queue=callback" not in page and "/register/" not in page


def test_zhao_sees_his_departments_queues_only(city: City) -> None:
    assert [kind.key for kind in queues.queues_of(city.zhao)] == ["accept", "handling", "late", "answered"]


def test_what_water_owes_past_its_time_lies_in_its_overdue_queue_also_before_it_is_accepted(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    with pretend(MORNING.replace(day=25)):
        late = queues.rows(queues.BY_KEY["late"], city.zhao)
        assert [one.number for one in late] == [order.number]


def test_what_water_answered_lies_newest_first_at_home_and_in_its_queue_and_what_it_owes_does_not(
    city: City, signed_in: SignedIn
) -> None:
    answered: list[str] = []
    for later in range(3):
        with pretend(MORNING + timedelta(hours=later)):
            part = referrals.refer(city.register(), by=city.wang, lead=city.water)
            if later == 1:
                continue  # still owed
            part = referrals.accept(part, by=city.zhao)
            part = referrals.record_contact(part, by=city.zhao, note="已联系")
            referrals.answer(part, by=city.zhao, outcome="solved", public_reply="已修好")
            answered.insert(0, part.order.number)
    zhao = signed_in(city.zhao)
    page = zhao.get("/orders/?queue=answered")
    assert [row.order.number for row in page.context["rows"]] == answered
    tables = {queue.kind.key: rows for queue, rows in zhao.get("/").context["tables"]}
    assert [row.order.number for row in tables["answered"]] == answered
    assert [queue.count for queue in queues.counted(city.zhao) if queue.kind.key == "answered"] == [2]
    assert "answered" not in {queue.kind.key for queue in queues.counted(city.sun) if queue.count}


def test_the_rail_counts_and_marks_where_the_person_is(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        city.register()
        city.register()
    rail = signed_in(city.wang).get("/rail/?here=/orders/%3Fqueue%3Drefer").content.decode()
    line = rail[rail.index("queue=refer") :][:400]
    assert 'aria-current="page"' in line and ">2</b>" in line


def test_a_phones_bar_has_two_queues_or_one_beside_the_button_that_registers(city: City, signed_in: SignedIn) -> None:
    for who, first in ((city.wang, 2), (city.lin, 1)):
        for address in ("/drafts/", "/rail/?here=/"):  # before the counts are known, and with them
            lines = RAIL_LINE.findall(signed_in(who).get(address).content.decode())
            assert len(lines) == len(queues.queues_of(who)) >= first
            assert ["rail-first" in css for css, _queue in lines] == [nth < first for nth in range(len(lines))]


def test_a_queue_of_what_is_late_says_so_once_it_has_any(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        city.register()
        before = signed_in(city.chen).get("/rail/?here=/").content.decode()
    with pretend(MORNING.replace(day=25)):
        after = signed_in(city.chen).get("/rail/?here=/").content.decode()
    assert ("rail-late" in before, "■" in before) == (False, False)
    assert ("rail-item rail-late", "overdue") in RAIL_LINE.findall(after)
    assert '<b class="rail-count"><span aria-hidden="true">■</span> 1</b>' in after


def test_sun_sees_nothing(city: City, signed_in: SignedIn) -> None:
    with pretend(MORNING):
        order = city.register()
        referrals.refer(order, by=city.wang, lead=city.water)
    sun = signed_in(city.sun)
    for path in ("/", "/orders/", "/orders/?queue=accept", f"/orders/?q={order.number}"):
        answer = sun.get(path)
        assert answer.status_code == 200
        assert order.get_absolute_url() not in answer.content.decode()
    for path in ("", "peek/", "registered/", "note/", "refer/"):
        assert sun.get(order.get_absolute_url() + path).status_code == 404
    part = order.referrals.get()
    assert sun.get(f"/referrals/{part.pk}/accept/").status_code == 404
    assert sun.post(f"/referrals/{part.pk}/accept/").status_code == 404


def test_a_year_without_a_notice_is_said_to_chen_and_to_the_administrator_who_can_mend_it(
    city: City, signed_in: SignedIn
) -> None:
    with pretend(MORNING):  # November 2026: no notice of 2027 yet
        for person, can_mend in ((city.chen, False), (city.admin, True)):
            page = signed_in(person).get("/").content.decode()
            assert "The holidays of 2027 are not official yet" in page
            assert ("/admin/staff/calendaryear/" in page) == can_mend
        assert "2027" not in signed_in(city.lin).get("/").content.decode()
