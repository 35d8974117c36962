"""The table of the bench says what was seen, and what was missed."""

from __future__ import annotations

import pytest

from bench.table import Row, Times, as_markdown, as_text
from bench.visitors import together


def test_the_share_of_requests_that_took_no_longer() -> None:
    times = Times.of([n / 1000 for n in range(100, 0, -1)])

    assert (times.p50, times.p95, times.all[-1]) == (51.0, 96.0, 100.0)


def test_a_missed_level_is_said_on_the_screen_and_in_the_record() -> None:
    row = Row("dossier", "p95 80 ms", "p95 ≤ 40 ms", reached=False)

    assert "MISSED" in as_text(row) and "MISSED" in as_markdown([row])
    assert "reached" in as_text(Row("list", "p95 8 ms", "p95 ≤ 60 ms", reached=True))


def test_a_client_that_fails_ends_the_run_with_its_words() -> None:
    with pytest.raises(ZeroDivisionError):
        together(2, _divide, 0)


def test_each_client_knows_which_it_is() -> None:
    assert together(2, _divide, 1) == [0.0, 1.0]


def _divide(nth: int, by: int) -> float:
    return nth / by
