"""The intake: the order of fields is the order of speech."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms import AppealForm
from workorders.models import Outcome
from workorders.models.choices import DeclineReason


class IntakeForm(AppealForm):
    """The appeal, and how the call ends."""

    END = [("register", _("Register")), ("answer", _("Answer on the spot")), ("decline", _("Decline"))]
    end = forms.ChoiceField(choices=END, initial="register", widget=forms.HiddenInput)
    reply = forms.CharField(
        label=_("what you told the citizen"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices, initial=Outcome.INFORMED, required=False)
    decline_reason = forms.ChoiceField(
        label=_("ground for declining"), choices=[("", "—"), *DeclineReason.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        """What an end needs is asked for at that end only."""
        data = super().clean() or {}
        if data.get("end") in ("answer", "decline") and not data.get("reply"):
            self.add_error("reply", _("Write what the citizen was told."))
        if data.get("end") == "decline" and not data.get("decline_reason"):
            self.add_error("decline_reason", _("Name one of the nine grounds."))
        return data
