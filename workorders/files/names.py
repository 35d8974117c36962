"""A file's name as it was given, without what could mislead: paths, invisible characters, reversed writing."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(given: str) -> str:
    """The name to show and to save under; its ending is kept when the rest is too long."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = "".join(ch for ch in name if ch.isspace() or unicodedata.category(ch) not in INVISIBLE)
    name = NOT_IN_NAMES.sub("_", " ".join(name.split())).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}"
    return name[:LONGEST]


def ending_of(name: str) -> str:
    """Behind the last dot, small; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
