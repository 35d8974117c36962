"""Out of the house: one digest a person, in his language, outside the night, at most once, with a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from notices import sms
from notices.actions import Message, read, tell
from notices.delivery import IN_WORDS, TRIES, deliver
from notices.models import Delivery, Notice
from referrals import actions as referrals
from staff.models import User
from staff.now import pretend
from tests.cast import MORNING, City
from tests.processes import SmsGateway, listening

pytestmark = pytest.mark.django_db

TEN_MINUTES = timedelta(minutes=10)


def at(text: str) -> datetime:
    """A moment in the city's time."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


def reach(person: User, *, email: str = "", phone: str = "", language: str = "en") -> User:
    person.email, person.phone, person.language = email, phone, language
    person.save(update_fields=["email", "phone", "language"])
    return person


@pytest.fixture
def zhao(city: City) -> User:
    return reach(city.zhao, email="zhao@water.example", language="zh-hans")


def say(person: User, number: int = 1, *, rule: str = "yellow", moment: datetime = MORNING, **more: Any) -> int:
    with pretend(moment):
        return tell([Message(person, rule, f"{rule}:{number}", f"20261123P000{number:04}", {"step": "answer"}, **more)])


def test_what_comes_up_within_ten_minutes_leaves_as_one_letter_in_the_readers_language(zhao: User) -> None:
    for number in range(3):
        say(zhao, number, moment=MORNING + timedelta(minutes=1 + number))
    assert deliver(MORNING + timedelta(minutes=9)) == 0
    assert deliver(MORNING + TEN_MINUTES) == 3
    (letter,) = mail.outbox
    assert letter.to == ["zhao@water.example"]
    assert "工单" in letter.subject and "3" in letter.subject
    assert letter.body.count("黄牌") == 3 and letter.body.count("/orders/20261123P000") == 3
    assert "2026年11月23日(周一)10:01" in letter.body


def test_each_person_gets_his_own_letter_in_his_own_language(zhao: User, city: City) -> None:
    say(zhao)
    say(reach(city.li, email="li@water.example"))
    deliver(MORNING + TEN_MINUTES)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert letters["li@water.example"].subject == "Work order 20261123P0000001"
    assert "Yellow card" in letters["li@water.example"].body
    assert "黄牌" in letters["zhao@water.example"].body


def test_a_storm_is_one_letter_that_writes_the_latest_out_and_counts_the_rest(zhao: User) -> None:
    with pretend(MORNING):
        tell(Message(zhao, "red", f"red:{number}", f"2026{number:04}", {}) for number in range(300))
    assert deliver(MORNING) == 300
    (letter,) = mail.outbox
    assert letter.body.count("/orders/") == IN_WORDS
    assert str(300 - IN_WORDS) in letter.body and letter.body.rstrip().endswith("/notices/")
    assert deliver(MORNING + TEN_MINUTES) == 0


def test_the_same_occasion_is_told_once_however_often_it_is_said(zhao: User) -> None:
    assert say(zhao) == 1
    assert say(zhao, moment=MORNING + TEN_MINUTES) == 0
    assert deliver(MORNING + TEN_MINUTES) == 1
    assert deliver(MORNING + 2 * TEN_MINUTES) == 0
    assert len(mail.outbox) == Notice.objects.count() == Delivery.objects.count() == 1


def test_at_night_nothing_leaves_until_eight_but_what_cannot_wait(zhao: User) -> None:
    night = at("2026-11-23T23:15")
    say(zhao, 1, moment=night)
    say(zhao, 2, moment=night, at_once=True)
    say(zhao, 3, moment=night, rule="referred_at_once")
    assert deliver(night) == 2
    assert deliver(at("2026-11-24T07:59")) == 0
    assert deliver(at("2026-11-24T08:00")) == 1
    say(zhao, 4, moment=at("2026-11-24T20:55"))  # its ten minutes end in the quiet hours
    assert deliver(at("2026-11-24T21:00")) == 0
    assert deliver(at("2026-11-25T08:00")) == 1


def test_a_critical_referral_is_told_at_once_at_three_in_the_morning(zhao: User, city: City) -> None:
    with pretend(at("2026-11-29T03:00")):
        referrals.refer(city.register(urgency="critical"), by=city.wang, lead=city.water)
        assert deliver(at("2026-11-29T03:00")) == 1
    assert "紧急" in mail.outbox[0].body or "特急" in mail.outbox[0].body


def test_without_address_and_number_a_notice_stands_in_the_app_until_it_is_read(city: City) -> None:
    say(city.zhao)
    assert not Delivery.objects.exists()
    assert city.zhao.notices.filter(read_at=None).count() == 1
    assert read(city.zhao) == 1
    assert read(city.zhao) == 0


