"""Tokens: how a program says whose it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models.person import User


class Token(models.Model):
    """令牌: a program with it finds what its person finds, and may do what he may do, until it expires or is revoked.

    The secret itself is shown once and kept nowhere: it has 256 random bits, so its plain hash suffices.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("person"))
    name = models.CharField(_("used by"), max_length=60, help_text=_("The program or system this token is for."))
    begins = models.CharField(_("begins with"), max_length=12, editable=False)
    hashed = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(_("issued"), editable=False)
    expires_at = models.DateTimeField(_("expires"), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["hashed"], name="token_opens_for_one_person")]

    def __str__(self) -> str:
        return f"{self.begins}… {self.name}"
