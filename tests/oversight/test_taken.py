"""Which orders a list holds, as ranges of their ids: of any rows, so here of permissions, which every database has."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.contrib.auth.models import Permission

from oversight.records import ORDER
from oversight.taken import held

pytestmark = pytest.mark.django_db


def ranges(ids: Iterable[int]) -> str:
    """What is to come out, found the slow way."""
    found: list[list[int]] = []
    for one in sorted(ids):
        if found and found[-1][1] == one:
            found[-1][1] += 1
        else:
            found.append([one, one + 1])
    return "{" + ",".join(f"[{first},{after})" for first, after in found) + "}"


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(lambda pk: True, id="all, over several blocks"),
        pytest.param(lambda pk: 64 <= pk < 128, id="a block and nothing else"),
        pytest.param(lambda pk: 63 <= pk < 129, id="a block and its neighbours"),
        pytest.param(lambda pk: pk % 2, id="every other one"),
        pytest.param(lambda pk: pk != 100, id="all but one"),
        pytest.param(lambda pk: pk == 127, id="the last of a block alone"),
        pytest.param(lambda pk: False, id="none"),
    ],
)
def test_the_ranges_are_those_of_the_ids(wanted: object) -> None:
    assert callable(wanted)
    ids = [pk for pk in Permission.objects.values_list("pk", flat=True) if wanted(pk)]
    assert held(ORDER, Permission.objects.filter(pk__in=ids)) == ranges(ids)


def test_an_order_with_two_rows_is_held_once() -> None:
    some = Permission.objects.filter(pk__range=(60, 70))
    assert held(ORDER, some.union(some, all=True)) == ranges(range(60, 71))
