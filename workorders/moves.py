"""Each move's input and the action it calls: one form serves the page and the API.

A form that names a `move` is entered in `FORMS`; the desk renders it in place, the API reads its fields' names and
types from it and posts into it. Forms shape input; whether a move is open is the law's business (`workflow`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staff.lean import LeanForm
from staff.models import Area, User
from workorders import actions, workflow
from workorders.errors import Invalid
from workorders.forms import LONGEST_CONTENT, Lines
from workorders.models import Category, Kind, Outcome, Urgency, WorkOrder
from workorders.models.choices import DeclineReason
from workorders.workflow import Move

FORMS: dict[tuple[str, str], type[MoveForm]] = {}


class MoveForm(LeanForm):
    """Input of one move on one record. `version` is the order's version the person saw; without it nothing is stale."""

    move: ClassVar[Move]
    keeps: ClassVar[bool] = False  # the form shows what the record has: a program may leave out what it does not change

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "move" in cls.__dict__:
            FORMS[cls.move.record, cls.move.name] = cls

    def __init__(self, record: Any, by: User, data: Any = None, **kwargs: Any) -> None:
        self.record, self.by = record, by
        super().__init__(data, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices and initial values to this record and this person."""

    @classmethod
    def is_plain(cls) -> bool:
        """Whether the form is the same for every record and person."""
        chosen = any(isinstance(field, forms.ModelChoiceField) for field in cls.base_fields.values())
        return cls.prepare is MoveForm.prepare and not chosen

    def act(self, **values: Any) -> Any:
        """Call the action with the cleaned values."""
        raise NotImplementedError

    def run(self) -> Any:
        """Carry the move out; Invalid from the action becomes errors beside the fields, then None is returned.

        Raises NotAllowed and Stale, which are answered for every door in one place.
        """
        if not self.is_valid():
            return None
        try:
            return self.act(**self.cleaned_data)
        except Invalid as invalid:
            for name, words in invalid.errors.items():
                self.add_error(name if name in self.fields else None, str(words))
            return None


def text(label: Any, *, required: bool = True, help_text: Any = "", longest: int = 4000) -> forms.CharField:
    """A text of several lines."""
    lines = forms.Textarea(attrs={"rows": 3})
    return Lines(label=label, required=required, help_text=help_text, max_length=longest, widget=lines)


def pick(queryset: QuerySet[Any], label: Any, *, required: bool = True) -> forms.ModelChoiceField[Any]:
    """One record of a list."""
    return forms.ModelChoiceField(queryset, label=label, required=required)


def form_for(record: str, name: str) -> type[MoveForm] | None:
    return FORMS.get((record, name))


class AmendForm(MoveForm):
    move = workflow.AMEND
    keeps = True

    title = forms.CharField(label=_("title"), max_length=120)
    content = text(_("what happened"), longest=LONGEST_CONTENT)
    wants = text(_("what the citizen wants"), required=False)
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices)
    urgency = forms.ChoiceField(label=_("urgency"), choices=Urgency.choices)
    category = pick(Category.objects.filter(is_active=True), _("category"))
    area = pick(Area.objects.all(), _("area"), required=False)
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    confidential = forms.BooleanField(label=_("keep the citizen's identity confidential"), required=False)

    def prepare(self) -> None:
        """Filled with what stands there; a category switched off since may stay."""
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)
        category.queryset = Category.objects.filter(Q(is_active=True) | Q(pk=self.record.category_id))
        for name in self.fields:
            if name != "version":
                self.initial.setdefault(name, getattr(self.record, name))

    def act(self, **values: Any) -> WorkOrder:
        return actions.amend(self.record, by=self.by, **values)


class NoteForm(MoveForm):
    move = workflow.NOTE

    text = text(_("internal note"))

    def act(self, **values: Any) -> WorkOrder:
        return actions.note(self.record, by=self.by, **values)


class OnTheSpotForm(MoveForm):
    move = workflow.ON_THE_SPOT

    reply = text(_("what you told the citizen"))
    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices, initial=Outcome.INFORMED)

    def act(self, **values: Any) -> WorkOrder:
        return actions.answer_on_the_spot(self.record, by=self.by, **values)


class DeclineForm(MoveForm):
    move = workflow.DECLINE

    reason = forms.ChoiceField(label=_("ground"), choices=DeclineReason.choices, widget=forms.RadioSelect)
    explanation = text(_("what you explained to the citizen"))

    def act(self, **values: Any) -> WorkOrder:
        return actions.decline(self.record, by=self.by, **values)


class ReasonForm(MoveForm):
    """Moves that ask only why."""

    reason = text(_("reason"))


class InvalidateForm(ReasonForm):
    move = workflow.INVALIDATE

    def act(self, **values: Any) -> WorkOrder:
        return actions.mark_invalid(self.record, by=self.by, **values)


class MergeForm(MoveForm):
    move = workflow.MERGE

    into = forms.CharField(label=_("number of the order it belongs to"), max_length=24)

    def clean_into(self) -> WorkOrder:
        number = self.cleaned_data["into"].strip().upper()
        order = WorkOrder.objects.filter(number=number).first()
        if order is None:
            raise forms.ValidationError(_("There is no order with this number."))
        return order

    def act(self, **values: Any) -> WorkOrder:
        return actions.merge(self.record, by=self.by, **values)


class UnmergeForm(MoveForm):
    move = workflow.UNMERGE

    def act(self, **values: Any) -> WorkOrder:
        return actions.unmerge(self.record, by=self.by, **values)


class TakeForm(MoveForm):
    move = workflow.TAKE

    def act(self, **values: Any) -> WorkOrder:
        return actions.take(self.record, by=self.by, **values)


class ReleaseForm(MoveForm):
    move = workflow.RELEASE

    def act(self, **values: Any) -> WorkOrder:
        return actions.release(self.record, by=self.by, **values)


class ChaseForm(MoveForm):
    move = workflow.CHASE

    words = text(_("what the citizen said"))

    def act(self, **values: Any) -> WorkOrder:
        return actions.chase(self.record, by=self.by, **values)


class RevealForm(MoveForm):
    move = workflow.REVEAL

    reason = forms.CharField(
        label=_("reason"), max_length=200, help_text=_("Your name, the time and this reason are kept.")
    )

    def act(self, **values: Any) -> Any:
        return actions.reveal(self.record, by=self.by, **values)


class SuperviseForm(ReasonForm):
    move = workflow.SUPERVISE

    def act(self, **values: Any) -> WorkOrder:
        return actions.supervise(self.record, by=self.by, **values)


class LiftForm(MoveForm):
    move = workflow.LIFT

    findings = text(_("findings"))

    def act(self, **values: Any) -> WorkOrder:
        return actions.lift(self.record, by=self.by, **values)


class ReopenForm(ReasonForm):
    move = workflow.REOPEN

    def act(self, **values: Any) -> WorkOrder:
        return actions.reopen(self.record, by=self.by, **values)


class ResumeForm(MoveForm):
    move = workflow.RESUME

    def act(self, **values: Any) -> WorkOrder:
        return actions.resume(self.record, by=self.by, **values)


class CloseForm(ReasonForm):
    move = workflow.CLOSE

    def act(self, **values: Any) -> WorkOrder:
        return actions.close(self.record, by=self.by, **values)
