"""Settings read from the environment; a value that cannot be understood stops the program with words that help."""

import os
import re
from collections.abc import Collection

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

_asked: set[str] = set()


class SettingError(ImproperlyConfigured):
    """An environment variable is missing or makes no sense."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem} (environment variable; every one is described in .env.example)")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or the default; without a default it must be set. Empty counts as unset."""
    _asked.add(name)
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise SettingError(name, "must be set")
    return value


def flag(name: str, default: bool) -> bool:
    """1/0, true/false, yes/no or on/off."""
    value = text(name, str(default)).lower()
    if value not in TRUE | FALSE:
        raise SettingError(name, f"must be 1 or 0, not {value!r}")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number between `least` and `most`."""
    value = text(name, str(default))
    try:
        result = int(value)
    except ValueError:
        raise SettingError(name, f"must be a whole number, not {value!r}") from None
    if not least <= result <= most:
        raise SettingError(name, f"must be between {least} and {most}, not {result}")
    return result


def choice(name: str, default: str, choices: Collection[str]) -> str:
    """One of `choices`."""
    value = text(name, default)
    if value not in choices:
        raise SettingError(name, f"must be one of {', '.join(sorted(choices))}, not {value!r}")
    return value


def rate(name: str, default: str) -> str:
    """How many requests in which time, as REST framework reads it: 60/min."""
    value = text(name, default)
    if not re.fullmatch(r"[1-9]\d{0,8}/(s|sec|m|min|h|hour|d|day)", value):
        raise SettingError(name, f"must look like 60/min (s, min, hour, day), not {value!r}")
    return value


def items(name: str, default: str | None = "") -> list[str]:
    """A comma-separated list."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def refuse_unknown(prefix: str) -> None:
    """A variable that begins with our prefix and that nobody asked for is a typing error."""
    for name in sorted(os.environ):
        if name.startswith(prefix) and name not in _asked:
            raise SettingError(name, "is not a setting of this program")
