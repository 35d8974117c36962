"""登录日志: who signed in, from where, by what, and what failed, is on record and stays so; a person reads his own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staff import roles, sign_in_log
from staff.models import SignInEntry, User
from staff.now import pretend
from staff.retention import retain
from tests.cast import MORNING, City
from tests.staff.phones import PASSWORD, Phone, at, gives, password, sends, signed_in

pytestmark = pytest.mark.django_db

THERE = "10.1.2.3"


def door(address: str = THERE) -> Client:
    return Client(REMOTE_ADDR=address)


def log(**which: Any) -> list[tuple[str, str, str, str]]:
    """Who, what, by what and from where, from the first on."""
    entries = SignInEntry.objects.filter(**which).select_related("person").order_by("pk")
    return [
        (entry.person.username if entry.person else "", entry.what, entry.factor, entry.address) for entry in entries
    ]


def shown(client: Client, address: str) -> list[tuple[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [(str(entry.person or ""), entry.what) for entry in answer.context["page"].rows]


def test_signing_in_and_out_is_entered_with_where_and_by_what(city: City) -> None:
    client = door()
    password(client)
    client.post("/sign-out/")
    assert log() == [("lin", "in", "password", THERE), ("lin", "out", "", THERE)]
    assert SignInEntry.objects.earliest("pk").at == MORNING


def test_in_place_and_from_the_administration_it_is_the_same(city: City) -> None:
    roles.admit(city.admin)
    client = door()
    password(client, "admin", script="yes")
    client.post("/admin/logout/")
    assert log() == [("admin", "in", "password", THERE), ("admin", "out", "", THERE)]


def test_the_password_alone_is_no_sign_in_and_the_code_says_which_it_was(city: City) -> None:
    phone = Phone(city.lin)
    password(door(), seconds=60)
    assert log(person=city.lin) == [("lin", "ended", "", "")], "turning it on ended what was open"
    gives(door(), phone.code(60), 60)
    gives(door(), phone.recovery_codes[0], 90)
    assert log(what="in") == [("lin", "in", "app", THERE), ("lin", "in", "recovery", THERE)]


def test_what_fails_is_entered_and_so_is_being_held_back(city: City) -> None:
    for _time in range(6):
        password(door(), said="wrong")
    assert log() == [("lin", "password", "", THERE)] * 5 + [("lin", "held", "", THERE)]
    phone = Phone(city.wang)
    gives(door(), "000000", 60, name="wang")
    sends(phone.client, "/second-factor/", 60, password=PASSWORD, code="000000")
    assert [what for _who, what, *_rest in log(person=city.wang)] == ["ended", "code", "proof"]


def test_a_name_that_is_nobodys_is_not_kept(city: City) -> None:
    password(door(), name="hotline-12345", said="lin")
    assert log() == [("", "password", "", THERE)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM staff_signinentry AS e")
        assert "hotline" not in str(cursor.fetchall())


def test_an_address_that_is_held_back_is_entered_once_and_nobodys(city: City) -> None:
    for nth in range(52):
        password(door(), name=f"nobody{nth}", said="wrong")
    assert log(what="held") == [("", "held", "", THERE)]


def test_an_administrator_who_signs_somebody_out_leaves_an_entry(city: City) -> None:
    roles.admit(city.admin)
    chosen = {"action": "sign_out", "_selected_action": [city.lin.pk]}
    signed_in(city.admin).post("/admin/staff/user/", chosen)
    assert log() == [("lin", "ended", "", "")]


def test_where_it_cannot_be_entered_nobody_is_let_in(city: City) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_signinentry RENAME TO staff_elsewhere")
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        assert client.post("/sign-in/", {"username": "lin", "password": PASSWORD}).status_code == 500
        transaction.set_rollback(True)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("deed", ["UPDATE staff_signinentry SET address = ''", "DELETE FROM staff_signinentry"])
def test_the_log_is_neither_changed_nor_rubbed_out(deed: str, city: City) -> None:
    sign_in_log.enter(sign_in_log.What.IN, "lin", None)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        cursor.execute(deed)
    assert SignInEntry.objects.count() == 1


def test_it_is_not_emptied_at_once_either(db: None) -> None:
    with connection.cursor() as cursor:  # off in tests alone
        cursor.execute("ALTER TABLE staff_signinentry ENABLE TRIGGER sign_in_log_is_never_emptied")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute("TRUNCATE staff_signinentry")


def test_after_half_a_year_what_is_kept_no_longer_goes(city: City, settings: Any) -> None:
    settings.KEEP = {**settings.KEEP, "sign_in_log": 200}
    for days in (250, 100):
        with pretend(timezone.now() - timedelta(days=days)):
            sign_in_log.enter(sign_in_log.What.IN, "lin", None)
    gone = {batch.rule.name: batch.count for batch in retain(timezone.now()) if batch.count}
    assert gone["sign_in_log"] == 1 and SignInEntry.objects.count() == 1


def test_supervisors_read_it_by_person_and_what_failed(city: City) -> None:
    password(door())
    password(door(), name="wang", said="wrong")
    password(door(), name="nobody", said="wrong")
    for reader in (city.chen, city.admin):
        client = signed_in(reader)
        assert shown(client, "/sign-in-log/") == [("", "password"), ("王磊", "password"), ("林月", "in")]
        assert shown(client, "/sign-in-log/?who=lin") == [("林月", "in")]
        assert shown(client, "/sign-in-log/?failed=1") == [("", "password"), ("王磊", "password")]
    page = client.get("/sign-in-log/?name=林").content.decode()
    assert 'href="?who=lin"' in page and "10.1.2.3" not in page
    page = client.get("/sign-in-log/").content.decode()
    assert all(words in page for words in (THERE, "wrong password", "a name that is nobody's", "signed in"))
    assert client.get("/sign-in-log/?who=nobody").status_code == 404


def test_it_is_read_page_by_page_in_as_few_statements_however_much_there_is(city: City) -> None:
    chen, costs = signed_in(city.chen), []
    for count in (1, 119):
        for nth in range(count):
            with pretend(at(nth // 3)):  # several at one moment
                sign_in_log.enter(sign_in_log.What.IN, "lin", None)
        chen.get("/sign-in-log/")
        with CaptureQueriesContext(connection) as asked:
            chen.get("/sign-in-log/?who=lin")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 5
    found, address = [], "/sign-in-log/"
    while address:
        page = chen.get(address).context["page"]
        found += [entry.pk for entry in page.rows]
        address = f"/sign-in-log/?at={page.following}" if page.following else ""
    assert len(found) == len(set(found)) == 120


def test_a_person_reads_his_own_and_nobody_elses(city: City) -> None:
    password(door())
    password(door("10.9.9.9"), said="wrong")
    password(door(), name="wang")
    lin = signed_in(city.lin)
    assert shown(lin, "/sign-in-log/mine/") == [("林月", "password"), ("林月", "in")]
    assert shown(lin, "/sign-in-log/mine/?who=wang") == [("林月", "password"), ("林月", "in")]
    assert "10.9.9.9" in lin.get("/sign-in-log/mine/").content.decode()
    assert lin.get("/sign-in-log/").status_code == 403


def test_in_chinese_it_speaks_as_the_hotline_does(city: City) -> None:
    User.objects.filter(pk=city.chen.pk).update(language="zh-hans")
    password(door())
    page = signed_in(city.chen).get("/sign-in-log/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert all(words in page for words in ("登录日志", "登录方式", "密码", "林月"))
