"""在线会话: a person sees where he is signed in, and ends one of his sessions or all the others, by his password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staff import sessions
from staff.devices import device
from staff.models import LiveSession, SignInEntry
from staff.sessions import SIGNED_IN_AT, Live
from tests.cast import City
from tests.staff.phones import PASSWORD, Phone, gives, is_in, signed_in

pytestmark = pytest.mark.django_db

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit/537.36 Chrome/114.0 Mobile HuaweiBrowser/15.0"
MINE = "/sign-in-log/mine/"


def comes(name: str = "lin", agent: str = WINDOWS, address: str = "10.1.2.3") -> Client:
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    assert client.post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def shown(client: Client) -> list[Live]:
    answer = client.get(MINE)
    assert answer.status_code == 200
    found: list[Live] = answer.context["sessions"]
    return found


def other(client: Client) -> str:
    (one,) = (one for one in shown(client) if not one.is_this)
    return str(one.pk)


def ends(client: Client, which: str, password: str = PASSWORD) -> Any:
    return client.post("/sessions/end/", {"which": which, "password": password})


def test_it_says_with_what_from_where_and_since_when_and_which_is_this_one(city: City) -> None:
    comes(agent=PHONE, address="10.9.9.9")
    desk = comes()
    here, there = shown(desk)
    assert (here.device, here.address, here.is_this) == ("Chrome · Windows", "10.1.2.3", True)
    assert (there.device, there.address, there.is_this) == ("华为浏览器 · HarmonyOS", "10.9.9.9", False)
    assert all(abs(one.since - timezone.now()) < timedelta(minutes=1) for one in (here, there))
    assert all(abs(one.used - timezone.now()) < timedelta(minutes=1) for one in (here, there))
    page = desk.get(MINE).content.decode()
    assert "this one" in page and "10.9.9.9" in page and "华为浏览器" in page


def test_when_it_was_used_last_follows_the_session(city: City) -> None:
    idle, desk = comes(), comes()
    hour = timedelta(hours=1)
    Session.objects.filter(session_key=idle.session.session_key).update(expire_date=F("expire_date") - hour)
    there = shown(desk)[1]
    assert abs(timezone.now() - hour - there.used) < timedelta(minutes=1)


def test_one_is_ended_and_the_others_go_on(city: City) -> None:
    lost, kept = comes(), comes()
    desk = comes()
    which = next(one.pk for one in shown(desk) if one.pk == LiveSession.objects.earliest("pk").pk)
    assert ends(desk, str(which))["Location"] == MINE
    assert not is_in(lost) and is_in(kept) and is_in(desk) and len(shown(desk)) == 2
    assert SignInEntry.objects.filter(person=city.lin, what="ended", address="10.1.2.3").count() == 1


def test_all_others_are_ended_and_this_one_goes_on_and_is_still_known(city: City) -> None:
    lost, desk = [comes(), comes()], comes()
    wang = comes("wang")
    assert ends(desk, "others").status_code == 302
    assert not any(is_in(one) for one in lost) and is_in(desk) and is_in(wang)
    assert SignInEntry.objects.filter(person=city.lin, what="ended", address="10.1.2.3").count() == 1
    (here,) = shown(desk)
    assert here.is_this and here.device == "Chrome · Windows"


def test_without_the_password_nothing_ends_and_failures_count(city: City) -> None:
    kept, desk = comes(), comes()
    which = other(desk)
    for _time in range(4):
        answer = ends(desk, which, "wrong")
        assert answer.status_code == 200 and "The password is wrong." in answer.content.decode()
        assert f'value="{which}" checked' in answer.content.decode(), "what was chosen is chosen"
    for said in ("wrong", PASSWORD):
        assert "failed too often" in ends(desk, which, said).content.decode()
    assert is_in(kept)
    assert SignInEntry.objects.filter(person=city.lin, what="password").count() == 5


def test_nobody_ends_anothers_nor_this_one_nor_one_that_is_not_there(city: City) -> None:
    wang, desk = comes("wang"), comes()
    comes()
    for pk in (LiveSession.objects.get(person=city.wang).pk, shown(desk)[0].pk, 10**30, "", "x"):
        answer = ends(desk, str(pk))
        assert answer.status_code == 200 and answer.context["form"].errors["which"]
    assert is_in(wang) and is_in(desk) and len(shown(desk)) == 2


def test_what_is_sent_without_a_session_repeats_no_password(city: City) -> None:
    answer = ends(Client(), "others", "geheim-12345")
    assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
    assert "geheim" not in answer["Location"]


def test_what_has_ended_is_not_shown(city: City) -> None:
    out, old, over, stale = comes(), comes(), comes(), comes()
    out.post("/sign-out/")
    Session.objects.filter(session_key=old.session.session_key).update(expire_date=timezone.now())
    session = over.session
    session[SIGNED_IN_AT] -= 24 * 3600
    session.save()
    assert len(shown(stale)) == 1
    sessions.end_all(city.lin)
    assert len(shown(comes())) == 1
    assert not is_in(stale)


def test_a_changed_password_and_a_new_factor_leave_this_one_known(city: City) -> None:
    comes()
    desk = comes()
    new = {"old_password": PASSWORD, "new_password1": "pinwheel-90", "new_password2": "pinwheel-90"}
    assert desk.post("/password/", new).status_code == 302
    assert [one.is_this for one in shown(desk)] == [True]
    phone = Phone(city.wang, comes("wang"))
    gives(Client(), phone.code(60), 60, name="wang")
    assert [one.is_this for one in shown(phone.client)] == [True, False]


def test_lines_of_ended_sessions_go_when_the_person_signs_in_again(city: City) -> None:
    for _nth in range(5):
        comes().post("/sign-out/")
    comes()
    assert LiveSession.objects.count() == 1


def test_signing_in_once_more_in_the_same_session_is_one_line(city: City) -> None:
    desk = comes()
    desk.post("/sign-in/", {"username": "lin", "password": PASSWORD}, headers={"X-Desk-Script": "1"})
    assert [one.is_this for one in shown(desk)] == [True]
    desk.post("/sign-in/", {"username": "wang", "password": PASSWORD}, headers={"X-Desk-Script": "1"})
    assert list(LiveSession.objects.filter(person=city.wang).values_list("session_key", flat=True)) == [
        desk.session.session_key
    ]


def test_no_request_asks_more_for_it_and_the_page_asks_as_much_however_many_there_are(city: City) -> None:
    desk, costs = comes(), []
    for count in (0, 8):
        for _nth in range(count):
            comes()
        desk.get(MINE)
        with CaptureQueriesContext(connection) as asked:
            desk.get(MINE)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 6
    with CaptureQueriesContext(connection) as asked:
        desk.get("/orders/")
    assert not [query for query in asked if "staff_livesession" in query["sql"]]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WINDOWS, "Chrome · Windows"),
        (PHONE, "华为浏览器 · HarmonyOS"),
        (WINDOWS + " Edg/131.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile MicroMessenger/8.0", "微信 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) UOS Professional Chrome/108 Safari/537.36", "Chrome · UOS"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(agent: str, words: str) -> None:
    assert device(agent) == words


def test_in_chinese_it_speaks_as_the_hotline_does(city: City) -> None:
    comes()
    page = signed_in(city.lin).get(MINE, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert all(words in page for words in ("当前登录的设备", "本机", "结束所选登录", "未知设备"))
