"""The second factor of signing in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.person import User


class SecondFactor(models.Model):
    """二次验证: whoever has this row gives a code of his own app besides the password.

    The secret is a token of CALLER_KEYS. A role that needs a second factor has the permission: see `staff.roles`.
    """

    person = models.OneToOneField(User, models.PROTECT, related_name="second_factor", verbose_name=_("person"))
    secret = models.BinaryField(editable=False)
    # Of the last code that was taken, in steps since 1970: no older one is taken again.
    used_step = models.BigIntegerField(editable=False)
    since = models.DateTimeField(_("since"), editable=False)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()
        permissions = [("must_give_second_factor", "Signs in with a second factor only")]

    def __str__(self) -> str:
        return str(self.person)


class RecoveryCode(models.Model):
    """恢复码: opens once, where the app is lost. It has 80 random bits, so its plain hash suffices."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes", db_index=False)
    hashed = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["factor", "hashed"], name="recovery_code_is_kept_once")
        ]  # and found by it

    def __str__(self) -> str:
        return str(self.factor)
