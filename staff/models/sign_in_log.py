"""Who came in, tried to, and left: added to and never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models.person import User


class SignInEntry(models.Model):
    """登录日志: what happened at the sign-in page. The database refuses an update, and a delete of the last six months.

    Without a person: a name that is nobody's was typed, which is not kept (now and then it is a password), or an
    address is held back, whoever asks from it.
    """

    class What(models.TextChoices):
        IN = "in", pgettext_lazy("sign-in log", "signed in")
        OUT = "out", pgettext_lazy("sign-in log", "signed out")
        ENDED = "ended", pgettext_lazy("sign-in log", "sessions ended")
        WRONG_PASSWORD = "password", pgettext_lazy("sign-in log", "wrong password")
        WRONG_CODE = "code", pgettext_lazy("sign-in log", "wrong code")
        WRONG_PROOF = "proof", pgettext_lazy("sign-in log", "failed to turn the second factor off")
        HELD = "held", pgettext_lazy("sign-in log", "held back")

    class Factor(models.TextChoices):
        PASSWORD = "password", pgettext_lazy("sign-in log", "password")
        APP = "app", pgettext_lazy("sign-in log", "password and code")
        RECOVERY = "recovery", pgettext_lazy("sign-in log", "password and recovery code")

    FAILURES = (What.WRONG_PASSWORD, What.WRONG_CODE, What.WRONG_PROOF, What.HELD)

    at = models.DateTimeField(_("at"))
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="sign_in_log", db_index=False)
    what = models.CharField(pgettext_lazy("sign-in log", "what"), max_length=8, choices=What)
    factor = models.CharField(pgettext_lazy("sign-in log", "by"), max_length=8, choices=Factor, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True, help_text=_("Of IPv6 the /64."))

    class Meta:
        verbose_name = _("entry of the sign-in log")
        verbose_name_plural = _("sign-in log")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["at", "id"], name="sign_in_log_at"),
            models.Index(fields=["person", "at", "id"], name="sign_in_log_of_person"),
            models.Index(
                fields=["at", "id"],
                condition=Q(what__in=("password", "code", "proof", "held")),
                name="sign_in_log_failures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %R} {self.what}"

    @property
    def has_failed(self) -> bool:
        return self.what in self.FAILURES
