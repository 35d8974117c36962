"""The order's number: `yyyymmdd` + channel letter + daily sequence + check digit, for example 20261123P0000412."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from stdnum.iso7064 import mod_11_10

# No vowels and no look-alikes: a code read out over the telephone is neither a word nor misheard.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"


# Each channel's letter counts as one digit, so that a mistyped channel is noticed as any mistyped digit is. Numbers in
# use rest on the order of these: a new channel goes to the end; the check knows ten.
LETTERS = "PWANELST"


def _digits(body: str) -> str:
    return "".join(ch if ch.isdigit() else str(LETTERS.index(ch)) for ch in body)


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11,10 over the number without its last digit."""
    return str(mod_11_10.calc_check_digit(_digits(body)))


def is_number(text: str) -> bool:
    """Whether a text is a well-formed number with the right check digit."""
    body = text[:-1]
    body = body.upper()
    shape = len(text) >= 16 and body[:8].isdigit() and body[8] in LETTERS and body[9:].isdigit() and text[-1].isdigit()
    return shape and text.isascii() and check_digit(body) == text[-1]


def next_number(channel: str, at: datetime) -> str:
    """A fresh number for an appeal registered at this moment.

    One database sequence counts everything; each day's row remembers where the day began. Nobody waits for
    anybody's commit, and a number is never given twice. A saver that rolls back leaves a gap: allowed.
    """
    return next_numbers([(channel, at)])[0]


def next_numbers(appeals: Sequence[tuple[str, datetime]]) -> list[str]:
    """A fresh number for each of many appeals, by channel and moment of registration; one statement."""
    days = [timezone.localdate(at) for _channel, at in appeals]
    bodies = [
        f"{day:%Y%m%d}{channel}{nth:06d}"
        for (channel, _at), day, nth in zip(appeals, days, _sequence(days), strict=True)
    ]
    return [body + check_digit(body) for body in bodies]


def _sequence(days: Sequence[date]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workorders_next_in_day(day) FROM unnest(%s::date[]) WITH ORDINALITY AS wanted(day, nth)"
            " ORDER BY nth",
            [list(days)],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def query_code() -> str:
    """Eight random letters and digits with which the citizen tracks the order."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
