"""The browser the other tests use."""

from collections.abc import Callable
from datetime import datetime

import pytest

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
