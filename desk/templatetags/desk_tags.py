"""What the desk's templates say about records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.utils.safestring import SafeString

from desk import moments, verbs
from staff.explain import explain, moment_words
from staff.now import now
from workorders.models import Event

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
    """Lateness by shape and word, time left, the moment; `why` (lines) opens the arithmetic."""
    at = now()
    return {
        "lateness": moments.lateness(due_at, at, ended_at),
        "distance": moments.distance(due_at, at) if due_at and not ended_at else "",
        "due_at": due_at,
        "absolute": moment_words(due_at) if due_at else "",
        "lines": explain(why) if why else [],
    }


@register.filter
def moment(value: datetime | None) -> str:
    """An absolute moment in words."""
    return moment_words(value) if value else ""


@register.filter
def sentence(event: Event) -> str:
    return verbs.sentence(event)


@register.filter
def event_icon(event: Event) -> str:
    return verbs.icon(event)


@register.filter
def status_colour(status: str) -> str:
    return STATUS_COLOURS.get(status, "secondary")


@register.simple_tag
def render_field(field: BoundField) -> SafeString:
    """The control with the kit's classes, its help and errors named for screen readers."""
    widget = field.field.widget
    attributes: dict[str, str | bool] = {}
    if isinstance(widget, RadioSelect):
        pass
    elif isinstance(widget, CheckboxInput):
        attributes["class"] = "form-check-input"
    elif isinstance(widget, Select | SelectMultiple):
        attributes["class"] = "form-select"
        if len(getattr(field.field, "choices", ())) > 8:
            attributes["data-picker"] = ""
    else:
        attributes["class"] = "form-control"
    if field.errors:
        attributes["class"] = f"{attributes.get('class', '')} is-invalid"
        attributes["aria-invalid"] = "true"
    described = [f"{field.auto_id}-help"] * bool(field.help_text) + [f"{field.auto_id}-error"] * bool(field.errors)
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


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
