"""One box: an order's number, a caller's number or its last four digits, or words of the appeal."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q

from staff.models import User
from workorders.encryption import digits_of, keyed_hash
from workorders.models.choices import Kind
from workorders.models.order import WorkOrderQuerySet

# From the year and month on: 202611, 20261123, 20261123P, 20261123P0000412.
NUMBER = re.compile(r"\d{6,8}|\d{8}[A-Z]\d{0,12}", re.ASCII)
PHONE = re.compile(r"[+(\d][\d\s()-]{3,24}", re.ASCII)
LAST_FOUR = re.compile(r"\d{4}", re.ASCII)
# So many words of one search count; each has to be read for.
WORDS = 8
# `workflow.hides_caller`, asked of the database.
HIDES_CALLER = Q(confidential=True) | Q(kind=Kind.REPORT)


def matching(orders: WorkOrderQuerySet, typed: str, *, by: User | None = None) -> WorkOrderQuerySet:
    """Those of the orders that fit what was typed; everything when nothing was.

    A handling unit that tries a number finds no order whose caller is kept from it: guessing would be asking.

    What names orders (a number, the caller's number) is meant as a name; only where it names none is it read as
    words. Four digits are both: the end of a telephone number, or a house's.
    """
    words = typed.replace("\x00", "").encode("utf-8", "ignore").decode().strip()
    if not words:
        return orders
    named = orders.filter(_names(words, by))
    if LAST_FOUR.fullmatch(_plain(words)):
        return orders.filter(_names(words, by) | _text(words))
    return named if named.exists() else orders.filter(_text(words))


def _plain(words: str) -> str:
    """Full-width letters and digits as they are in numbers."""
    return unicodedata.normalize("NFKC", words).upper().strip()


def _names(words: str, by: User | None) -> Q:
    plain = _plain(words)
    named = Q(source_number=words[:60])
    if NUMBER.fullmatch(plain):
        named |= Q(number__startswith=plain)
    known = ~HIDES_CALLER if by is not None and by.department_id else Q()
    if LAST_FOUR.fullmatch(plain):
        named |= Q(caller__last_four_hash=keyed_hash("last4:" + plain)) & known
    elif PHONE.fullmatch(plain):
        named |= Q(caller__phone_hash=keyed_hash(digits_of(plain))) & known
    return named


def _text(words: str) -> Q:
    """Each word somewhere in the title, the text or the address."""
    found = Q()
    for word in words.split()[:WORDS]:
        found &= Q(title__icontains=word) | Q(content__icontains=word) | Q(address__icontains=word)
    return found
