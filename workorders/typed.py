"""What somebody typed into a search, as it stands in an address: sealed, for it may be a caller's number or a name.

Addresses lie in histories, in proxies' logs and in the record of exports; forms do not. So a search is posted, and
leads to an address in which its words are sealed like callers' data. Words that stand there plainly are taken as such.
"""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.forms import CharField
from django_filters import CharFilter

from staff.sealing import box

# Before what is sealed; no number and no word begins so.
SEALED = "~"
# And before the words inside: what else the keys have sealed, callers and secrets, no search opens.
INSIDE = "q:"
# More than this nobody searches for, in characters.
LONGEST = 200


def seal(words: str) -> str:
    """Fit for an address."""
    return SEALED + box().encrypt((INSIDE + words[:LONGEST]).encode()).decode() if words else ""


def opened(value: str) -> str:
    """What was typed; what no key opens was typed by nobody and is taken as it is."""
    if not value.startswith(SEALED):
        return value
    try:
        inside = box().decrypt(value.removeprefix(SEALED)).decode()
    except (InvalidToken, ValueError):  # letters no token has, or bytes that are no text
        return value
    return inside.removeprefix(INSIDE) if inside.startswith(INSIDE) else value


class TypedField(CharField):
    """A search as it comes by the address."""

    def to_python(self, value: object) -> str:
        return opened(super().to_python(value) or "")


class TypedFilter(CharFilter):
    """A list narrowed by what was typed."""

    field_class = TypedField
