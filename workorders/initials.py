"""拼音首字母: how a picker is searched without an input method. Pure."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

LONGEST = 120


def initials(name: str) -> str:
    """公用事业 / 供水 → "gysy gs": a letter for each character, a space between levels; other letters as they are."""
    words = ("".join(lazy_pinyin(part, style=Style.FIRST_LETTER)) for part in name.split("/"))
    return " ".join("".join(ch for ch in word.lower() if ch.isalnum()) for word in words)[:LONGEST].strip()
