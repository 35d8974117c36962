"""Any number of clocks may run (`celery beat`); one of them acts, another takes over when it is gone.

Two that act for a moment do no harm: each sweep may run twice, side by side. So the lock saves work, it guards nothing.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from celery import beat

from hotline import heartbeat
from staff.alone import Alone

logger = logging.getLogger(__name__)

ACTS = 20_241_107
"""The number of the lock."""

PATIENCE = 15
"""Seconds after which a clock that hangs, or whose machine vanished, acts no more; it looks every five."""

LOOK = 2.0
"""Seconds between two looks of a clock that stands by."""

PAUSE = 3 * LOOK
"""Seconds in which a clock that cannot reach the broker leaves it to the others: perhaps they can."""


class Scheduler(beat.Scheduler):
    """Beat's own scheduler, which sends only while this clock acts, and says that it goes round.

    What became due while it stood by is due when it takes over, so nothing waits for a whole round.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.alone = Alone(ACTS, patience=PATIENCE)
        self.acts = False
        self.pauses_until = 0.0
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        heartbeat.leave("beat")
        acts = monotonic() >= self.pauses_until and self.alone.holds()
        if acts != self.acts:
            logger.info("this clock acts" if acts else "this clock stands by")
            self.acts = acts
        if not acts:
            return LOOK
        heartbeat.leave("acting")
        return float(super().tick(*args, **kwargs))

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().apply_async(*args, **kwargs)
        except beat.SchedulingError:
            self.alone.release()
            self.pauses_until = monotonic() + PAUSE
            raise

    def close(self) -> None:
        self.alone.release()
        super().close()
