"""What is told of each row behind a number: one list of columns for the page, the workbook and the stream.

A column says how the database tells it, so that a list leaves in the form it is read in. The caller is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, DecimalField, F, FloatField, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callbacks.models import Resolution, Satisfaction, Verdict, WhyNot
from callbacks.models import Status as CallbackStatus
from oversight.indicators import ROUND
from oversight.records import CALLBACK, DUE_CALLBACK, ORDER, REFERRAL, Record
from oversight.working_time import WorkingSeconds
from referrals.models import Role
from referrals.models import Status as ReferralStatus
from workorders.models import Kind, Outcome, Status, Urgency, WorkOrder
from workorders.models.choices import Channel, Closing, Pool

Value = str | int | float | datetime | None
Telling = Callable[[], Combinable]


@dataclass(frozen=True)
class Column:
    """One thing told of a row. `value` makes the expression, in the reader's language; `listed` ones are on the page,
    all are in an export."""

    label: str | Promise
    value: Telling
    listed: bool = True


class Words(Case):
    """A value of a closed list, in words of our own."""

    def __init__(self, name: str, words: Iterable[tuple[Any, Any]], default: str | None = "") -> None:
        whens = [When(**{name: value}, then=Constant(str(label))) for value, label in words]
        super().__init__(*whens, default=Constant(default), output_field=CharField())


def _as_is(name: str) -> Telling:
    return lambda: F(name)


def _choice(name: str, words: Iterable[tuple[Any, Any]]) -> Telling:
    return lambda: Words(name, words)


def _category(name: str) -> Telling:
    return lambda: Coalesce(NullIf(f"{name}__full_name", Constant("")), f"{name}__name")


def _holder() -> Combinable:
    """As `WorkOrder.holder_name`."""
    person = Coalesce(NullIf("holder_person__name", Constant("")), "holder_person__username")
    desk = Words("holder_pool", Pool.choices, default=None)
    return Coalesce(desk, "holder_department__name", person, output_field=CharField())


def _hours(since: str, until: str) -> Telling:
    """Working hours with two decimals; nothing while the later moment is not there yet."""
    seconds = WorkingSeconds(since, until)
    rounded = DecimalField(max_digits=12, decimal_places=2)
    return lambda: Cast(Cast(seconds / Constant(3600.0), rounded), FloatField())


def _attempts() -> Combinable:
    return Coalesce(Subquery(ROUND.order_by("-round").values("attempt_count")[:1]), Constant(0))


def _result() -> Combinable:
    latest = ROUND.order_by("-round").annotate(words=Words("status", CallbackStatus.choices))
    return Subquery(latest.values("words")[:1], output_field=CharField())


YES_NO = ((True, _("yes")), (False, _("no")))


# fmt: off
def _matter(record: Record) -> tuple[Column, ...]:
    """Which order, and what it is about. The page has number and title as its link."""
    return (
        Column(_("number"),      _as_is(f"{record.order}number"), listed=False),
        Column(_("title"),       _as_is(f"{record.order}title"), listed=False),
        Column(_("category"),    _category(record.category)),
        Column(_("area"),        _as_is(f"{record.area}__name"), listed=False),
    )


COLUMNS: dict[str, tuple[Column, ...]] = {
    ORDER.name: (
        *_matter(ORDER),
        Column(_("kind"),            _choice("kind", Kind.choices), listed=False),
        Column(_("urgency"),         _choice("urgency", Urgency.choices), listed=False),
        Column(_("channel"),         _choice("channel", Channel.choices), listed=False),
        Column(_("lead department"), _as_is("lead_department__name")),
        Column(_("status"),          _choice("status", Status.choices)),
        Column(_("held by"),         _holder),
        Column(pgettext_lazy("time", "registered"), _as_is("registered_at")),
        Column(_("due"),             _as_is("next_due_at")),
        Column(pgettext_lazy("time", "closed"), _as_is("closed_at")),
        Column(_("closed how"),      _choice("closing", Closing.choices), listed=False),
        Column(_("outcome"),         _choice("outcome", Outcome.choices), listed=False),
        Column(_("dispatches"),      _as_is("dispatches"), listed=False),
        Column(_("reworks"),         _as_is("reworks"), listed=False),
        Column(_("chases"),          _as_is("chases"), listed=False),
    ),
    REFERRAL.name: (
        *_matter(REFERRAL),
        Column(_("department"),      _as_is("department__name")),
        Column(_("role"),            _choice("role", Role.choices), listed=False),
        Column(_("status"),          _choice("status", ReferralStatus.choices)),
        Column(pgettext_lazy("referral", "sent"), _as_is("sent_at")),
        Column(_("accept by"),       _as_is("sign_step__due_at"), listed=False),
        Column(_("accepted"),        _as_is("accepted_at")),
        Column(_("first due"),       _as_is("answer_step__first_due_at"), listed=False),
        Column(_("due"),             _as_is("answer_step__due_at")),
        Column(pgettext_lazy("time", "answered"), _as_is("answered_at")),
        Column(_("passed"),          _as_is("passed_at"), listed=False),
        Column(_("working hours"),   _hours("sent_at", "passed_at")),
    ),
    CALLBACK.name: (
        *_matter(CALLBACK),
        Column(_("department"),      _as_is("department__name")),
        Column(_("round"),           _as_is("round"), listed=False),
        Column(_("completed"),       _as_is("completed_at")),
        Column(_("contacted?"),      _choice("contacted", YES_NO)),
        Column(_("solved?"),         _choice("resolution", Resolution.choices)),
        Column(_("satisfied?"),      _choice("satisfaction", Satisfaction.choices)),
        Column(_("why not"),         _choice("why_not", WhyNot.choices)),
        Column(_("decision"),        _choice("verdict", Verdict.choices)),
    ),
    DUE_CALLBACK.name: (
        *_matter(DUE_CALLBACK),
        Column(_("lead department"), _as_is(f"{DUE_CALLBACK.department}__name")),
        Column(_("callback owed since"), _as_is("started_at")),
        Column(_("to be completed by"),  _as_is("due_at")),
        Column(_("attempts"),        _attempts),
        Column(_("result"),          _result),
    ),
}
# fmt: on


def order_of(row: Any) -> WorkOrder:
    """The order a row belongs to."""
    return row if isinstance(row, WorkOrder) else row.order


def columns_of(record: Record, *, listed: bool = False) -> dict[str, Column]:
    """A record's columns, each under the name by which `told` gives its value: all of them, or those of the page."""
    columns = enumerate(COLUMNS[record.name])
    return {f"told_{nth}": column for nth, column in columns if column.listed or not listed}


def told(queryset: QuerySet[Any], columns: dict[str, Column]) -> QuerySet[Any]:
    """The rows, each with what the columns tell."""
    annotated: QuerySet[Any] = queryset.annotate(**{name: column.value() for name, column in columns.items()})
    return annotated
