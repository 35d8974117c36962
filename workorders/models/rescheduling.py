"""By which calendar the open due times were worked out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rescheduling(models.Model):
    """重新核算时限: the calendar changed, and the open due times were worked out anew by it.

    The latest row names the calendar that holds. It is written when a changed calendar is first seen, and `done_at`
    when every open step has been gone through.
    """

    calendar = models.CharField(max_length=64)
    seen_at = models.DateTimeField(_("calendar seen"))
    done_at = models.DateTimeField(_("done"), null=True)
    checked = models.PositiveIntegerField(_("steps looked at"), default=0)
    moved = models.PositiveIntegerField(_("due times moved"), default=0)

    class Meta:
        verbose_name = _("rescheduling")
        verbose_name_plural = _("reschedulings")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.seen_at:%F %R}: {self.moved}/{self.checked}"
