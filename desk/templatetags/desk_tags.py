"""What the desk's templates say about records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.template import Context
from django.utils.safestring import SafeString

from desk import moments, owed, verbs
from desk.pickers import picker_for
from staff.explain import explain, moment_words
from staff.now import now
from workorders.models import Event, WorkOrder
from workorders.workflow import hides_caller

register = template.Library()

# Bootstrap's colour for each status, used with a word beside it.
STATUS_COLOURS = {
    "registered": "azure",
    "referred": "blue",
    "answered": "indigo",
    "awaiting_callback": "purple",
    "deciding": "orange",
    "shelved": "yellow",
    "merged": "cyan",
    "closed": "green",
    "declined": "secondary",
    "withdrawn": "secondary",
    "invalid": "secondary",
    "sent": "azure",
    "accepted": "blue",
    "delegated": "cyan",
    "passed": "green",
    "returned": "orange",
}


@register.inclusion_tag("components/due.html")
def due_badge(due_at: datetime | None, ended_at: datetime | None = None, why: Any = None) -> dict[str, Any]:
    """Lateness by shape and word, time left, the moment: of ending where it has ended; `why` (lines) opens the
    arithmetic."""
    at, shown = now(), ended_at or due_at
    return {
        "lateness": moments.lateness(due_at, at, ended_at),
        "distance": moments.distance(due_at, at) if due_at and not ended_at else "",
        "due_at": due_at,
        "absolute": moments.brief(shown, at) if shown else "",
        "whole": moment_words(due_at) if due_at else "",
        "lines": explain(why) if why else [],
    }


@register.inclusion_tag("components/moment.html")
def moment(value: datetime | None) -> dict[str, Any]:
    """A moment, short, with the whole of it on hover."""
    return {
        "value": value,
        "brief": moments.brief(value, now()) if value else "",
        "whole": value and moment_words(value),
    }


@register.filter
def moment_in_words(value: datetime | None) -> str:
    """A moment with weekday, date and time, as it is read out."""
    return moment_words(value) if value else ""


@register.filter
def sentence(event: Event) -> str:
    return verbs.sentence(event)


@register.filter
def event_icon(event: Event) -> str:
    return verbs.icon(event)


@register.simple_tag(takes_context=True)
def rows_of(context: Context, orders: Iterable[WorkOrder]) -> list[owed.Row]:
    """Orders as the rows of a list, as the signed-in person sees what is owed."""
    return list(owed.rows(orders, context["user"]))


@register.filter
def shows_caller(order: WorkOrder) -> bool:
    """Whether a handling unit may ask for the citizen's number."""
    return order.has_caller and not hides_caller(order)


@register.filter
def status_colour(status: str) -> str:
    return STATUS_COLOURS.get(status, "secondary")


@register.simple_tag
def render_field(field: BoundField) -> SafeString:
    """The control with the kit's classes, its help and errors named for screen readers."""
    picker = picker_for(field.field)
    widget = picker or field.field.widget
    attributes: dict[str, str | bool] = {}
    if isinstance(widget, CheckboxInput):
        attributes["class"] = "form-check-input"
    elif isinstance(widget, Select | SelectMultiple):
        attributes["class"] = "form-select"
    else:
        attributes["class"] = "form-control"
    if picker is not None:
        attributes["data-picker"] = ""
    if field.errors:
        attributes["class"] = f"{attributes['class']} is-invalid"
        attributes["aria-invalid"] = "true"
    described = [f"{field.auto_id}-help"] * bool(field.help_text) + [f"{field.auto_id}-error"] * bool(field.errors)
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(widget=picker, attrs=attributes)


@register.filter
def is_radio(field: BoundField) -> bool:
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_internal(field: BoundField) -> bool:
    """Texts that stay inside are told apart from what the citizen reads."""
    return field.name in ("internal_note", "text", "ruling", "comment", "findings", "instructions", "basis")


@register.filter
def is_public(field: BoundField) -> bool:
    return field.name in ("public_reply", "reply", "explanation", "public")


@register.filter
def choices(field: BoundField) -> list[tuple[str, str]]:
    """A filter's choices as (value, words), without the empty one."""
    return [(str(value), str(words)) for value, words in field.field.choices if str(value)]  # type: ignore[attr-defined]  # a choice field


@register.filter
def chosen(field: BoundField) -> list[str]:
    """What of a filter is set in the address."""
    value = field.data
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
