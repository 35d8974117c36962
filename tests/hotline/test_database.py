"""A connection kept from one request to the next: looked at, not asked, and still found dead when it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the same database."""
    second = connection.copy()
    yield second
    second.close()


def told(through: BaseDatabaseWrapper, sql: str, *values: Any) -> Any:
    with through.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def test_a_living_connection_is_used_again_without_a_statement(other: BaseDatabaseWrapper) -> None:
    process = told(other, "SELECT pg_backend_pid()")
    assert other.is_usable()
    last = told(connection, "SELECT query FROM pg_stat_activity WHERE pid = %s", process)
    assert last == "SELECT pg_backend_pid()"


def test_a_connection_the_server_has_closed_is_noticed_and_opened_anew(other: BaseDatabaseWrapper) -> None:
    process = told(other, "SELECT pg_backend_pid()")
    assert told(connection, "SELECT pg_terminate_backend(%s, 5000)", process)
    assert not other.is_usable()
    vars(other).update(health_check_enabled=True, health_check_done=False)
    other.close_if_health_check_failed()
    assert told(other, "SELECT pg_backend_pid()") != process


def test_a_notice_from_the_server_is_no_farewell(other: BaseDatabaseWrapper) -> None:
    with other.cursor() as cursor:
        cursor.execute("LISTEN nothing_in_particular")
    told(connection, "SELECT pg_notify('nothing_in_particular', 'x')")
    assert other.is_usable()


def test_a_transaction_that_failed_is_not_usable(other: BaseDatabaseWrapper) -> None:
    other.set_autocommit(False)
    with pytest.raises(Exception, match="no_such_table"):
        told(other, "SELECT 1 FROM no_such_table")
    assert not other.is_usable()
    other.rollback()
    assert other.is_usable()
