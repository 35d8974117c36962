"""The timeline written out as text: a page has thirty entries, and a template would look up every name in each."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.texts import text
from desk.timeline import Entry


def written(entries: Iterable[Entry]) -> SafeString:
    """Entries as a list, each with those folded behind it."""
    return SafeString(_list(entries, escape(_("the clock"))))


def _list(entries: Iterable[Entry], clock: str) -> str:
    return "\n".join(['<ol class="timeline-list">', *(_entry(entry, clock) for entry in entries), "</ol>"])


def _entry(entry: Entry, clock: str) -> str:
    """`clock` is whose act it was when no person's."""
    told = [
        "<li>" if entry.by else '<li class="by-clock">',
        f'<i class="ti ti-{entry.icon}" aria-hidden="true"></i>',
        "<div>",
        f"<p><b>{escape(entry.words)}</b>{f' {escape(entry.file)}' if entry.file else ''}</p>",
        f"<p><small>{entry.at} · {escape(entry.by) or clock}"
        f"{f' · {escape(entry.department)}' if entry.department else ''}</small></p>",
    ]
    if entry.public:
        told.append(text(entry.public, public=True))
    if entry.note:
        told.append(text(entry.note, public=False))
    if entry.earlier:
        told += ['<details class="timeline-folded">', _folded(len(entry.earlier)), _list(entry.earlier, clock)]
        told.append("</details>")
    return "\n".join([*told, "</div>", "</li>"])


def _folded(count: int) -> str:
    words = ngettext("%(n)s earlier reminder", "%(n)s earlier reminders", count) % {"n": count}
    return f"<summary>{escape(words)}</summary>"
