"""What is kept but not in clear: sealed by rotating keys."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """The first of settings.CALLER_KEYS encrypts, all of them decrypt."""
    return _box(tuple(settings.CALLER_KEYS))
