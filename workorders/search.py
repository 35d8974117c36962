"""One box: an order's number, a caller's number or its last four digits, or words of the appeal."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Max, Q, Value
from django.db.models.functions import Upper

from staff.models import User
from workorders.encryption import digits_of, keyed_hash
from workorders.models import Caller, Wording
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
# So many characters of a word are looked up by their grams; the rest is read for.
GRAMS_OF = 20
# So many of the latest orders are read to learn how common the words are,
SAMPLE = 2000
# and so many orders fill a page: a list reads on until it has them.
PAGE = 50


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
    """Each word somewhere in the title, the text or the address.

    Two ways lead to the same orders. What is rare is looked up by its grams, and each order found is read; what is
    common is on every page, so the list is read from its beginning until the page is full. The database would choose
    by the frequency of single grams, as if they had nothing to do with one another; the latest orders know better.
    """
    return read_for(words) if _common(words) else looked_up(words)


def read_for(words: str) -> Q:
    """Fitting orders, found by reading each of the list."""
    fits = Q()
    for word in words.split()[:WORDS]:
        fits &= Q(title__icontains=word) | Q(content__icontains=word) | Q(address__icontains=word)
    return fits


def looked_up(words: str) -> Q:
    """Fitting orders, found by the index of grams."""
    grams = Q()
    for word in words.split()[:WORDS]:
        grams &= Q(grams__contains=_grams(Upper(Value(word[:GRAMS_OF]))))
    fitting = Wording.objects.alias(grams=_grams(F("text"))).filter(grams, _fits(words))
    return Q(_AnyOf(F("pk"), ArraySubquery(fitting.values("pk"))))


def _fits(words: str) -> Q:
    fits = Q()
    for word in words.split()[:WORDS]:
        fits &= Q(text__contains=Upper(Value(word)))
    return fits


def _grams(words: Func | F) -> Func:
    return Func(words, function="workorders_grams", output_field=ArrayField(BigIntegerField()))


class _AnyOf(Func):
    """Whether the first is among the second, which is looked up before and once: the planner has no say in it."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _common(words: str) -> bool:
    """Whether a page is full sooner by reading the list than by looking up all that fits.

    Where a share s of n orders fits, the list has to read PAGE / s of them, the look-up s · n.
    """
    latest = Wording.objects.order_by("-pk").values("pk", "text")[:SAMPLE]
    seen = latest.aggregate(fitting=Count("pk", filter=_fits(words)), orders=Max("pk"))
    fitting, orders = int(seen["fitting"]), int(seen["orders"] or 0)
    return fitting**2 * orders >= PAGE * SAMPLE**2
