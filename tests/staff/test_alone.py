"""One process of many: the lock goes with its session, whatever becomes of the process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from staff.alone import Alone
from tests.processes import wait_until

pytestmark = pytest.mark.django_db

KEY = 417
# Other tests of the same moment hold the same number in databases of their own.
LOCKS = (
    "pg_locks WHERE locktype = 'advisory' AND objid = %s"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
HOLDER = f"SELECT pid FROM {LOCKS} AND granted"  # noqa: S608  the constant above


@pytest.fixture
def pair() -> Iterator[tuple[Alone, Alone]]:
    both = Alone(KEY), Alone(KEY)
    yield both
    for one in both:
        one.release()


def ask(sql: str, key: int) -> list[int | None]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return [row[0] for row in cursor.fetchall()]


def test_one_holds_it_until_it_lets_go_and_then_the_other(pair: tuple[Alone, Alone]) -> None:
    one, other = pair
    assert one.holds() and one.holds() and not other.holds()
    one.release()
    assert other.holds() and not one.holds()


def test_whose_session_is_ended_holds_it_no_longer(pair: tuple[Alone, Alone]) -> None:
    one, other = pair
    assert one.holds()
    ask(f"SELECT pg_terminate_backend(pid) FROM {LOCKS}", KEY)  # noqa: S608  as above
    wait_until(other.holds, 10, "the other holds it")
    assert not one.holds()
    other.release()
    assert one.holds(), "it has a session again"


def test_who_does_not_look_for_too_long_has_lost_it(pair: tuple[Alone, Alone]) -> None:
    _one, other = pair
    hangs = Alone(KEY, patience=1)
    assert hangs.holds() and not other.holds()
    wait_until(other.holds, 10, "the database took it from who hangs")
    assert not hangs.holds()
    hangs.release()


def test_vacuum_does_not_wait_for_who_holds_it(pair: tuple[Alone, Alone]) -> None:
    assert pair[0].holds()
    (holder,) = ask(HOLDER, KEY)
    assert holder is not None
    assert ask("SELECT coalesce(backend_xmin, backend_xid) FROM pg_stat_activity WHERE pid = %s", holder) == [None]
