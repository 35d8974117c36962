"""Reports on a streaming replica, started for real: read there, equal to the primary's, never failing because of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from hotline.local.postgres import FOR_TESTS, Postgres, binaries
from hotline.local.server import free_port
from oversight import daybook
from tests.cast import City
from tests.oversight.stories import answered, passed, referred, registered
from tests.processes import Visitor, on_this_database, running, wait_until, web
from tests.standby import Standby

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("servers"),
    pytest.mark.skipif(bool(settings.DATABASE_URL), reason="a replica is made of a local PostgreSQL only"),
]

COUNTING = "shared_preload_libraries=pg_stat_statements"
NOVEMBER = "/board/?period=days&first=2026-11-01&last=2026-11-30&by=department"
REGISTERED = f"?{NOVEMBER.partition('?')[2]}&of=closure"
SUMS = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query LIKE 'WITH%' AND query LIKE '%oversight_sum%'
"""
TOLD_THEN = r"<span data-as-of.*?</span>|Printed by [^<]*|as of [^<]*, whenever"  # the minute may end in between
TOKEN = r'name="csrfmiddlewaretoken" value="\w+"'
REPLAYED = "SELECT pg_last_xact_replay_timestamp() IS NOT NULL"
CLOSED = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"


@dataclass
class House:
    """A primary with a replica, and a web server that reads reports there."""

    primary: Postgres
    standby: Standby
    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    visitor: Visitor = field(default_factory=lambda: Visitor(""))

    def board(self, path: str = NOVEMBER) -> tuple[str, bool]:
        """The page, and whether it says as of when it is: then it was read on the replica."""
        answer = self.visitor.get(path)
        assert answer.status == 200, answer.text
        return answer.text, "data-as-of" in answer.text

    def says_as_of(self) -> bool:
        return self.board()[1]


def ask(server: Postgres, sql: str) -> Any:
    """The first value of what a server answers."""
    with closing(psycopg2.connect(server.url())) as session, session, session.cursor() as cursor:
        cursor.execute(sql)
        (value,) = cursor.fetchone() or (None,)
        return value


@contextmanager
def locked(server: Postgres, table: str) -> Iterator[None]:
    """Somebody changes a table's make-up, and nobody reads it meanwhile."""
    with closing(psycopg2.connect(server.url())) as session, session.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        ask(server, "SELECT pg_switch_wal()::text")  # the replica hears of it at once
        yield


def copied(primary: Postgres) -> None:
    """The test's database as it is now, on a server of its own."""
    known = connection.settings_dict
    source = f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    done = subprocess.run(
        [binaries() / "pg_dump", "--no-owner", source],
        env={"PGPASSWORD": str(known["PASSWORD"])}, capture_output=True, check=True,
    )  # fmt: skip
    command = [str(binaries() / "psql"), "--quiet", "--set", "ON_ERROR_STOP=1", primary.url()]
    subprocess.run(command, input=done.stdout, stdout=subprocess.DEVNULL, check=True)
    ask(primary, "CREATE EXTENSION pg_stat_statements; SELECT 1")


@pytest.fixture
def house(city: City, tmp_path: Path) -> Iterator[House]:
    """Five orders in November, three of them answered; the day book is written."""
    for day in ("02", "03", "04"):
        passed(city, answered(referred(city, f"11-{day} 09:00"), f"11-{day} 15:00", city.zhao), f"11-{day} 16:00")
    referred(city, "11-05 09:00", lead=city.traffic)
    registered(city, "11-06 09:00")
    daybook.keep_up()
    city.chen.password = PBKDF2PasswordHasher().encode("hotline-12345", "salt")
    city.chen.save(update_fields=["password"])

    place = Path(tempfile.mkdtemp(prefix="hotline-"))
    primary = Postgres(place / "primary", (*FOR_TESTS, COUNTING, "autovacuum=off"))
    primary.start()
    standby = Standby(place / "standby", primary.url(), (*FOR_TESTS, COUNTING, "max_standby_streaming_delay=0"))
    try:
        copied(primary)
        standby.start()
        house = House(primary, standby, tmp_path)
        house.env = on_this_database(
            f"redis://127.0.0.1:{free_port()}/0",
            DATABASE_URL=primary.url(),
            REPLICA_URL=standby.url(),
            REPLICA_LAG="1",
        )
        port = free_port()
        house.visitor = Visitor(f"http://127.0.0.1:{port}")
        with running(web(house.env, tmp_path, port)):
            wait_until(house.visitor.answers, 60, "the web server answers")
            house.visitor.sign_in(city.chen)
            wait_until(house.says_as_of, 30, "the replica has caught up")
            # Commits are written out a moment later here: before its first one it cannot say how far behind it is.
            wait_until(lambda: ask(standby, REPLAYED), 30, "it has played back a commit")
            yield house
    finally:
        standby.release()
        primary.release()
        shutil.rmtree(place, ignore_errors=True)


