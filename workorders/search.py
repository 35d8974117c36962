"""One box: an order's number, a caller's number or its last four digits, or words of the appeal."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q

from staff.models import User
from workorders.encryption import digits_of, keyed_hash
from workorders.models import Caller
from workorders.models.choices import Kind
from workorders.models.order import WorkOrderQuerySet

# From the year and month on: 202611, 20261123, 20261123P, 20261123P0000412.
NUMBER = re.compile(r"\d{6,8}|\d{8}[A-Z]\d{0,12}", re.ASCII)
PHONE = re.compile(r"[+(\d][\d\s()-]{3,24}", re.ASCII)
LAST_FOUR = re.compile(r"\d{4}", re.ASCII)
# So many words of one search count; each has to be read for.
WORDS = 8
# So many orders of callers are looked up by number.
CALLERS = 2000
# `workflow.hides_caller`, asked of the database.
HIDES_CALLER = Q(order__confidential=True) | Q(order__kind=Kind.REPORT)


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
    if LAST_FOUR.fullmatch(plain):
        named |= _called(by, last_four_hash=keyed_hash("last4:" + plain))
    elif PHONE.fullmatch(plain):
        named |= _called(by, phone_hash=keyed_hash(digits_of(plain)))
    return named


def _called(by: User | None, **hashed: bytes) -> Q:
    """Orders of these callers, the latest first; by their ids, so that each way to a name keeps its own index."""
    callers = Caller.objects.filter(**hashed)
    if by is not None and by.department_id:
        callers = callers.exclude(HIDES_CALLER)
    return Q(pk__in=list(callers.order_by("-pk").values_list("pk", flat=True)[:CALLERS]))


def _text(words: str) -> Q:
    """Each word somewhere in the title, the text or the address."""
    found = Q()
    for word in words.split()[:WORDS]:
        found &= Q(title__icontains=word) | Q(content__icontains=word) | Q(address__icontains=word)
    return found
