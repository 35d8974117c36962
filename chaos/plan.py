"""What is killed, in which order, and for how long: drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

# The parts of an installation; a machine that fails takes two of them with it now and then.
KINDS = ("web", "worker", "beat", "broker", "database")
TWO_AT_ONCE = 0.25
# Seconds a part is away, as long as whoever looks after it needs to notice, and seconds of work after it is back.
AWAY = (0.3, 3.0)
REST = (1.0, 4.0)


@dataclass(frozen=True)
class Strike:
    """One blow. `emptied`: what the broker kept is thrown away with it."""

    kinds: tuple[str, ...]
    away: float
    rest: float
    emptied: bool = False


def strikes(seed: int) -> Iterator[Strike]:
    """Rounds without end, each kind once in every round; the broker is emptied once, in the first."""
    rng = Random(seed)  # noqa: S311  a run that can be repeated
    emptied = False
    while True:
        order = list(KINDS)
        rng.shuffle(order)
        while order:
            kinds = tuple(order.pop() for _one in range(2 if len(order) > 1 and rng.random() < TWO_AT_ONCE else 1))
            now = "broker" in kinds and not emptied
            yield Strike(kinds, rng.uniform(*AWAY), rng.uniform(*REST), now)
            emptied = emptied or now
