"""What departments, agents and citizens of the demo write and say, by occasion."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from loading.demo.city import read


@cache
def _all() -> dict[str, Any]:
    words: dict[str, Any] = read("texts/replies.yaml")
    return words


def say(occasion: str, rng: Random, **names: str) -> str:
    """One of the phrases of an occasion, with names filled in."""
    phrases = _all()[occasion]
    phrase: str = phrases if isinstance(phrases, str) else rng.choice(phrases)
    return phrase.format(**names) if names else phrase
