"""What the board's templates draw by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from oversight.columns import Value
from oversight.ledger import Cell, Link
from oversight.words import count_words
from staff.explain import day_words, moment_words

register = template.Library()

WIDTH, HEIGHT, MARGIN = 96, 24, 3


@register.simple_tag
def sparkline(values: Sequence[float | None]) -> SafeString | str:
    """How a figure went, as a line without axes: parts of the period without a figure are gaps. Decoration beside
    the words, so hidden from screen readers."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    path, pen = [], "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        y = HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)
        path.append(f"{pen}{MARGIN + place * step:.1f} {y:.1f}h0")
        pen = "L"
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        "".join(path),
    )


@register.simple_tag
def number(link: Link | Cell) -> SafeString:
    """A number that opens its rows. Written here, not in a template of its own: a board has five hundred."""
    words = conditional_escape(link.words)
    return mark_safe(f'<a href="{escape(link.url)}">{words}</a>' if link.url else words)  # noqa: S308  escaped


@register.simple_tag
def figures(cells: Iterable[Cell]) -> SafeString:
    """A row of rates, each with its n."""
    return mark_safe("".join(_figure(cell) for cell in cells))  # noqa: S308  escaped in its parts


def _figure(cell: Cell) -> str:
    few = " is-few" if cell.is_few else ""
    n = "" if cell.is_empty else f"n = {cell.n}"
    label = escape(str(cell.indicator.label))
    return f'<td class="num{few}" data-label="{label}">{number(cell)}<small>{n}</small></td>'


@register.filter
def counted(value: int) -> str:
    """A count as the board writes it."""
    return count_words(value)


@register.filter
def told(value: Value) -> str:
    """One thing told of a row, as the page writes it."""
    match value:
        case None | "":
            return "–"
        case datetime():
            return moment_words(value)
        case float():
            return f"{value:.1f}"
        case _:
            return str(value)


@register.filter
def cell(value: Value) -> SafeString | str:
    """The same in a table: day and time break between them only."""
    if not isinstance(value, datetime):
        return told(value)
    local = localtime(value)
    return format_html(
        '<span class="board-moment">{}</span> <span class="board-moment">{}</span>',
        day_words(local.date()),
        f"{local:%H:%M}",
    )
