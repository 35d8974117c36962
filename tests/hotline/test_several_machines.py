"""Two web servers, two workers, two clocks on one database, directly and by way of PgBouncer: all exactly once."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import psycopg2
import pytest
from django.db import connection

from hotline.local.server import free_port
from hotline.local.valkey import Valkey
from staff.models import Token, User
from staff.tokens import issue
from tests.cast import City
from tests.hotline.test_two_clocks import acts
from tests.processes import Answer, Visitor, beat, on_this_database, running, wait_until, web, worker
from tests.stories.test_clock_for_real import is_escalated, neglected
from workorders.models import Reminder, Supervision, WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("servers")]

PGBOUNCER = shutil.which("pgbouncer")
ORDERS = 4
SERVER_CONNECTIONS = 6
"""All that the pooler has for both web servers, both workers and both clocks."""


@dataclass
class Pooler:
    """PgBouncer on loopback, before the test's database."""

    port: int

    @property
    def url(self) -> str:
        known = connection.settings_dict
        return f"postgres://{known['USER']}:any@127.0.0.1:{self.port}/{known['NAME']}"


@pytest.fixture
def pooler(db: None) -> Iterator[Pooler]:
    """It lends connections by transaction, as it is used to spare them."""
    assert PGBOUNCER
    known, port = connection.settings_dict, free_port()
    place = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    server = " ".join(
        f"{key}={known[name]}"
        for key, name in {
            "host": "HOST",
            "port": "PORT",
            "dbname": "NAME",
            "user": "USER",
            "password": "PASSWORD",
        }.items()
    )
    config = place / "pgbouncer.ini"
    config.touch(mode=0o600)
    config.write_text(
        f"[databases]\n{known['NAME']} = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\n"
    )
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
    if nobody is not None:
        place.chmod(0o711)
        os.chown(config, nobody.pw_uid, nobody.pw_gid)
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [PGBOUNCER, str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            user=nobody.pw_uid if nobody else None, extra_groups=[] if nobody else None,
        )  # fmt: skip
    try:
        wait_until(lambda: listens(port), 20, "the pooler listens")
        yield Pooler(port)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(place, ignore_errors=True)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.release()


@pytest.fixture(
    params=["directly", pytest.param("pooled", marks=pytest.mark.skipif(not PGBOUNCER, reason="no pgbouncer here"))]
)
def env(request: pytest.FixtureRequest, valkey: Valkey) -> dict[str, str]:
    """The environment of every process, whichever way it reaches the database."""
    if request.param == "directly":
        return on_this_database(valkey.url(), CLOCK_SECONDS="1")
    pooler = request.getfixturevalue("pooler")
    return on_this_database(valkey.url(), CLOCK_SECONDS="1", DATABASE_URL=pooler.url, DATABASE_POOLED="1")


def at_once(visitors: list[Visitor], path: str, *, key: str = "", **values: object) -> list[Answer]:
    """All of them send the same at the same moment."""
    together = Barrier(len(visitors))

    def send(visitor: Visitor) -> Answer:
        together.wait(30)
        return visitor.post_json(path, key=key, **values)

    with ThreadPoolExecutor(len(visitors)) as threads:
        return list(threads.map(send, visitors))


def test_what_is_acknowledged_is_done_once_and_nothing_is_escalated_twice(
    city: City, valkey: Valkey, env: dict[str, str], tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    ports = [free_port(), free_port()]
    sites = [f"http://127.0.0.1:{port}" for port in ports]
    clocks = [beat(env, folder) for folder in folders]
    machines = [
        *(web(env, folder, port) for folder, port in zip(folders, ports, strict=True)),
        *(worker(env, folder) for folder in folders),
        *clocks,
    ]

    def programs(person: User) -> list[Visitor]:
        """Two of this person's at each web server."""
        token = issue(Token(person=person, name="tests"))
        return [Visitor(site, token) for site in sites for _ in range(2)]

    orders = [neglected(city) for _ in range(ORDERS)]
    with running(*machines):
        for site in sites:
            wait_until(lambda site=site: Visitor(site).answers() == 200, 90, "everything is well")  # type: ignore[misc]  # the type of a lambda's default is not inferred
        assert len([one for one in clocks if acts(one)]) == 1

        for order in orders:
            part = order.referrals.get()
            accepted = at_once(programs(city.zhao), f"/api/v1/referrals/{part.pk}/accept/")
            assert sorted(answer.status for answer in accepted) == [200, 409, 409, 409], accepted
            chased = at_once(programs(city.lin), f"/api/v1/work-orders/{order.number}/chase/", words="还没有人来")
            assert [answer.status for answer in chased] == [200] * 4, chased
        appeal = {"title": "花园路水管漏水", "content": "花园路12号门口水管漏水两天。", "category": city.leak.code}
        twins = at_once(programs(city.lin), "/api/v1/work-orders/", key="call-417", **appeal)
        assert {answer.status for answer in twins} == {201}
        assert len({answer.json()["number"] for answer in twins}) == 1
        reader = Visitor(sites[1])
        reader.sign_in(city.chen)
        assert len(reader.get("/board/orders.csv").text.splitlines()) == 1 + WorkOrder.objects.count()
        orders.append(neglected(city))
        wait_until(lambda: all(is_escalated(order) for order in orders), 90, "all are with a supervisor")

    for order in WorkOrder.objects.all():
        seqs = list(order.events.values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
    for order in orders[:ORDERS]:
        told = Counter(order.events.values_list("verb", flat=True))
        assert (told["referral.accepted"], told["workorder.chased"]) == (1, 4)
    assert set(Counter(Reminder.objects.values_list("step", "rung", "due_at")).values()) == {1}
    assert set(Counter(Supervision.objects.filter(lifted_at=None).values_list("order")).values()) == {1}
    assert WorkOrder.objects.count() == ORDERS + 2


@pytest.mark.skipif(not PGBOUNCER, reason="no pgbouncer here")
def test_a_pooler_takes_no_settings_of_the_session(pooler: Pooler) -> None:
    """Why DATABASE_POOLED leaves them out."""
    with pytest.raises(psycopg2.OperationalError, match="unsupported startup parameter"):
        psycopg2.connect(pooler.url, options="-c statement_timeout=30s")
    with closing(psycopg2.connect(pooler.url)) as session, session, session.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
