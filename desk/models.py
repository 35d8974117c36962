"""Drafts: nothing typed is ever lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models import User


class Draft(models.Model):
    """What a person has typed into a form and not yet sent. One a person and form; the form's fields, encrypted."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=80)
    body = models.BinaryField()
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_draft_per_person_and_form")]

    def __str__(self) -> str:
        return self.key
