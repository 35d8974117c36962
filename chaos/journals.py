"""The clients' journals, read when all is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class Journals:
    """All that the clients wrote down."""

    lines: list[Line]

    @classmethod
    def of(cls, folder: Path) -> Journals:
        lines = [json.loads(line) for path in folder.glob("client-*.jsonl") for line in path.read_text().splitlines()]
        return cls(sorted(lines, key=lambda line: float(line["at"])))

    def of_kind(self, kind: str) -> Iterator[Line]:
        return (line for line in self.lines if line["kind"] == kind)

    @cached_property
    def acknowledged(self) -> list[Line]:
        """Every change that was said to be made, or found to be made when its answer got lost."""
        return list(self.of_kind("acknowledged"))

    @cached_property
    def begun(self) -> list[Line]:
        """Every change that was asked for."""
        return list(self.of_kind("begun"))

    def by_way(self) -> Counter[str]:
        """How many changes were acknowledged, by kind of change and way."""
        kinds = {"register": "registered", "callback.completed": "called back"}
        return Counter(f"{kinds.get(line['what'], 'moved')} ({line['way']})" for line in self.acknowledged)

    def next_after(self, moment: float) -> float | None:
        """Seconds from the moment until the next change was acknowledged."""
        return next((line["at"] - moment for line in self.acknowledged if line["at"] > moment), None)
