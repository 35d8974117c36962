"""What is told of each row behind a number: one list of columns for the page and for the export.

The caller is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from callbacks.models import Status as CallbackStatus
from oversight.indicators import ROUND
from oversight.records import CALLBACK, DUE_CALLBACK, ORDER, REFERRAL, Record
from staff.calendars import current
from workorders.models import WorkOrder

Value = str | int | float | datetime | None


@dataclass(frozen=True)
class Column:
    """One thing told of a row. `listed` ones are on the page, all are in the export."""

    label: str | Promise
    get: Callable[[Any], Value]
    listed: bool = True


def order_of(row: Any) -> WorkOrder:
    """The order a row belongs to."""
    return row if isinstance(row, WorkOrder) else row.order


def _order(get: Callable[[WorkOrder], Value]) -> Callable[[Any], Value]:
    return lambda row: get(order_of(row))


def _place(name: str) -> Callable[[Any], Value]:
    return _order(lambda order: str(getattr(order, name) or ""))


def _choice(name: str) -> Callable[[Any], Value]:
    """A choice in words. Django's own `get_…_display` translates every choice anew for every row."""
    return lambda row: _labels(row._meta, name, get_language()).get(getattr(row, name), "")


@cache
def _labels(meta: Any, name: str, language: str | None) -> dict[Any, str]:
    return {value: str(label) for value, label in meta.get_field(name).flatchoices}


def _hours(referral: Any) -> Value:
    if referral.passed_at is None:
        return None
    worked = current().working_hours_between(referral.sent_at, referral.passed_at)
    return round(worked.total_seconds() / 3600, 2)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else str(_("yes") if value else _("no"))


# fmt: off
MATTER = (
    Column(_("category"),        _place("category")),
    Column(_("area"),            _place("area"), listed=False),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    ORDER.name: (
        *MATTER,
        Column(_("kind"),            _choice("kind"), listed=False),
        Column(_("urgency"),         _choice("urgency"), listed=False),
        Column(_("channel"),         _choice("channel"), listed=False),
        Column(_("lead department"), _place("lead_department")),
        Column(_("status"),          _choice("status")),
        Column(_("held by"),         _order(lambda order: order.holder_name)),
        Column(pgettext_lazy("time", "registered"), _order(lambda order: order.registered_at)),
        Column(_("due"),             _order(lambda order: order.next_due_at)),
        Column(pgettext_lazy("time", "closed"), _order(lambda order: order.closed_at)),
        Column(_("closed how"),      _choice("closing"), listed=False),
        Column(_("outcome"),         _choice("outcome"), listed=False),
        Column(_("dispatches"),      _order(lambda order: order.dispatches), listed=False),
        Column(_("reworks"),         _order(lambda order: order.reworks), listed=False),
        Column(_("chases"),          _order(lambda order: order.chases), listed=False),
    ),
    REFERRAL.name: (
        *MATTER,
        Column(_("department"),      lambda row: row.department.name),
        Column(_("role"),            _choice("role"), listed=False),
        Column(_("status"),          _choice("status")),
        Column(pgettext_lazy("referral", "sent"), lambda row: row.sent_at),
        Column(_("accept by"),       lambda row: row.sign_step.due_at, listed=False),
        Column(_("accepted"),        lambda row: row.accepted_at),
        Column(_("first due"),       lambda row: row.answer_step.first_due_at, listed=False),
        Column(_("due"),             lambda row: row.answer_step.due_at),
        Column(pgettext_lazy("time", "answered"), lambda row: row.answered_at),
        Column(_("passed"),          lambda row: row.passed_at, listed=False),
        Column(_("working hours"),   _hours),
    ),
    CALLBACK.name: (
        *MATTER,
        Column(_("department"),      lambda row: str(row.department or "")),
        Column(_("round"),           lambda row: row.round, listed=False),
        Column(_("completed"),       lambda row: row.completed_at),
        Column(_("contacted?"),      lambda row: _yes_no(row.contacted)),
        Column(_("solved?"),         _choice("resolution")),
        Column(_("satisfied?"),      _choice("satisfaction")),
        Column(_("why not"),         _choice("why_not")),
        Column(_("decision"),        _choice("verdict")),
    ),
    DUE_CALLBACK.name: (
        *MATTER,
        Column(_("lead department"), _place("lead_department")),
        Column(_("callback owed since"), lambda row: row.started_at),
        Column(_("to be completed by"),  lambda row: row.due_at),
        Column(_("attempts"),        lambda row: row.attempts or 0),
        Column(_("result"),          lambda row: str(CallbackStatus(row.result).label) if row.result else ""),
    ),
}
RELATED: dict[str, tuple[str, ...]] = {
    ORDER.name: ("category", "area", "lead_department", "holder_department", "holder_person"),
    REFERRAL.name: ("order__category", "order__area", "department", "sign_step", "answer_step"),
    CALLBACK.name: ("order__category", "order__area", "department"),
    DUE_CALLBACK.name: ("order__category", "order__area", "order__lead_department"),
}
# fmt: on


def told(record: Record, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with all that their columns read."""
    queryset = queryset.select_related(*RELATED[record.name])
    if record is DUE_CALLBACK:
        latest = ROUND.order_by("-round")
        queryset = queryset.annotate(
            attempts=Subquery(latest.values("attempt_count")[:1]), result=Subquery(latest.values("status")[:1])
        )
    return queryset
