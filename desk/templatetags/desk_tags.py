"""What the desk's templates say about records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.db.models import Model
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, SelectMultiple
from django.utils.safestring import SafeString

from desk import entries as timelines
from desk import moments, offers, rail, texts, tracks, verbs
from desk.cells import written
from desk.colours import colour
from desk.dossier import Offer, Part
from desk.owed import Row
from desk.pickers import picker_for
from desk.queues import Queue, QueueKind
from desk.timeline import Entry
from staff.explain import moment_words
from staff.now import now
from workorders.models import Event
from workorders.typed import opened as opened_words

register = template.Library()


@register.simple_tag
def due_badge(due_at: datetime | None, ended_at: datetime | None = None, why: Any = None) -> str:
    """Lateness by shape and word, time left, the moment; `why` (lines) opens the arithmetic."""
    return str(moments.due(due_at, now(), ended_at, why))


@register.simple_tag
def moment(value: datetime | None) -> str:
    """A moment, short, with the whole of it on hover."""
    return str(moments.moment(value, now())) if value else ""


@register.simple_tag
def order_cells(rows: list[Row], department: int | None) -> SafeString:
    """The rows of a list of orders, with what is done on the way for a department's people."""
    return written(rows, on_the_way=department is not None)


@register.simple_tag
def rail_queues(kinds: list[QueueKind], queues: list[Queue] | None, here: str, registers: bool) -> SafeString:
    """The lines of the rail's queues."""
    return rail.written(kinds, queues, here, registers=registers)


@register.simple_tag
def text(words: str, *, public: bool) -> SafeString:
    """A text and who reads it."""
    return texts.text(words, public=public)


@register.simple_tag
def entry_list(entries: list[Entry]) -> SafeString:
    """The entries of a timeline."""
    return timelines.written(entries)


@register.simple_tag
def part_card(part: Part) -> SafeString:
    """A department's part of an order."""
    return tracks.written(part)


@register.simple_tag
def offer_list(offered: list[Offer]) -> SafeString:
    """The moves open to who reads the page, as buttons."""
    return offers.written(offered)


@register.filter
def moment_in_words(value: datetime | None) -> str:
    """A moment with weekday, date and time, as it is read out."""
    return moment_words(value) if value else ""


@register.filter
def sentence(event: Event) -> str:
    return verbs.sentence(event)


@register.filter
def choice(record: Model, name: str) -> str:
    """A field's choice in words. Django's own `get_…_display` translates the whole list to find one."""
    field: Any = record._meta.get_field(name)
    value = getattr(record, name)
    return next((str(words) for one, words in field.flatchoices if one == value), "")


@register.filter
def status_colour(status: str) -> str:
    return colour(status)


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
def opened(value: str) -> str:
    """What was typed into a search, of what stands for it in the address."""
    return opened_words(value)


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
