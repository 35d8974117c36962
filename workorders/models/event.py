"""The timeline: what happened, added to and never edited."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import User
from workorders.models.order import WorkOrder


class Event(models.Model):
    """流程记录: one entry. `seq` counts from 1 without gaps; the order's version is the seq of its last action.

    After it may come cards of the clock, which writes no order's row for them; the next action counts on from them.
    `by` is empty when the clock acted. An `informative` entry (a card, a chase, a reveal) changes nothing a form
    in progress rests on, so it does not make that form stale. The database refuses update and delete.
    """

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    department = models.CharField(max_length=80, blank=True)
    note = models.TextField(_("internal note"), blank=True)
    public = models.TextField(_("to the citizen"), blank=True)
    data = models.JSONField(default=dict)
    informative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["order", "seq"]
        constraints = [models.UniqueConstraint(fields=["order", "seq"], name="a_timeline_counts_each_entry_once")]
        indexes = [
            BrinIndex(fields=["at"], name="event_at"),
            models.Index(fields=["by"], condition=Q(by__isnull=False), name="event_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"