def figures(page: str) -> str:
    """What the board says, without what differs from one reading to the next."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(f"{TOLD_THEN}|{TOKEN}", "", main)


def test_reports_are_read_on_the_replica_say_so_and_equal_the_primarys(house: House, city: City) -> None:
    for server in (house.primary, house.standby):
        ask(server, "SELECT pg_stat_statements_reset()")
    page, says = house.board()
    assert says and ask(house.standby, SUMS) > 0 and ask(house.primary, SUMS) == 0
    assert ask(house.standby, "SELECT pg_is_in_recovery()") is True
    rows, says = house.board("/board/rows/" + REGISTERED)
    assert says and rows.count("<tr data-row ") == 5
    assert len(house.visitor.get("/board/rows.csv" + REGISTERED).text.splitlines()) == 1 + 5
    streamed = "SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'COPY (%'"
    assert (ask(house.standby, streamed), ask(house.primary, streamed)) == (1, 0)

    port = free_port()
    with running(web(house.env | {"REPLICA_URL": ""}, house.folder / "..", port)):
        plain = House(house.primary, house.standby, house.folder, visitor=Visitor(f"http://127.0.0.1:{port}"))
        wait_until(plain.visitor.answers, 60, "the other web server answers")
        plain.visitor.sign_in(city.chen)
        same, says = plain.board()
    assert not says and figures(same) == figures(page)

    assert house.visitor.opener.open(house.visitor.site + NOVEMBER.replace("?", "board.xlsx?")).status == 200
    assert ask(house.primary, "SELECT count(*) FROM oversight_export") == 2, "who took it is written on the primary"


def test_the_audit_reads_the_replica_too(house: House) -> None:
    ask(house.primary, "SELECT pg_stat_statements_reset()")
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_closure", "--at", "2026-11-06T10:00:00+08:00"],
        env=house.env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "5 orders" in done.stdout, done.stderr
    promises = "SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%AS broken(number, reason)%'"
    assert ask(house.standby, promises) > 0 and ask(house.primary, promises) == 0


def test_one_that_is_behind_or_gone_is_not_read_and_nothing_fails(house: House) -> None:
    ask(house.standby, "SELECT pg_wal_replay_pause()::text")
    ask(house.primary, "INSERT INTO staff_area (code, name, path, level) VALUES ('ZZ', '新区', 'ZZ', 1) RETURNING id")
    wait_until(lambda: not house.says_as_of(), 30, "it is too far behind")
    assert "新区" in house.board()[0], "the primary knows what the replica does not"
    health = house.visitor.get("/healthz").json()
    assert not health["replica"]["ok"] and health["replica"]["behind"] > 1 and health["database"]["ok"]
    ask(house.standby, "SELECT pg_wal_replay_resume()::text")
    wait_until(house.says_as_of, 30, "it has caught up")

    for process in psutil.process_iter(["name", "cmdline"]):
        if str(house.standby.data) in (process.info["cmdline"] or []):
            process.kill()
    assert not house.says_as_of()
    assert house.visitor.get("/healthz").json()["replica"]["error"] == "away"
    house.standby.release()
    house.standby.start()
    wait_until(house.says_as_of, 60, "it is read again")


def test_a_report_whose_rows_the_replica_must_take_back_is_read_once_more_on_the_primary(house: House) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND backend_type = 'client backend'"
    taken_back = "SELECT sum(confl_lock)::int FROM pg_stat_database_conflicts"
    with ThreadPoolExecutor(1) as others:
        with locked(house.primary, "oversight_sum"):
            wait_until(lambda: ask(house.standby, CLOSED), 30, "the lock has arrived")
            answer = others.submit(house.board)
            wait_until(lambda: ask(house.standby, waiting), 30, "the report is in the middle")
            with locked(house.primary, "oversight_touched"):
                wait_until(lambda: ask(house.standby, taken_back), 30, "it had to give way")
        page, says = answer.result(60)
    assert not says and "市水务集团" in page
    wait_until(house.says_as_of, 30, "the next report is read on the replica again")


def test_a_report_that_takes_too_long_is_ended_there_and_does_not_begin_anew_on_the_primary(
    house: House, city: City
) -> None:
    port, folder = free_port(), house.folder / "hasty"
    folder.mkdir()
    pages = web(house.env | {"REPORT_STATEMENT_TIMEOUT": "1"}, folder, port)
    hasty = Visitor(f"http://127.0.0.1:{port}")
    with running(pages):
        wait_until(hasty.answers, 60, "the web server answers")
        hasty.sign_in(city.chen)
        with locked(house.primary, "oversight_sum"):
            wait_until(lambda: ask(house.standby, CLOSED), 30, "the lock has arrived")
            assert hasty.get(NOVEMBER).status == 500
        assert "canceling statement due to statement timeout" in pages.said()
        assert "the replica said no" not in pages.said()
        assert hasty.get(NOVEMBER).status == 200
