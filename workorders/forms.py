"""What a citizen brings, as it is registered: one form for the intake page and the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.explain import listed
from staff.lean import LeanForm
from staff.models import Area
from staff.reading import read
from workorders.actions import Appeal
from workorders.inputs import YEARS
from workorders.models import Category, Kind, Urgency
from workorders.models.choices import Channel

# A telephone number has at least so many digits: short service numbers have five.
LEAST_DIGITS = 5


# An appeal may be long, longer still where it was written and not told.
LONGEST_CONTENT = 20_000


class Lines(forms.CharField):
    """A text of several lines. Browsers send another end of line than programs; kept is one, so that a text sent back
    unchanged is unchanged."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return normalize_newlines(super().to_python(value) or "")


# Said in plain SQL: every appeal is registered with one, and asking for it took longer than all the other fields.
CATEGORY = "SELECT * FROM workorders_category WHERE is_active AND {named} = %s"


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes no parameter when it runs
    """An active category, read once in the life of a form: before it is checked it says what else is asked."""

    _read: tuple[Any, Category | None] = ("", None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Category.objects.filter(is_active=True), **kwargs)  # as CATEGORY asks

    def to_python(self, value: Any) -> Category | None:
        if value != self._read[0]:
            self._read = value, self._found(value)
        return self._read[1]

    def _found(self, value: Any) -> Category | None:
        if value in self.empty_values:
            return None
        named = self.to_field_name or "id"
        column: Any = Category._meta.get_field(named)
        try:
            found = read(Category, CATEGORY.format(named=named), [column.to_python(value)])
        except (ValueError, forms.ValidationError):  # no number, or what no text of the database can hold
            found = []
        if not found:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return found[0]


class AppealForm(LeanForm):
    """Who is calling, what happened, where, what do they want; then kind, category and urgency to confirm."""

    caller_phone = forms.CharField(
        label=_("phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    caller_name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=60, required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=Channel.choices, initial=Channel.PHONE)
    caller_contact = forms.CharField(label=_("other contact"), max_length=120, required=False)
    confidential = forms.BooleanField(label=_("keep the citizen's identity confidential"), required=False)
    content = Lines(
        label=_("what happened"),
        max_length=LONGEST_CONTENT,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    title = forms.CharField(
        label=_("title"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("One line that names the matter.")}),
    )
    area = forms.ModelChoiceField(Area.objects.all(), label=_("area"), required=False)
    address = forms.CharField(label=_("place"), max_length=200, required=False)
    incident_at = forms.DateTimeField(
        label=_("when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    wants = Lines(
        label=_("what the citizen wants"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reply_wanted = forms.BooleanField(label=_("the citizen wants a reply"), required=False, initial=True)
    category = CategoryField(label=_("category"))
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices, initial=Kind.HELP)
    urgency = forms.ChoiceField(label=_("urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)

    def clean_caller_phone(self) -> str:
        phone: str = self.cleaned_data["caller_phone"]
        if phone and sum(ch.isdigit() for ch in phone) < LEAST_DIGITS:
            raise forms.ValidationError(_("This is no telephone number."))
        return phone

    def clean_incident_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["incident_at"]
        if moment and moment.year not in YEARS:
            raise forms.ValidationError(_("Not in our times."))
        return moment

    def appeal(self) -> Appeal:
        """What is registered."""
        values: dict[str, Any] = self.cleaned_data
        return Appeal(**{name: values[name] for name in Appeal.__dataclass_fields__.keys() & values.keys()})


class SentAppealForm(AppealForm):
    """An appeal as a program sends it: the answers to its category's extra questions come as one object."""

    extra = forms.JSONField(
        label=_("extra answers"),
        required=False,
        help_text=_("By the labels of the category's questions."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["extra"] = data.get("extra") or {}
        category = data.get("category")
        asked = {question["label"] for question in category.questions} if category else set(data["extra"])
        if unasked := data["extra"].keys() - asked:
            names = listed(sorted(unasked))
            self.add_error("extra", _("The category does not ask this: %(names)s.") % {"names": names})
        return data


class RemovalForm(forms.Form):
    """Why a file is taken away."""

    reason = Lines(label=_("reason"), max_length=500)
