"""Failed attempts to sign in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.person import User


class FailedSignIns(models.Model):
    """登录失败: how often it failed of late for one user name, or from one address; without the row, none is held back.

    Of a name its keyed hash is kept, for now and then a password is typed there.
    """

    subject = models.CharField(max_length=64, editable=False)
    person = models.ForeignKey(User, models.CASCADE, null=True, editable=False, verbose_name=_("person"))
    address = models.CharField(_("network address"), max_length=64, blank=True, editable=False)
    level = models.FloatField(_("failures"), editable=False)
    failed_at = models.DateTimeField(_("failed last"), editable=False)
    held_until = models.DateTimeField(_("held back until"), null=True, editable=False)

    class Meta:
        verbose_name = _("failed sign-ins")
        verbose_name_plural = _("failed sign-ins")
        ordering = ["-failed_at"]
        constraints = [models.UniqueConstraint(fields=["subject"], name="failed_sign_ins_are_counted_once")]

    def __str__(self) -> str:
        return self.address or str(self.person or _("a name that is nobody's"))
