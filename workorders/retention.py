"""What is kept of orders, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from staff.retention import Rule, enter
from workorders import erasure
from workorders.idempotency import KEPT
from workorders.models import Look, Registration, Reveal
from workorders.models.choices import Erased

# Looks and reveals are added to as time goes, so the first are the oldest.
enter(
    Rule("registrations", _("answers kept for programs that ask twice"), Registration.objects.all, "at", "at", KEPT),
    Rule("looks", _("who has looked at which order"), Look.objects.all, "at", "pk"),
    Rule("reveals", _("who has looked at which caller, and why"), Reveal.objects.all, "at", "pk"),
    Rule(
        "callers",
        _("callers of closed orders"),
        partial(erasure.due, Erased.NOTHING),
        "closed_at",
        "closed_at",
        erase=erasure.anonymise,
    ),
    Rule(
        "texts",
        _("texts of closed orders"),
        partial(erasure.due, Erased.CALLER),
        "closed_at",
        "closed_at",
        erase=erasure.blank,
    ),
)