def test_a_mail_server_that_refuses_is_tried_again_later_and_later_and_then_given_up(zhao: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    say(zhao)
    moment, waits = MORNING, []
    for _try in range(TRIES):
        assert deliver(moment) == 0
        delivery = Delivery.objects.get()
        waits.append(delivery.not_before - moment)
        assert deliver(delivery.not_before - timedelta(seconds=1)) == 0
        moment = delivery.not_before
    assert waits == [timedelta(minutes=2**number) for number in range(1, TRIES + 1)]
    assert (delivery.status, delivery.tries) == (Delivery.Status.FAILED, TRIES)
    assert "ConnectionRefusedError" in delivery.error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver(moment + timedelta(days=1)) == 0 and not mail.outbox


def test_a_letter_interrupted_while_it_was_sent_is_in_the_log_and_never_sent_twice(zhao: User) -> None:
    say(zhao)
    Delivery.objects.update(status=Delivery.Status.SENDING, claimed_at=MORNING, tries=1)
    assert deliver(MORNING + TEN_MINUTES) == 0
    assert Delivery.objects.get().status == Delivery.Status.SENDING
    assert deliver(MORNING + TEN_MINUTES + timedelta(seconds=1)) == 0
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error) == (Delivery.Status.FAILED, "interrupted while being sent")
    assert not mail.outbox


def test_somebody_switched_off_meanwhile_gets_nothing(zhao: User) -> None:
    say(zhao)
    zhao.is_active = False
    zhao.save(update_fields=["is_active"])
    assert deliver(MORNING) == 0 and not mail.outbox
    assert Delivery.objects.get().error == "the recipient was switched off"


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_letter_once(city: City) -> None:
    people = [city.zhao, city.li, city.qian, city.chen, city.east]
    for person in people:
        reach(person, email=f"{person.username}@city.example")
        for number in range(20):
            say(person, number)
    together = Barrier(4)

    def work(_number: int) -> int:
        try:
            together.wait(timeout=20)
            return deliver(MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 100
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(person.email for person in people)
    assert all(letter.body.count("/orders/") == 20 for letter in mail.outbox)


# --- SMS


@pytest.fixture
def sms_gateway(settings: Any) -> Iterator[SmsGateway]:
    """A real HTTP server that the settings name."""
    with listening() as gateway:
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = gateway.url, "token-of-the-gateway"
        settings.OUTGOING_ALLOWED_HOSTS = ["127.0.0.1"]
        yield gateway


@pytest.fixture
def on_the_phone(city: City) -> User:
    return reach(city.zhao, phone="13900000001")


def test_a_red_card_goes_out_by_sms_a_yellow_one_does_not(on_the_phone: User, sms_gateway: SmsGateway) -> None:
    say(on_the_phone, 1, rule="yellow")
    say(on_the_phone, 2, rule="red")
    assert deliver(MORNING) == 1
    (body,) = sms_gateway.bodies
    assert body["to"] == "13900000001"
    assert "20261123P0000002" in body["text"] and "Red card" in body["text"]
    assert sms_gateway.headers[0]["Authorization"] == "Bearer token-of-the-gateway"
    assert Delivery.objects.get().status == Delivery.Status.SENT


def test_a_gateway_that_answers_500_is_tried_again_and_gets_it_once(
    on_the_phone: User, sms_gateway: SmsGateway
) -> None:
    sms_gateway.answers = [500, 429]
    say(on_the_phone, rule="red")
    moment = MORNING
    for _try in range(2):
        assert deliver(moment) == 0
        delivery = Delivery.objects.get()
        assert delivery.status == Delivery.Status.WAITING and "NotTaken" in delivery.error
        moment = delivery.not_before
    assert deliver(moment) == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.tries, delivery.error) == (Delivery.Status.SENT, 3, "")
    assert deliver(moment + timedelta(days=1)) == 0
    assert len(sms_gateway.bodies) == 3


def test_a_gateway_that_keeps_failing_is_given_up_and_the_log_says_so(
    on_the_phone: User, sms_gateway: SmsGateway
) -> None:
    sms_gateway.answers = [503] * 50
    say(on_the_phone, rule="red")
    for hours in range(TRIES + 3):
        deliver(MORNING + timedelta(hours=hours))
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.tries) == (Delivery.Status.FAILED, TRIES)
    assert len(sms_gateway.bodies) == TRIES


def test_a_gateway_that_does_not_answer_holds_the_worker_up_for_seconds_only(
    on_the_phone: User, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "TIMEOUT_SECONDS", 0.3)
    sms_gateway.silent = Event()
    say(on_the_phone, rule="red")
    assert deliver(MORNING) == 0
    assert "timed out" in Delivery.objects.get().error.lower()


def test_without_a_gateway_the_log_has_neither_number_nor_text(
    on_the_phone: User, caplog: pytest.LogCaptureFixture
) -> None:
    say(on_the_phone, rule="red")
    with caplog.at_level(logging.INFO):
        assert deliver(MORNING) == 1
    (line,) = (record for record in caplog.records if record.name == "notices.sms")
    assert "13900000001" not in str(line.__dict__) and "20261123P" not in str(line.__dict__)


def test_a_gateway_inside_the_network_that_nobody_named_gets_nothing_and_the_log_says_why(
    on_the_phone: User, sms_gateway: SmsGateway, settings: Any
) -> None:
    settings.OUTGOING_ALLOWED_HOSTS = []
    say(on_the_phone, rule="red")
    assert deliver(MORNING) == 0
    assert "OUTGOING_ALLOWED_HOSTS" in Delivery.objects.get().error
    assert sms_gateway.bodies == []
