"""A record as the day book writes it down: one row with a mark for each indicator of its population.

The statement is put together from the very definitions (`indicators`), so what is kept cannot mean anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, FloatField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce, Concat

from oversight import working_time
from oversight.indicators import INDICATORS, NOTHING, POPULATIONS, Indicator, Side
from oversight.records import Population
from staff.calendars import current

HIT, HALF, MISS, LEFT_OUT = "h", "p", "n", "-"

# The marks of a side's rows.
MARKS_OF = {Side.ALL: HIT + HALF + MISS, Side.HITS: HIT, Side.HALF: HALF, Side.MISSES: MISS}
# Which orders, as conditions on them: those in a table of the query.
TOUCHED = {"id__in": RawSQL("SELECT order_id FROM touched", [])}
# The columns of an entry, as the statement names them.
COLUMNS = "order_id, population, at, department, category, area, marks, micros"
MEASURED_IN = 1_000_000

Sql = tuple[str, list[Any]]


def statement() -> Sql:
    """Every entry of the orders in `touched`, a table of the query this one stands in."""
    return _every([_compiled(population) for population in POPULATIONS])


def statement_between(above: int, last: int) -> Sql:
    """Every entry of the orders numbered above the one and up to the other. Both stand in the statement, so that the
    database knows how much there is to read."""
    orders = {"id__gt": above, "id__lte": last}
    return _every([_sql(_rows(population, orders, measured=True)) for population in POPULATIONS])


def _every(told: list[Sql]) -> Sql:
    parts = [
        f"SELECT entered_order, '{population.name}', entered_at, entered_department, entered_category, entered_area,"  # noqa: S608  names of our own
        f" entered_marks, round(entered_seconds::numeric * {MEASURED_IN})::bigint FROM ({sql}) AS one"
        for population, (sql, _params) in zip(POPULATIONS, told, strict=True)
    ]
    every = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS entry ({COLUMNS}) WHERE marks ~ '[^{LEFT_OUT}]'"  # noqa: S608  as above
    return every, [param for _sql, params in told for param in params]


def fingerprint() -> str:
    """The same as long as an entry written down is an entry counted now: by these definitions and this calendar."""
    return sha256(f"{_definitions()} {current().fingerprint()} {settings.TIME_ZONE}".encode()).hexdigest()


@lru_cache(maxsize=1024)
def counting(population: str, marks: str) -> tuple[tuple[str, bool, bool, bool], ...]:
    """What an entry with these marks counts for: an indicator's name, whether as a hit, as half a hit, and measured."""
    return tuple(
        (indicator.name, mark == HIT, mark == HALF, indicator.measure is not None)
        for indicator, mark in zip(indicators_of(population), marks, strict=True)
        if mark != LEFT_OUT
    )


@cache
def indicators_of(population: str) -> list[Indicator]:
    """The indicators that speak of a population, each with its place among the marks."""
    return [indicator for indicator in INDICATORS if indicator.population.name == population]


@cache
def _definitions() -> str:
    return f"{[_kept(population, '') for population in POPULATIONS]} {Path(working_time.__file__).read_text()}"


def _compiled(population: Population) -> Sql:
    """What is measured rests on the calendar and the day, and is put together for each; the rest once."""
    measured = any(indicator.measure is not None for indicator in indicators_of(population.name))
    return _kept(population, working_time.basis() if measured else "")


@lru_cache(maxsize=64)
def _kept(population: Population, basis: str) -> Sql:
    return _sql(_rows(population, TOUCHED, measured=bool(basis)))


def _sql(rows: QuerySet[Any]) -> Sql:
    sql, params = rows.query.sql_with_params()
    return sql, list(params)


def _rows(population: Population, orders: Mapping[str, Any], *, measured: bool) -> QuerySet[Any]:
    record = population.record
    chosen = {f"{record.order}{key}": value for key, value in orders.items()}
    rows = record.rows().filter(population.only, **chosen, **{f"{population.moment}__isnull": False}).order_by()
    indicators = indicators_of(population.name)
    seconds = [_seconds(indicator) for indicator in indicators if indicator.measure is not None and measured]
    return rows.values(
        entered_order=F(f"{record.order}id"),
        entered_at=F(population.moment),
        entered_department=F(f"{record.department}_id"),
        entered_category=F(f"{record.category}_id"),
        entered_area=F(f"{record.area}_id"),
        entered_marks=Concat(Value(""), *(_mark(indicator) for indicator in indicators), output_field=CharField()),
        entered_seconds=seconds[0] if seconds else Value(0.0),
    )


def _mark(indicator: Indicator) -> Case | Value:
    whens = [
        When(side, then=Value(mark))
        for side, mark in ((indicator.hits, HIT), (indicator.half, HALF))
        if side is not NOTHING
    ]
    mark = Case(*whens, default=Value(MISS), output_field=CharField()) if whens else Value(MISS)
    if indicator.of == Q():
        return mark
    return Case(When(indicator.of, then=mark), default=Value(LEFT_OUT), output_field=CharField())


def _seconds(indicator: Indicator) -> Combinable:
    assert indicator.measure is not None
    measured = Case(When(indicator.of, then=indicator.measure()), default=Value(0.0), output_field=FloatField())
    return Coalesce(measured, Value(0.0))
