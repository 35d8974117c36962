"""The time limits, read once for many orders; which one holds is the law's business (`workorders.deadlines`)."""

from __future__ import annotations

from collections.abc import Sequence

from workorders.deadlines import NoLimit, most_specific
from workorders.models import TimeLimit, WorkOrder


class Limits:
    """As `deadlines.limits_for`, without asking the database for each order."""

    def __init__(self) -> None:
        self._rows = list(TimeLimit.objects.all())
        self._found: dict[tuple[object, ...], dict[str, TimeLimit]] = {}

    def of(self, order: WorkOrder, kinds: Sequence[str], *, rework: bool = False) -> dict[str, TimeLimit]:
        key = (order.kind, order.urgency, order.category_id, rework)
        if key not in self._found:
            self._found[key] = most_specific(order, self._rows, rework=rework)
        found = self._found[key]
        if missing := [kind for kind in kinds if kind not in found]:
            raise NoLimit(", ".join(missing))
        return {kind: found[kind] for kind in kinds}
