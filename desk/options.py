"""The options of a select as text: written once for all pages, then those chosen on one are marked."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def chosen(options: str, values: Iterable[str]) -> str:
    """Mark these values. What stands in a tag is escaped, so that its first `>` ends it."""
    for value in values:
        before, begun, rest = options.partition(f'<option value="{escape(value)}"')
        attributes, ends, after = rest.partition(">")
        if begun:
            options = f"{before}{begun}{attributes} selected{ends}{after}"
    return options
