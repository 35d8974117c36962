"""The order of the blows comes from the seed and leaves nothing out."""

from __future__ import annotations

from itertools import islice

from chaos.plan import AWAY, KINDS, strikes


def test_the_same_seed_deals_the_same_blows() -> None:
    assert list(islice(strikes(7), 40)) == list(islice(strikes(7), 40)) != list(islice(strikes(8), 40))


def test_each_kind_is_killed_once_in_a_round_and_the_broker_is_emptied_once() -> None:
    for seed in range(50):
        blows = [
            (kind, strike.emptied and kind == "broker")
            for strike in islice(strikes(seed), 3 * len(KINDS))
            for kind in strike.kinds
        ]
        rounds = [blows[nth : nth + len(KINDS)] for nth in (0, len(KINDS), 2 * len(KINDS))]
        assert all({kind for kind, _emptied in one} == set(KINDS) for one in rounds)
        assert [emptied for _kind, emptied in blows].count(True) == 1 and ("broker", True) in rounds[0]


def test_two_parts_fail_at_once_now_and_then_and_nothing_is_away_for_long() -> None:
    some = list(islice(strikes(7), 200))
    assert {len(strike.kinds) for strike in some} == {1, 2}
    assert all(AWAY[0] <= strike.away <= AWAY[1] for strike in some)
