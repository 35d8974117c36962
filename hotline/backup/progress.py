"""How far it is, for whoever waits: a line every two seconds."""

from time import monotonic
from typing import Protocol

EVERY_SECONDS = 2.0


class Paper(Protocol):
    def write(self, text: str) -> object: ...
    def flush(self) -> object: ...


class Progress:
    """Says what it is told when the last words are long enough ago."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.said = paper, monotonic()

    def __call__(self, words: str) -> None:
        if monotonic() - self.said >= EVERY_SECONDS:
            self.said = monotonic()
            self.paper.write(f"  {words} …")
            self.paper.flush()
