"""The browser the other tests use, and a server that cannot save what it is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection
from psycopg2 import sql

from tests.browser import Visit
from tests.cast import MORNING, City

pytestmark = pytest.mark.xdist_group("browser")


def test_the_browser_signs_lin_in_and_the_server_lives_at_the_time_it_is_told(
    visit: Visit, clock: Callable[[datetime], None], city: City
) -> None:
    clock(MORNING)
    order = city.register()
    page = visit(city.lin, f"/orders/{order.number}/")
    page.get_by_role("heading", name="花园路水管漏水").wait_for()
    assert order.registered_at == MORNING
    assert "2 h left" in page.locator(".dossier-head").inner_text()


def test_what_cannot_be_saved_stays_in_its_form_with_the_reason_beside_it_until_it_can(
    visit: Visit, city: City
) -> None:
    order = city.register()
    page = visit(city.lin, f"/orders/{order.number}/note/")
    text = page.get_by_label("internal note")
    text.fill("市民再次来电")
    with read_only():
        page.locator("#move .btn-primary").click()
        page.get_by_text("open for reading only").wait_for()
        assert text.input_value() == "市民再次来电" and page.locator("#offline").is_visible()
    page.locator("#move .btn-primary").click()
    page.get_by_text("市民再次来电").first.wait_for()
    assert order.events.filter(verb="workorder.noted", note="市民再次来电").count() == 1


@contextmanager
def read_only() -> Iterator[None]:
    """The test's database, open for reading only to whoever connects from now on."""
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(database))
        cursor.execute(OTHERS)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(database))
            cursor.execute(OTHERS)


OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
