"""What the board's templates draw by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oversight.columns import Value
from oversight.holders import HolderRow
from oversight.indicators import BY_NAME
from oversight.ledger import Cell, Link
from oversight.open_cases import LATENESS
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
    words = escape(link.words)
    return SafeString(f'<a href="{escape(link.url)}">{words}</a>' if link.url else words)


@register.simple_tag
def figures(cells: Iterable[Cell]) -> SafeString:
    """A row of rates, each with its n."""
    language = get_language() or ""
    return SafeString("".join(_figure(cell, language) for cell in cells))


def _figure(cell: Cell, language: str) -> str:
    few = " is-few" if cell.is_few else ""
    n = "" if cell.is_empty else f"n = {cell.n}"
    label = _label(cell.indicator.name, language)
    return f'<td class="num{few}" data-label="{label}">{number(cell)}<small>{n}</small></td>'


@lru_cache(maxsize=256)
def _label(name: str, language: str) -> str:
    """What an indicator is called, put into words once for each language: a board has forty rows of it."""
    return escape(str(BY_NAME[name].label))


@register.simple_tag
def holder_cells(row: HolderRow) -> SafeString:
    """What a holder has, by lateness and in all."""
    _name, links, total = row
    *late, every = _columns(get_language() or "")
    told = [
        _held(label, f'<span class="due-{one.css}">{number(link)}</span>')
        for label, (one, link) in zip(late, links, strict=True)
    ]
    return SafeString("\n".join([*told, _held(every, number(total))]))


@lru_cache(maxsize=8)
def _columns(language: str) -> tuple[str, ...]:
    return (*(escape(str(one.label)) for one in LATENESS), escape(_("In all")))


def _held(label: str, figure: str) -> str:
    return f'<td class="num" data-label="{label}">{figure}</td>'


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
