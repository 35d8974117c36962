"""Texts on pages, each with who reads it."""

from __future__ import annotations

from html import escape

from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def text(words: str, *, public: bool) -> SafeString:
    """A text and who reads it (the citizen, or the house) by ground, edge and word."""
    kind, mark = ("public", _("To the citizen")) if public else ("internal", _("Internal"))
    return SafeString(f'<div class="{kind}"><span class="field-mark">{escape(mark)}</span> {linebreaksbr(words)}</div>')


def badge(kind: str, written: str) -> str:
    """A word on a ground of this colour; `written` is markup already."""
    return f'<span class="badge bg-{kind}-lt">{written}</span>'
