"""What makes an order a department's own: it was handed to one of its units and is still theirs to read."""

from __future__ import annotations

from time import monotonic

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q

from referrals.models import Referral
from staff.models import User
from workorders.lookups import AnyOf
from workorders.scope import OWN

# A department with so many parts or fewer is asked for its orders first, whatever else narrows the list: what it has
# little of, the list would be read from end to end for. A larger one has some on every page.
FEW = 20_000
# Seconds for which the answer holds; only the way is chosen by it, never what is found.
HOLDS = 300.0

_has_few: dict[tuple[int, ...], tuple[float, bool]] = {}


def handed_to(user: User, listed: bool) -> Q:
    """The condition on an order."""
    parts = Referral.objects.visible_to(user)
    if listed and has_few(user):
        return Q(AnyOf(F("pk"), ArraySubquery(parts.order_by().values("order"))))
    return Q(Exists(parts.filter(order=OuterRef("pk"))))


def has_few(user: User) -> bool:
    """Whether the person's units have few parts."""
    units = tuple(user.units)
    asked_at, few = _has_few.get(units, (-HOLDS, False))
    if monotonic() - asked_at > HOLDS:
        few = Referral.objects.visible_to(user).order_by()[: FEW + 1].count() <= FEW
        _has_few[units] = (monotonic(), few)
    return few


OWN.append(handed_to)
