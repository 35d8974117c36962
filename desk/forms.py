"""The intake: the order of fields is the order of speech."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import Area
from workorders.actions import Appeal
from workorders.models import Category, Kind, Outcome, Urgency
from workorders.models.choices import Channel, DeclineReason


class IntakeForm(forms.Form):
    """Who is calling, what happened, where, what do they want; then kind, category and urgency to confirm."""

    caller_name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=60, required=False)
    caller_phone = forms.CharField(label=_("phone"), max_length=30, required=False)
    caller_contact = forms.CharField(label=_("other contact"), max_length=120, required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=Channel.choices, initial=Channel.PHONE)
    confidential = forms.BooleanField(label=_("keep the citizen's identity confidential"), required=False)
    content = forms.CharField(
        label=_("what happened"), max_length=8000, widget=forms.Textarea(attrs={"rows": 5, "autofocus": True})
    )
    title = forms.CharField(label=_("title"), max_length=120, help_text=_("One line that names the matter."))
    area = forms.ModelChoiceField(Area.objects.all(), label=_("area"), required=False)
    address = forms.CharField(label=_("place"), max_length=200, required=False)
    incident_at = forms.DateTimeField(
        label=_("when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    wants = forms.CharField(
        label=_("what the citizen wants"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices, initial=Kind.HELP)
    category = forms.ModelChoiceField(Category.objects.filter(is_active=True), label=_("category"))
    urgency = forms.ChoiceField(label=_("urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    reply_wanted = forms.BooleanField(label=_("the citizen wants a reply"), required=False, initial=True)

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
        if data.get("kind") != Kind.PRAISE and data.get("end") == "register" and data.get("reply_wanted"):
            phone = "".join(ch for ch in data.get("caller_phone", "") if ch.isdigit())
            if data.get("caller_phone") and len(phone) < 5:
                self.add_error("caller_phone", _("This is no telephone number."))
        return data

    def appeal(self) -> Appeal:
        """What is registered."""
        names = Appeal.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return Appeal(**{name: self.cleaned_data[name] for name in names})
