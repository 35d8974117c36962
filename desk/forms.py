"""The intake: the order of fields is the order of speech."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.actions import Appeal
from workorders.forms import AppealForm
from workorders.models import Category, Outcome, Status, WorkOrder
from workorders.models.choices import Channel, DeclineReason


class IntakeForm(AppealForm):
    """The appeal, and how the call ends.

    How the call ends is the button pressed: `end` is register, answer or decline; `join` and `chase` carry the number
    of an order that is registered already, and what the caller did not say is then taken from it.
    """

    reply = forms.CharField(
        label=_("what you told the citizen"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices, initial=Outcome.INFORMED, required=False)
    decline_reason = forms.ChoiceField(
        label=_("ground for declining"), choices=[("", "—"), *DeclineReason.choices], required=False
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.questions: list[str] = []
        for index, question in enumerate(self._asked()):
            name = f"extra_{index}"
            self.fields[name] = _answer_to(question)
            self.questions.append(name)
        self.target: WorkOrder | None = None
        if self.end in ("join", "chase"):
            for field in self.fields.values():
                field.required = False

    def _asked(self) -> list[dict[str, Any]]:
        """The questions of the category picked; none for what is no category."""
        try:
            found: Category | None = self.fields["category"].to_python(self["category"].value())
        except forms.ValidationError:
            return []
        return found.questions if found else []

    @property
    def end(self) -> str:
        """How the call ends."""
        if self.data.get("join"):
            return "join"
        if self.data.get("chase"):
            return "chase"
        return str(self.data.get("end") or "register")

    @property
    def joined(self) -> WorkOrder:
        """The order that is joined or chased, once the form is valid."""
        assert self.target is not None
        return self.target

    @property
    def question_fields(self) -> list[forms.BoundField]:
        """The extra questions of the category."""
        return [self[name] for name in self.questions]

    def clean(self) -> dict[str, Any]:
        """What an end needs is asked for at that end only."""
        data = super().clean() or {}
        if self.end in ("answer", "decline") and not data.get("reply"):
            self.add_error("reply", _("Write what the citizen was told."))
        if self.end == "decline" and not data.get("decline_reason"):
            self.add_error("decline_reason", _("Name one of the nine grounds."))
        if self.end in ("join", "chase"):
            self._join(data)
        return data

    def _join(self, data: dict[str, Any]) -> None:
        """The order that is registered already; its words stand in for what was not said again."""
        open_orders = WorkOrder.objects.open().exclude(status=Status.MERGED).select_related("category", "area")
        number = str(self.data.get(self.end))
        self.target = open_orders.filter(number=number).first() if number.isalnum() else None
        if self.target is None:
            self.add_error(None, _("That order is closed meanwhile: register the appeal by itself."))
            return
        data["content"] = data.get("content") or data.get("wants") or str(_("The citizen asks again."))
        for name in ("title", "category", "area", "address"):
            data[name] = data.get(name) or getattr(self.target, name)
        data["kind"] = self.target.kind
        data["urgency"] = self.target.urgency
        data["channel"] = data.get("channel") or Channel.PHONE

    def appeal(self) -> Appeal:
        """What is registered."""
        extra = {str(self.fields[name].label): self.cleaned_data.get(name) or "" for name in self.questions}
        return replace(super().appeal(), extra={label: said for label, said in extra.items() if said})


def _answer_to(question: dict[str, Any]) -> forms.Field:
    """A field for an extra question: its answer is kept as text beside the appeal."""
    widget = forms.TextInput(attrs={"type": question["type"] if question["type"] in INPUT_TYPES else "text"})
    return forms.CharField(label=question["label"], max_length=200, required=False, widget=widget)


INPUT_TYPES = ("date", "time", "number", "tel")
