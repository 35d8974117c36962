"""Each callback move's input and the action it calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callbacks import actions
from callbacks.models import Attempt, Resolution, Satisfaction, WhyNot
from staff.models import Department
from workorders import workflow
from workorders.moves import MoveForm, ReasonForm, pick, text


class AttemptForm(MoveForm):
    move = workflow.ATTEMPT

    result = forms.ChoiceField(label=_("result"), choices=Attempt.Result.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("note"), max_length=500, required=False)

    def act(self, **values: Any) -> Any:
        return actions.record_attempt(self.record, by=self.by, **values)


class ResultForm(MoveForm):
    """The script's questions, in the order they are asked."""

    move = workflow.RESULT

    contacted = forms.TypedChoiceField(
        label=_("Were you contacted by the department?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    resolution = forms.ChoiceField(label=_("Is it solved?"), choices=Resolution.choices, widget=forms.RadioSelect)
    satisfaction = forms.TypedChoiceField(
        label=_("Are you satisfied with the result?"),
        choices=Satisfaction.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    manner = forms.TypedChoiceField(
        label=_("Are you satisfied with the manner?"),
        choices=Satisfaction.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    why_not = forms.ChoiceField(label=_("If not content: why?"), choices=[("", "—"), *WhyNot.choices], required=False)
    opinion = text(_("in the citizen's words"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.record_result(self.record, by=self.by, **values)


class ReworkForm(MoveForm):
    move = workflow.REWORK

    instructions = text(_("what has to be done differently"))
    lead = pick(Department.objects.filter(is_active=True), _("department, if another"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.rework(self.record, by=self.by, **values)


class ExplainedForm(ReasonForm):
    move = workflow.EXPLAINED

    def act(self, **values: Any) -> Any:
        return actions.close_as_explained(self.record, by=self.by, **values)


class ExcludeForm(ReasonForm):
    move = workflow.EXCLUDE

    def act(self, **values: Any) -> Any:
        return actions.exclude(self.record, by=self.by, **values)
