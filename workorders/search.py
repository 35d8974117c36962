"""One box: an order's number, a caller's number or its last four digits, or words of the appeal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Length, StrIndex, Upper
from django.db.models.lookups import GreaterThan

from staff.models import User
from workorders.commonness import Way, cheapest
from workorders.encryption import digits_of, keyed_hash
from workorders.lookups import AnyOf
from workorders.models import Caller, Wording, WorkOrder
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
# A day in the city begins within a day of the same day's beginning in Greenwich.
A_DAY = timedelta(days=1)
LONGEST_MONTH = timedelta(days=31)

GRAMS: ArrayField[list[int], list[int]] = ArrayField(BigIntegerField())


def matching(orders: WorkOrderQuerySet, typed: str, *, by: User | None = None) -> WorkOrderQuerySet:
    """Those of the orders that fit what was typed; everything when nothing was.

    A handling unit that tries a number finds no order whose caller is kept from it: guessing would be asking.

    What names orders (a number, the caller's number) is meant as a name; only where it names none is it read as
    words. Four digits are both: the end of a telephone number, or a house's.

    Which way to the words is the quicker depends on what the list holds: narrow it first.
    """
    words = typed.replace("\x00", "").encode("utf-8", "ignore").decode().strip()
    if not words:
        return orders
    named = _names(words, by)
    if LAST_FOUR.fullmatch(_plain(words)):
        return orders.filter(named | worded(words, orders))
    if named and (found := orders.filter(named)).exists():
        return found
    return orders.filter(worded(words, orders))


def enter_waiting() -> None:
    """Enter the wordings that wait into the index, so that nobody who registers has to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('wording_by_gram')")


def _plain(words: str) -> str:
    """Full-width letters and digits as they are in numbers."""
    return unicodedata.normalize("NFKC", words).upper().strip()


def _names(words: str, by: User | None) -> Q:
    """Orders that are called so, by their ids, so that each way to a name keeps its own index; empty when none is."""
    plain = _plain(words)
    named = _among(WorkOrder.objects.filter(source_number=words[:60]).values_list("pk", flat=True))
    if LAST_FOUR.fullmatch(plain):
        named |= _called(by, last_four_hash=keyed_hash("last4:" + plain))
    elif PHONE.fullmatch(plain):
        named |= _called(by, phone_hash=keyed_hash(digits_of(plain)))
    if NUMBER.fullmatch(plain):
        named |= _numbered(plain)
    return named


def _called(by: User | None, **hashed: bytes) -> Q:
    """Orders of these callers, the latest first."""
    callers = Caller.objects.filter(**hashed)
    if by is not None and by.department_id:
        callers = callers.exclude(HIDES_CALLER)
    return _among(callers.order_by("-pk").values_list("pk", flat=True)[:CALLERS])


def _among(ids: Iterable[int]) -> Q:
    found = list(ids)
    return Q(pk__in=found) if found else Q()


def _numbered(beginning: str) -> Q:
    """Orders whose number begins so. It begins with the day of registration: by that the list is entered where they
    are, however long ago.
    """
    year, month, day = int(beginning[:4]), int(beginning[4:6]), int(beginning[6:8]) if len(beginning) > 7 else 0
    try:
        first = datetime(year, month, day or 1, tzinfo=UTC)
        last = first if day else first + LONGEST_MONTH
        since, until = first - A_DAY, last + 2 * A_DAY
    except (ValueError, OverflowError):  # no such day
        return Q()
    return Q(number__startswith=beginning, registered_at__gte=since, registered_at__lt=until)


def worded(words: str, orders: WorkOrderQuerySet) -> Q:
    """Each word somewhere in the title, the text or the address.

    Three ways lead to the same orders. What is rare is looked up by its grams, and each order found is read; what is
    common is on every page, so the list is read from its beginning until the page is full; a list whose orders lie far
    apart is gathered first. The database would choose by the frequency of single grams, as if they had nothing to do
    with one another, and takes it that half of all orders fit; the orders themselves know better.
    """
    terms = words.split()[:WORDS]
    match cheapest(terms, orders):
        case Way.READ:
            return read_for(terms)
        case Way.GATHERED:
            return gathered(terms, orders)
        case Way.LOOKED_UP:
            return looked_up(terms)


def read_for(terms: list[str]) -> Q:
    """Fitting orders, found by reading each of the list."""
    wording = Wording.objects.filter(pk=OuterRef("pk"))
    return Q(Subquery(wording.values_list(_fits(terms)), output_field=BooleanField()))


def gathered(terms: list[str], orders: WorkOrderQuerySet) -> Q:
    """Fitting orders, found by reading all of a list before any is put in its place."""
    return Q(AnyOf(F("pk"), ArraySubquery(orders.filter(read_for(terms)).order_by().values("pk"))))


def looked_up(terms: list[str]) -> Q:
    """Fitting orders, found by the index of grams; what is longer than two characters is more than its grams."""
    grams = Q()
    for term in terms:
        grams &= Q(grams__contains=_telling(Upper(Value(term[:GRAMS_OF]))))
    fitting = Wording.objects.alias(grams=_grams(F("text"))).filter(grams)
    if longer := [term for term in terms if len(term.upper()) > 2]:
        fitting = fitting.filter(_fits(longer))
    return Q(AnyOf(F("pk"), ArraySubquery(fitting.values("pk"))))


def _fits(terms: list[str]) -> ExpressionWrapper[Any]:
    """Whether a wording holds each of them; `strpos` reads it in a third of the time that LIKE takes."""
    fits = Q()
    for term in terms:
        fits &= Q(GreaterThan(StrIndex(F("text"), Upper(Value(term))), 0))
    return ExpressionWrapper(fits, output_field=BooleanField())


def _grams(words: Func | F) -> Func:
    return Func(words, function="workorders_grams", output_field=GRAMS)


def _telling(term: Func) -> Case:
    """A term's grams; of two characters and more only those of two, which say all that the single ones do."""
    grams = _grams(term)
    pairs = Func(grams, Length(term), template="(%(expressions)s + 1:]", arg_joiner=")[", output_field=GRAMS)
    return Case(When(GreaterThan(Length(term), 1), pairs), default=grams)
