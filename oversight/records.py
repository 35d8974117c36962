"""What figures count: kinds of record, and the moment by which each falls into a period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callbacks.models import Callback
from oversight.periods import Period
from referrals.models import Referral, Role
from workorders.models import Step, WorkOrder
from workorders.models.choices import StepKind


@dataclass(frozen=True)
class Record:
    """A kind of record: which rows there are, and the ways from a row to its order, department, category and area."""

    name: str
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    order: str
    department: str

    @property
    def category(self) -> str:
        return f"{self.order}category"

    @property
    def area(self) -> str:
        return f"{self.order}area"


ORDER = Record("order", _("orders"), lambda: WorkOrder.objects.all(), order="", department="lead_department")
# A sub-unit's part is inside its bureau's referral and is not counted a second time.
REFERRAL = Record(
    "referral",
    _("referrals"),
    lambda: Referral.objects.exclude(role=Role.SUBUNIT),
    order="order__",
    department="department",
)
CALLBACK = Record(
    "callback", _("callbacks"), lambda: Callback.objects.completed(), order="order__", department="department"
)
# 应回访: the callback desk owed a call; one row for each round, whether anybody called or not.
DUE_CALLBACK = Record(
    "due_callback",
    _("callbacks due"),
    lambda: Step.objects.filter(kind=StepKind.CLOSE_OUT),
    order="order__",
    department="order__lead_department",
)


EVERYTHING = Q()


@dataclass(frozen=True)
class Population:
    """Records by one of their moments: those whose moment lies in the period are spoken of.

    `before` is a moment of the record's own that never comes after it: where `moment` stands in another table, lists
    begin by that.
    """

    name: str
    record: Record
    moment: str
    only: Q = EVERYTHING
    before: str = ""

    def window(self, period: Period) -> dict[str, Any]:
        """The condition that the moment lies in a period."""
        return {f"{self.moment}__gte": period.start, f"{self.moment}__lt": period.end}

    def within(self, period: Period) -> QuerySet[Any]:
        """The records of a period."""
        return self.record.rows().filter(self.only, **self.window(period)).order_by()


REGISTERED = Population("registered", ORDER, "registered_at")
SENT = Population("sent", REFERRAL, "sent_at")
SIGN_DUE = Population("sign_due", REFERRAL, "sign_step__due_at", Q(sign_step__kind=StepKind.SIGN), "sent_at")
DUE = Population("due", REFERRAL, "answer_step__due_at", Q(answer_step__kind=StepKind.ANSWER), "sent_at")
FIRST_DUE = Population(
    "first_due", REFERRAL, "answer_step__first_due_at", Q(answer_step__kind=StepKind.ANSWER), "sent_at"
)
PASSED = Population("passed", REFERRAL, "passed_at")
COMPLETED = Population("completed", CALLBACK, "completed_at")
CALLBACK_DUE = Population("callback_due", DUE_CALLBACK, "due_at")
