"""What will become of an order: the cases that every demo city has, and the mixture of an ordinary day. Data."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Plan:
    """One order's fate. `until` names the stage at which nobody goes on; `sessions_ago` the working half-day it began.

    `pace` is the share of the answer's limit used: above 1 it is late. Times without `sessions_ago` are spread over
    the simulated weeks.
    """

    door: str = "refer"  # refer, spot, decline, invalid, merge, withdraw, shelve
    until: str = ""
    sessions_ago: int | None = None
    category: str = ""
    kind: str = ""
    urgency: str = ""
    anonymous: bool | None = None
    confidential: bool | None = None
    taken: bool = False
    amended: bool = False
    noted: bool = False
    returns: tuple[str, ...] = ()  # upheld, refused
    supporting: bool = False
    delegated: bool = False
    extension: str = ""  # granted, refused
    sent_back: bool = False
    pace: float = 0.6
    chases: int = 0
    supervised: bool = False
    revealed: bool = False
    reopened: bool = False
    callback: str = "content"  # content, basically, unreachable, explained, excluded, rework, unhappy_rework, exempt


STOPS = ("sent", "accepted", "contacted", "answered", "awaiting", "deciding")


def cases() -> list[Plan]:
    """Every status, queue and kind of lateness, return, extension, verdict: at least once each, whatever the number."""
    rows = [
        # the hotline's own doors
        Plan("spot", kind="question"),
        Plan("spot", kind="question", noted=True),
        Plan("decline"),
        Plan("invalid", anonymous=True),
        Plan("withdraw"),
        Plan("refer", kind="praise", category="1803"),
        Plan("refer", anonymous=True),
        # at the dispatch desk
        Plan(until="registered", sessions_ago=0),
        Plan(until="registered", sessions_ago=1, taken=True),
        Plan(until="registered", sessions_ago=4),
        Plan(until="registered", sessions_ago=9),
        Plan(until="registered", sessions_ago=2, category="0403", urgency="critical"),
        Plan(until="back", sessions_ago=2, returns=("upheld",)),
        Plan(until="back", sessions_ago=3, returns=("upheld", "upheld")),
        Plan(until="return_pending", sessions_ago=1),
        Plan(until="return_pending", sessions_ago=4),
        Plan(until="extension_pending", sessions_ago=2),
        # with the departments
        *(Plan(until=stop, sessions_ago=ago) for stop in STOPS for ago in (1, 3)),
        Plan(until="sent", sessions_ago=8),
        Plan(until="sent", sessions_ago=16),
        Plan(until="contacted", sessions_ago=9),
        Plan(until="contacted", sessions_ago=11, chases=1),
        Plan(until="contacted", sessions_ago=18, chases=2, supervised=True),
        Plan(until="accepted", sessions_ago=6, category="0305", urgency="urgent"),
        Plan(until="delegated", sessions_ago=3, delegated=True, category="0401"),
        Plan(until="contacted", sessions_ago=2, supporting=True),
        Plan(until="contacted", sessions_ago=12, extension="granted"),
        Plan(until="correcting", sessions_ago=2, sent_back=True),
        Plan(until="rework", sessions_ago=4, callback="rework"),
        Plan(until="trying", sessions_ago=4, callback="unreachable"),
        Plan(until="answered", sessions_ago=6),
        Plan(until="deciding", sessions_ago=9),
        # finished roads
        Plan(returns=("upheld",)),
        Plan(returns=("refused",)),
        Plan(returns=("upheld", "upheld"), supporting=True),
        Plan(extension="granted", pace=1.1),
        Plan(extension="refused", pace=1.05),
        Plan(delegated=True, category="0401"),
        Plan(sent_back=True, amended=True),
        Plan(pace=1.3, chases=1),
        Plan(pace=1.6, supervised=True, revealed=True),
        Plan(kind="report", confidential=True),
        Plan(callback="unreachable"),
        Plan(callback="explained"),
        Plan(callback="excluded"),
        Plan(callback="rework"),
        Plan(callback="unhappy_rework"),
        Plan(callback="exempt"),
        Plan("refer", reopened=True, callback="content"),
        Plan("shelve"),
        Plan("shelve", until="shelved", sessions_ago=6),
        Plan("merge"),
        Plan("merge", until="merged", sessions_ago=3),
    ]
    return rows


def ordinary(rng: Random) -> Plan:
    """One order of an ordinary day."""
    door = rng.choices(["spot", "refer", "decline", "invalid", "withdraw", "merge"], [40, 54, 2, 1, 1.5, 1.5])[0]
    if door != "refer":
        return Plan(door, kind="question" if door == "spot" and rng.random() < 0.8 else "", noted=rng.random() < 0.03)
    late = rng.random() < 0.09
    return Plan(
        returns=rng.choices([(), ("upheld",), ("refused",), ("upheld", "upheld")], [88, 8, 3, 1])[0],
        supporting=rng.random() < 0.1,
        delegated=rng.random() < 0.12,
        extension=rng.choices(["", "granted", "refused"], [91, 7, 2])[0],
        sent_back=rng.random() < 0.06,
        pace=rng.uniform(1.05, 1.5) if late else rng.betavariate(2.5, 2.5) * 0.95,
        chases=1 if rng.random() < (0.4 if late else 0.05) else 0,
        supervised=rng.random() < 0.02,
        revealed=rng.random() < 0.05,
        amended=rng.random() < 0.04,
        callback=rng.choices(
            ["content", "basically", "unreachable", "explained", "excluded", "rework", "unhappy_rework"],
            [62, 14, 9, 5, 2, 7, 1],
        )[0],
    )
