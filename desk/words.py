"""Closed lists in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import get_language


def words(choices: type[TextChoices]) -> Mapping[str, str]:
    """What each value is called. Put together once for each language: every list tells dozens of them."""
    return _words(choices, get_language() or "")


@lru_cache(maxsize=64)
def _words(choices: type[TextChoices], language: str) -> Mapping[str, str]:
    return MappingProxyType({str(value): str(label) for value, label in choices.choices})
