"""The timeline's entries in words: who has the table of sentences enters it here at `ready()`."""

from __future__ import annotations

from collections.abc import Callable

from workorders.models import Event

SPEAKERS: list[Callable[[Event], str]] = []


def sentence(event: Event) -> str:
    """One line in the reader's language; the bare verb where nobody has words for it."""
    return next((said for speak in SPEAKERS if (said := speak(event))), event.verb)
