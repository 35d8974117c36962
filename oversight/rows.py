"""The rows behind a number: which ones an address asks for, by the very definitions that counted them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from oversight import sums
from oversight.figures import added_up
from oversight.filters import Asked
from oversight.groups import EVERYWHERE, By, Grouping
from oversight.indicators import BY_NAME, Indicator, Side, Tally
from oversight.open_cases import EVERY, held_by, holder_words, open_orders, standing
from oversight.periods import Period
from oversight.records import ORDER, REGISTERED, Record

# So many rows are named by their orders; of more the next ones are never far.
FEW = 1000
# What `of` is called when the open cases are asked for, not an indicator.
OPEN = "open"


@dataclass(frozen=True)
class Rows:
    """The rows, what kind of record they are, and in words what they are."""

    record: Record
    queryset: QuerySet[Any]
    title: str
    facts: list[str]
    indicator: Indicator | None = None
    side: str = ""
    ordering: str = "-id"
    counted: Callable[[], int] | None = None
    of_few: Callable[[], list[int]] | None = None

    @cached_property
    def is_kept(self) -> bool:
        """Whether the day book knows these rows."""
        return self.counted is not None and sums.is_ready()

    @cached_property
    def count(self) -> int:
        """How many there are: what the board counted where there is a day book, for that is quicker and the same."""
        return self.counted() if self.counted is not None and self.is_kept else self.queryset.count()

    def listed(self) -> QuerySet[Any]:
        """The rows as a list is made from them. No index leads to what did not happen: where the board counted none,
        none is looked for. Where the moment that counts them stands in another table, none leads to a page of few
        rows either: these are named by their orders."""
        if not self.is_kept or self.count > FEW:
            return self.queryset
        if not self.count:
            return self.queryset.none()
        return self.queryset if self.of_few is None else self.queryset.filter(order_id__in=self.of_few())


def rows_of(asked: Asked, query: QueryDict) -> Rows | None:
    """The rows an address asks for; None when it asks for nothing there is."""
    name = query.get("of", "")
    if name == OPEN:
        return _open_rows(asked, query)
    if name in BY_NAME:
        return _indicator_rows(asked, BY_NAME[name], query)
    return None


def _indicator_rows(asked: Asked, indicator: Indicator, query: QueryDict) -> Rows | None:
    side = query.get("side") or Side.ALL
    words = dict(indicator.sides())
    if side not in words:
        return None
    period = asked.period.before() if query.get("before") else asked.period
    facts = [period.stretch()]
    if bucket := query.get("bucket"):
        part = _part(period, bucket)
        if part is None:
            return None
        period, facts = part, [part.stretch()]
    record = indicator.population.record
    queryset = indicator.population.within(period).filter(asked.scope.narrow(record), indicator.rows_of(side))
    grouping: Grouping | None = None
    key = query.get("group", EVERYWHERE)
    if key != EVERYWHERE:
        grouping = Grouping(asked.by, asked.scope)
        group = grouping.find(key)
        if group is None:
            return None
        queryset = queryset.filter(grouping.rows_of(group, record))
        facts.append(group.label)

    def counted() -> int:
        [found] = added_up(asked.scope, (period, grouping))
        return found.group(key).get(indicator.name, Tally()).rows_of(side)

    population = indicator.population
    title = f"{indicator.label}{_(': ')}{words[side]}"
    told = Rows(record, queryset, title, facts + narrowed(asked), indicator, side, f"-{population.moment}", counted)
    if not population.before:
        return told
    return replace(
        told,
        queryset=queryset.filter(**{f"{population.before}__lt": period.end}),
        ordering=f"-{population.before}",
        of_few=partial(sums.orders_of, indicator, side, asked.scope, period),
    )


def _open_rows(asked: Asked, query: QueryDict) -> Rows | None:
    late = query.get("late", "")
    if late and late not in EVERY:
        return None
    queryset = open_orders(asked.scope).filter(standing(late, asked.at))
    facts = []
    if query.get("cohort"):
        closure = BY_NAME["closure"]
        queryset = queryset.filter(closure.of, **REGISTERED.window(asked.period))
        facts.append(_("registered %(stretch)s") % {"stretch": asked.period.stretch()})
    if holder := query.get("holder"):
        departments = Grouping(By.DEPARTMENT, asked.scope)
        condition: Q | None = held_by(holder, departments)
        if condition is None:
            return None
        queryset = queryset.filter(condition)
        facts.append(holder_words(holder, departments))
    title = f"{_('Open cases')}{_(': ')}{EVERY[late].label}" if late else _("Open cases")
    return Rows(ORDER, queryset, title, facts + narrowed(asked))


def _part(period: Period, text: str) -> Period | None:
    """The named part of a period; None when it has no such part."""
    try:
        bucket = date.fromisoformat(text)
    except ValueError:
        return None
    return period.part(bucket) if bucket in period.buckets() else None


def narrowed(asked: Asked) -> list[str]:
    """What the board is narrowed to, in words."""
    return [str(asked.scope.place(by)) for by in By.values if asked.scope.place(by) is not None]
