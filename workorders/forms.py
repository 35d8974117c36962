"""What a citizen brings, as it is registered: one form for the intake page and the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import Area
from workorders.actions import Appeal
from workorders.models import Category, Kind, Urgency
from workorders.models.choices import Channel


class AppealForm(forms.Form):
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

    def clean_caller_phone(self) -> str:
        phone: str = self.cleaned_data["caller_phone"]
        if phone and sum(ch.isdigit() for ch in phone) < 5:
            raise forms.ValidationError(_("This is no telephone number."))
        return phone

    def appeal(self) -> Appeal:
        """What is registered."""
        values: dict[str, Any] = self.cleaned_data
        return Appeal(**{name: values[name] for name in Appeal.__dataclass_fields__.keys() & values.keys()})
