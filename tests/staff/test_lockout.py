"""Who fails to sign in too often waits and is told until when; nobody is kept from work for long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from staff import lockout
from staff.models import FailedSignIns
from staff.now import pretend
from tests.api.test_throttling import AWAY
from tests.cast import MORNING, City

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "hotline-12345", "wrong"
HELD = "Signing in failed too often. Try again at"


def asks(name: str, password: str = WRONG, *, after: float = 0, address: str = "10.0.0.1", **more: Any) -> Any:
    """Somebody at the sign-in page, minutes after ten o'clock."""
    with pretend(MORNING + timedelta(minutes=after)):
        return Client(REMOTE_ADDR=address).post("/sign-in/", {"username": name, "password": password}, **more)


def words(answer: Any) -> str:
    return " ".join(map(str, answer.context["form"].non_field_errors()))


def fails(name: str, times: int, *, after: float = 0, address: str = "10.0.0.1") -> str:
    """So often, from so many minutes after ten; the last answer."""
    for _time in range(times):
        said = words(asks(name, after=after, address=address))
    return said


def test_the_fifth_failure_holds_the_name_back_and_says_until_when(city: City) -> None:
    assert HELD not in fails("lin", 4)
    assert fails("lin", 1) == f"{HELD} 10:01, or ask an administrator."
    chinese = asks("lin", headers={"Accept-Language": "zh-hans"})
    assert words(chinese) == "登录失败次数过多。请于 10:01 后重试，或联系管理员。"
    assert HELD in words(asks("lin", RIGHT, after=0.9, address="10.0.0.2")), "the right password is not tried either"
    assert asks("wang", RIGHT).status_code == 302, "nobody else is held back"
    assert asks("lin", RIGHT, after=1).status_code == 302


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(city: City) -> None:
    fails("lin", 4)
    at, waits = 0.0, []
    for _time in range(6):
        fails("lin", 1, after=at)
        held = FailedSignIns.objects.get(person=city.lin).held_until
        assert held is not None
        waits.append((held - MORNING - timedelta(minutes=at)).total_seconds() / 60)
        at += waits[-1]
    assert waits == [1, 2, 4, 8, 15, 15]


def test_what_is_tried_while_held_back_makes_it_no_longer(city: City) -> None:
    fails("lin", 5)
    before = FailedSignIns.objects.get(person=city.lin).level
    fails("lin", 20, after=0.5)
    assert FailedSignIns.objects.get(person=city.lin).level == before


def test_a_name_that_is_nobodys_gets_the_same_answers(city: City) -> None:
    for _time in range(6):
        assert words(asks("nobody-here")) == words(asks("lin"))


def test_who_succeeds_starts_anew_and_time_forgets(city: City) -> None:
    fails("lin", 4)
    assert asks("lin", RIGHT).status_code == 302 and not FailedSignIns.objects.filter(person=city.lin).exists()
    fails("lin", 4)
    assert HELD not in fails("lin", 1, after=60), "an hour forgets one"
    assert HELD in fails("lin", 1, after=61)
    fails("wang", 1, after=26 * 60)
    assert not FailedSignIns.objects.filter(person=city.lin).exists(), "a day forgets all"


def test_an_address_that_tries_many_names_is_held_back_and_others_are_not(city: City) -> None:
    for number in range(49):
        fails(f"name{number}", 1)
    assert asks("lin", RIGHT).status_code == 302
    assert HELD in fails("name49", 1)
    assert HELD in words(asks("lin", RIGHT)) and asks("lin", RIGHT, address="10.0.0.2").status_code == 302
    assert asks("lin", RIGHT, after=1).status_code == 302


def test_a_hall_that_signs_in_from_one_address_counts_nothing(city: City) -> None:
    for _time in range(60):
        assert asks("lin", RIGHT).status_code == 302
    assert not FailedSignIns.objects.exists()
    with CaptureQueriesContext(connection) as asked:
        asks("lin", RIGHT)
    assert len([query for query in asked if "staff_failedsignins" in query["sql"]]) == 2


def test_a_household_of_ipv6_addresses_is_one(city: City) -> None:
    fails("lin", 1, address="2001:db8:1:2::1")
    fails("wang", 1, address="2001:db8:1:2:ffff::9")
    fails("wang", 1, address="::ffff:10.0.0.9")
    counted = dict(FailedSignIns.objects.exclude(address="").values_list("address", "level"))
    assert counted.keys() == {"2001:db8:1:2::/64", "10.0.0.9"} and round(counted["2001:db8:1:2::/64"]) == 2


def test_behind_a_proxy_the_asker_counts_and_the_proxy_never(city: City) -> None:
    rest = {"REST_FRAMEWORK": {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}}
    proxied = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}
    with override_settings(**rest, **proxied):
        asks("lin", address="172.18.0.1", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.7"})
    with override_settings(**proxied):
        asks("lin", address="172.18.0.1")
    assert list(FailedSignIns.objects.exclude(address="").values_list("address", flat=True)) == ["10.0.0.7"]


def test_in_place_the_same_is_told(city: City) -> None:
    fails("lin", 5)
    answer = asks("lin", RIGHT, headers={"X-Desk-Script": "1"})
    assert answer.status_code == 422 and answer.json()["words"].startswith(HELD)


def test_without_the_broker_it_counts_all_the_same(city: City) -> None:
    with override_settings(CACHES=AWAY):
        assert HELD in fails("lin", 5) and asks("wang", RIGHT).status_code == 302


def test_a_password_typed_in_the_wrong_place_is_kept_nowhere(city: City) -> None:
    fails("my-secret-12345", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT counted::text FROM staff_failedsignins AS counted")
        assert "secret" not in str(cursor.fetchall())


def lifted(what: str) -> str:
    said = StringIO()
    call_command("lift_lockout", what, stdout=said)
    return said.getvalue().strip()


def test_it_is_lifted_at_the_command_line(city: City) -> None:
    fails("lin", 5)
    assert lifted("lin") == "lin may try again." and asks("lin", RIGHT).status_code == 302
    assert lifted("10.0.0.1") == "10.0.0.1 may try again." and not FailedSignIns.objects.exists()
    with pytest.raises(CommandError, match="No failed sign-ins are counted of 'lin'"):
        lifted("lin")


def test_it_is_lifted_by_an_administrator(city: City) -> None:
    fails("lin", 5)
    city.admin.is_staff = True
    city.admin.save(update_fields=["is_staff"])
    office = Client()
    office.force_login(city.admin)
    listed = office.get("/admin/staff/failedsignins/").content.decode()
    assert "林月" in listed and "10.0.0.1" in listed
    count = FailedSignIns.objects.get(person=city.lin)
    office.post(f"/admin/staff/failedsignins/{count.pk}/delete/", {"post": "yes"})
    assert asks("lin", RIGHT).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_several_web_servers_agree() -> None:
    def fail(_time: int) -> None:
        try:
            with pretend(MORNING):
                lockout.failed("nobody", None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as servers:
        list(servers.map(fail, range(8)))
    counted = FailedSignIns.objects.get()
    assert counted.level == 8 and counted.held_until == MORNING + timedelta(minutes=8)
