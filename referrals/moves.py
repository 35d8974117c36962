"""Each referral move's input and the action it calls, and the order's moves that touch referrals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals import actions, workflow
from referrals.catalogue import proposed
from staff.models import Department
from workorders import workflow as order_workflow
from workorders.models import Outcome
from workorders.models.choices import ReturnReason
from workorders.moves import MoveForm, ReasonForm, pick, text


def active() -> Any:
    return Department.objects.filter(is_active=True)


class ReferForm(MoveForm):
    """派单: the dispatch catalogue's proposal is filled in, to confirm or change."""

    move = order_workflow.REFER

    lead = pick(active(), _("lead department"))
    supporting = forms.ModelMultipleChoiceField(active(), label=_("supporting departments"), required=False)
    instructions = text(_("instructions to the departments"), required=False)

    def prepare(self) -> None:
        row = None if self.is_bound else proposed(self.record)
        if row is not None:
            self.initial.setdefault("lead", row.lead_id)
            self.initial.setdefault("supporting", [department.pk for department in row.supporting.all()])

    def act(self, **values: Any) -> Any:
        return actions.refer(self.record, by=self.by, **values)


class DesignateForm(ReferForm):
    move = order_workflow.DESIGNATE

    instructions = text(_("why this department owns the matter"))

    def prepare(self) -> None:
        """首接负责制: where ownership is in dispute the unit that received it first leads, unless another is named."""
        disputed = self.record.referrals.filter(
            return_requests__granted=True, return_requests__reason__in=order_workflow.DISPUTES
        )
        if first := disputed.filter(department__is_active=True).order_by("id").first():
            self.initial.setdefault("lead", first.department_id)
        super().prepare()

    def act(self, **values: Any) -> Any:
        return actions.designate(self.record, by=self.by, **values)


class SupportForm(MoveForm):
    move = order_workflow.SUPPORT

    department = pick(active(), _("supporting department"))
    instructions = text(_("instructions to the department"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.add_supporting(self.record, by=self.by, **values)


class RecallForm(ReasonForm):
    move = order_workflow.RECALL

    def act(self, **values: Any) -> Any:
        return actions.recall(self.record, by=self.by, **values)


class ShelveForm(ReasonForm):
    move = order_workflow.SHELVE

    review_on = forms.DateField(label=_("review date"), widget=forms.DateInput(attrs={"type": "date"}))
    public = text(_("what the citizen is told"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.shelve(self.record, by=self.by, **values)


class WithdrawForm(ReasonForm):
    move = order_workflow.WITHDRAW

    def act(self, **values: Any) -> Any:
        return actions.withdraw(self.record, by=self.by, **values)


class AcceptForm(MoveForm):
    move = workflow.ACCEPT

    def act(self, **values: Any) -> Any:
        return actions.accept(self.record, by=self.by, **values)


class ContactForm(MoveForm):
    move = workflow.CONTACT

    note = text(_("what was said"))

    def act(self, **values: Any) -> Any:
        return actions.record_contact(self.record, by=self.by, **values)


class DelegateForm(MoveForm):
    move = workflow.DELEGATE

    department = pick(active(), _("sub-unit"))
    instructions = text(_("instructions"), required=False)

    def prepare(self) -> None:
        own = self.record.department
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = active().filter(path__startswith=own.path).exclude(pk=own.pk)

    def act(self, **values: Any) -> Any:
        return actions.delegate(self.record, by=self.by, **values)


class TakeBackForm(ReasonForm):
    move = workflow.TAKE_BACK

    def act(self, **values: Any) -> Any:
        return actions.take_back(self.record, by=self.by, **values)


class AnswerForm(MoveForm):
    move = workflow.ANSWER

    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    public_reply = text(_("reply to the citizen"))
    internal_note = text(_("internal note"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.answer(self.record, by=self.by, **values)


class RequestReturnForm(MoveForm):
    move = workflow.REQUEST_RETURN

    reason = forms.ChoiceField(label=_("reason"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    basis = text(_("legal basis"))

    def act(self, **values: Any) -> Any:
        return actions.request_return(self.record, by=self.by, **values)


class UpholdReturnForm(MoveForm):
    move = workflow.UPHOLD_RETURN

    ruling = text(_("ruling"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.uphold_return(self.record, by=self.by, **values)


class RefuseReturnForm(MoveForm):
    move = workflow.REFUSE_RETURN

    ruling = text(_("why it is theirs"))

    def act(self, **values: Any) -> Any:
        return actions.refuse_return(self.record, by=self.by, **values)


class RequestExtensionForm(MoveForm):
    move = workflow.REQUEST_EXTENSION

    days = forms.IntegerField(label=_("working days"), min_value=1)
    reason = text(_("reason"))

    def prepare(self) -> None:
        self.fields["days"].help_text = _("At most %(days)s.") % {"days": self.record.extension_days}

    def act(self, **values: Any) -> Any:
        return actions.request_extension(self.record, by=self.by, **values)


class GrantExtensionForm(MoveForm):
    move = workflow.GRANT_EXTENSION

    days = forms.IntegerField(label=_("working days"), min_value=1, required=False)
    ruling = text(_("ruling"), required=False)

    def prepare(self) -> None:
        pending = self.record.pending_extension()
        if pending is not None:
            self.initial.setdefault("days", pending.days)

    def act(self, **values: Any) -> Any:
        return actions.grant_extension(self.record, by=self.by, **values)


class RefuseExtensionForm(MoveForm):
    move = workflow.REFUSE_EXTENSION

    ruling = text(_("why the time stands"))

    def act(self, **values: Any) -> Any:
        return actions.refuse_extension(self.record, by=self.by, **values)


class PassAnswerForm(MoveForm):
    move = workflow.PASS_ANSWER

    comment = text(_("comment"), required=False)

    def act(self, **values: Any) -> Any:
        return actions.pass_answer(self.record, by=self.by, **values)


class SendBackForm(MoveForm):
    move = workflow.SEND_BACK

    comment = text(_("what is missing"))

    def act(self, **values: Any) -> Any:
        return actions.send_back(self.record, by=self.by, **values)
