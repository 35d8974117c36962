"""What a run came to: on the screen, and as the last chapter of docs/chaos.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median

from bench.record import machine
from chaos.faults import Blow
from chaos.journals import Journals

PATH = Path(__file__).resolve().parent.parent / "docs" / "chaos.md"
CHAPTER = "## The last run\n"


@dataclass
class Told:
    """A run that is over."""

    seed: int
    began: datetime
    seconds: float
    orders: int
    neglected: int
    blows: Sequence[Blow]
    journals: Journals
    lives: int
    interrupted: int
    findings: dict[str, list[str]] = field(default_factory=dict)  # by what was to hold

    @property
    def holds(self) -> bool:
        return not any(self.findings.values())


def as_markdown(told: Told) -> str:
    """The figures, and what was found."""
    changes, journals = told.journals.by_way(), told.journals
    found = sum(len(one) for one in told.findings.values())
    lines = [
        f"{told.began:%Y-%m-%d %H:%M}, `CHAOS_SEED={told.seed} CHAOS_SECONDS={told.seconds:.0f} make chaos`, "
        f"a city of {told.orders} orders, {told.neglected} more left to the clock. "
        f"**{'Everything held.' if told.holds else f'{found} FAULTS.'}**",
        "",
        f"- changes acknowledged: **{sum(changes.values()):,}** in {told.lives} lives: "
        + ", ".join(f"{what} {count}" for what, count in sorted(changes.items())),
        f"- kills: **{len(told.blows)}**; connections dropped on clients {_count(journals, 'dropped')}, "
        f"answers of 500 and more {_statuses(journals)}",
        f"- messages interrupted by a kill while they left, given up rather than sent twice: {told.interrupted}",
        "",
        "| killed | times | works again, median | at most | next change acknowledged, median | at most |",
        "|---|---|---|---|---|---|",
    ]
    for kind in sorted({name(blow) for blow in told.blows}):
        blows = [blow for blow in told.blows if name(blow) == kind]
        lines.append(
            f"| {kind} | {len(blows)} | {_times([blow.seconds for blow in blows])} | "
            f"{_times([journals.next_after(blow.back_at) for blow in blows])} |"
        )
    lines += ["", "| what has to hold | |", "|---|---|"]
    lines += [f"| {what} | {'holds' if not one else f'**{len(one)} faults**'} |" for what, one in told.findings.items()]
    for what, one in told.findings.items():
        lines += ["", f"{what}:", *(f"- `{' '.join(fault.split())[:1000]}`" for fault in one[:20])] if one else []
    return "\n".join([*lines, "", f"{machine()}, shared by clients and all parts.", ""])


def write(told: Told) -> Path:
    """The run takes the place of the one before."""
    how, _chapter, _old = PATH.read_text(encoding="utf-8").partition(CHAPTER)
    PATH.write_text(f"{how}{CHAPTER}\n{as_markdown(told)}", encoding="utf-8")
    return PATH


def name(blow: Blow) -> str:
    return f"{blow.kind}, its data thrown away" if blow.emptied else blow.kind


def _count(journals: Journals, kind: str) -> int:
    return sum(1 for _line in journals.of_kind(kind))


def _statuses(journals: Journals) -> str:
    seen = Counter(line["status"] for line in journals.of_kind("unable"))
    return ", ".join(f"{count} × {status}" for status, count in sorted(seen.items())) or "none"


def _times(all_of_them: Sequence[float | None]) -> str:
    times = [seconds for seconds in all_of_them if seconds is not None]
    if len(times) < len(all_of_them):
        return "never | never"
    return f"{median(times):.1f} s | {max(times):.1f} s"
