"""Time passing for real: worker, beat and broker as processes, on a real database. Nobody calls the sweep here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from hotline.local.server import free_port
from hotline.local.valkey import Valkey
from notices.models import Delivery, Notice
from referrals import actions as referrals
from staff.models import Token
from staff.now import pretend
from staff.tokens import issue
from tests.cast import City
from tests.processes import (
    Process,
    SmsGateway,
    Visitor,
    beat,
    listening,
    on_this_database,
    running,
    wait_until,
    web,
    worker,
)
from workorders.models import Reminder, Rung, WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]

TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A broker of this test's own, which it may take away."""
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.release()


@pytest.fixture
def broker(valkey: Valkey) -> str:
    """The broker the environment names, or one of our own."""
    return settings.REDIS_URL or valkey.url()


@pytest.fixture
def sms() -> Iterator[SmsGateway]:
    with listening() as gateway:
        yield gateway


@pytest.fixture
def zhao(city: City) -> None:
    """Zhao of Water can be told by SMS."""
    city.zhao.phone = "13900000001"
    city.zhao.save(update_fields=["phone"])


def neglected(city: City) -> WorkOrder:
    """Referred to Water two weeks ago, critical, and nobody ever acted."""
    with pretend(timezone.now() - TWO_WEEKS):
        return referrals.refer(city.register(urgency="critical"), by=city.wang, lead=city.water).order


def is_escalated(order: WorkOrder) -> bool:
    return order.supervisions.filter(lifted_at=None, ground="overdue").exists()


def the_clock(broker: str, sms: SmsGateway, folder: Path) -> tuple[Process, Process]:
    env = on_this_database(broker, CLOCK_SECONDS="1", SMS_GATEWAY_URL=sms.url, OUTGOING_ALLOWED_HOSTS="127.0.0.1")
    return worker(env, folder), beat(env, folder)


def test_an_overdue_order_is_escalated_and_people_are_told_though_the_worker_is_killed(
    city: City, zhao: None, broker: str, sms: SmsGateway, tmp_path: Path
) -> None:
    first = neglected(city)
    works, beats = the_clock(broker, sms, tmp_path)
    with running(works, beats):
        wait_until(lambda: is_escalated(first), 60, "the first order is with a supervisor")
        handed_over = city.chen.notices.filter(case=first.number, rule="supervision")
        wait_until(handed_over.exists, 30, "the supervisor is told")
        wait_until(
            lambda: [body for body in sms.bodies if "红牌" in body["text"]], 30, "an SMS of the red card arrives"
        )
        assert {body["to"] for body in sms.bodies} == {"13900000001"}

        works.kill()
        # What the dead worker had in hand is not said a second time (notices/delivery.py), so it stays as it is.
        in_hand = set(Delivery.objects.filter(status="sending").values_list("pk", flat=True))
        second = neglected(city)
        assert not is_escalated(second)
        works.start()
        wait_until(lambda: is_escalated(second), 60, "the second order is with a supervisor")
        leaving = Delivery.objects.filter(status__in=["waiting", "sending"]).exclude(pk__in=in_hand)
        wait_until(lambda: not leaving.exists(), 60, "everything else has left")
    for order in (first, second):
        order = WorkOrder.objects.get(pk=order.pk)
        climbed = Reminder.objects.filter(step__order=order).values_list("step__kind", "rung")
        assert {kind for kind, rung in climbed if rung == Rung.RED} == {"sign", "contact", "answer"}
        assert max(Counter(climbed).values()) == 1
        seqs = list(order.events.values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
    assert max(Counter(Notice.objects.values_list("recipient", "key")).values()) == 1


def test_while_the_broker_is_away_people_go_on_registering_and_the_clock_catches_up_when_it_is_back(
    city: City, zhao: None, valkey: Valkey, sms: SmsGateway, tmp_path: Path
) -> None:
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    token = issue(Token(person=city.lin, name="tests"))
    works, beats = the_clock(valkey.url(), sms, tmp_path)
    pages = web(on_this_database(valkey.url()), tmp_path, port)
    appeal = {"title": "花园路水管漏水", "content": "花园路12号门口水管漏水两天。", "caller_phone": "13812340271"}
    with running(works, beats, pages):
        visitor = Visitor(site)
        wait_until(lambda: visitor.answers() == 200, 60, "everything is well")

        valkey.release()
        health = wait_until(lambda: noticed(visitor), 30, "it is noticed")
        assert health["database"]["ok"] and not health["broker"]["ok"]
        visitor.sign_in(city.lin)
        page = visitor.post("/register/abcd1234/", **appeal, **form(city))
        assert page.status == 200 and WorkOrder.objects.get().title in page.text
        program = Visitor(site, token)
        answer = program.post_json("/api/v1/work-orders/", **appeal, category=city.leak.code)
        assert answer.status == 201, answer.text
        assert WorkOrder.objects.count() == 2
        late = neglected(city)

        valkey.start()
        wait_until(lambda: is_escalated(late), 90, "worker and beat have found the broker again")
        wait_until(lambda: visitor.answers() == 200, 60, "everything is well again")


def test_a_broker_whose_disk_is_full_is_waited_for_as_one_that_is_away(
    city: City, valkey: Valkey, sms: SmsGateway, tmp_path: Path
) -> None:
    works, beats = the_clock(valkey.url(), sms, tmp_path)
    told = redis.Redis.from_url(valkey.url())
    with running(works, beats), told:
        first = neglected(city)
        wait_until(lambda: is_escalated(first), 60, "the first order is with a supervisor")

        (valkey.data / "appendonlydir" / "appendonly.aof.2.incr.aof").symlink_to("/dev/full")
        told.bgrewriteaof()  # goes on writing to a new journal, where there is no room
        wait_until(lambda: works.said().count("No space left on device") > 1, 60, "the worker has met it")
        second = neglected(city)

        told.config_set("appendonly", "no")
        wait_until(lambda: is_escalated(second), 90, "worker and beat have found room again")
        assert works.is_alive() and beats.is_alive()


def noticed(visitor: Visitor) -> dict[str, dict[str, object]]:
    """What /healthz says once something is wrong."""
    answer = visitor.get("/healthz")
    return dict(answer.json()) if answer.status == 503 else {}


def form(city: City) -> dict[str, str]:
    """The rest of what the intake page sends."""
    return {
        "channel": "P",
        "category": str(city.leak.pk),
        "kind": "help",
        "urgency": "normal",
        "outcome": "informed",
        "reply_wanted": "on",
        "end": "register",
    }
