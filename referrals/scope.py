"""What makes an order a department's own: it was handed to one of its units and is still theirs to read."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from referrals.models import Referral
from staff.models import User
from workorders.scope import OWN


def handed_to(user: User) -> Exists:
    return Exists(Referral.objects.visible_to(user).filter(order=OuterRef("pk")))


OWN.append(handed_to)
