"""退单时限: until when a return may be asked for rests on the calendar too."""

from __future__ import annotations

from collections.abc import Collection

from referrals.models import Referral
from referrals.parts import RETURN_WITHIN
from staff.calendar import WorkingCalendar
from workorders.rescheduling import ALONGSIDE


def move_return_windows(orders: Collection[int], calendar: WorkingCalendar) -> None:
    """Work it out anew for the live parts of these locked orders."""
    changed = []
    for part in Referral.objects.live().filter(order__in=orders):
        until = calendar.add_working_days(part.sent_at, RETURN_WITHIN).at
        if until != part.return_until:
            part.return_until = until
            changed.append(part)
    Referral.objects.bulk_update(changed, ["return_until"])


ALONGSIDE.append(move_return_windows)
