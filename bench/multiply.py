"""A small city made large: every life is copied many times, weeks earlier each time, by one statement a table.

Copies are whole: the order, its steps, parts, rounds, entries and caller, with numbers and words of their own. What is
over is moved into the past by whole weeks, so that working days stay working days; what is open stays open now.
Bare copies are for a city too large to be whole: orders and parts, the steps of open ones, the day book's entries.
Triggers are off meanwhile, what they would have kept is written set-based, and the indexes are built afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import CompositePrimaryKey, DateTimeField, ForeignKey, JSONField, Model

from oversight.models import Entry
from referrals.models import Readable, Referral
from workorders.models import Step, Wording, WorkOrder
from workorders.numbers import CODE_ALPHABET, LETTERS

# Copies of one life are so many numbers apart.
APART = 10_000_000
# So many copies a statement: what it sorts stays small.
AT_ONCE = 200
# So many weeks back at most; further copies begin again beside the first.
WEEKS = 104

# What makes one copy's words differ from another's: names of places by two characters, what is wrong there by four.
WAYS = "松涛望湖桂花石门青云柳岸东篱南塘晓月听泉白鹭古渡长亭银杏梅岭竹溪枫林荷塘清波云栖"
ENDS = "大道新村花园公寓广场小区弄堂大街北路南路"
THINGS = (
    "路灯不亮井盖松动污水外溢夜间施工占道经营电梯停运车位被占垃圾未清树枝压线水压不足噪声扰民积水难退"
    "护栏损坏油烟呛人楼道堆物停水未告信号灯坏站牌缺失墙皮脱落飞线充电"
)

NUMBER = f"""
CREATE FUNCTION pg_temp.numbered(day date, channel text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    nth text := workorders_next_in_day(day);
    body text := to_char(day, 'YYYYMMDD') || channel || lpad(nth, greatest(6, length(nth)), '0');
    digits text := translate(body, '{LETTERS}', '{"".join(map(str, range(len(LETTERS))))}');
    checked int := 5;
BEGIN
    FOR place IN 1..length(digits) LOOP
        checked := ((CASE checked WHEN 0 THEN 10 ELSE checked END * 2) % 11 + substr(digits, place, 1)::int) % 10;
    END LOOP;
    RETURN body || ((11 - (CASE checked WHEN 0 THEN 10 ELSE checked END * 2) % 11) % 10)::text;
END $$
"""


@dataclass(frozen=True)
class Hangs:
    """A table whose rows hang on an order: by which columns one comes to the order, from the row on."""

    model: type[Model]
    path: tuple[tuple[str, type[Model]], ...]
    # Of open orders only.
    opened: bool = False

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)


def hanging() -> list[Hangs]:
    """The order's table and every one that hangs on it, each by its shortest way; the wording is the database's."""
    found: dict[type[Model], Hangs] = {WorkOrder: Hangs(WorkOrder, ())}
    at_hand: list[type[Model]] = [WorkOrder]
    while at_hand:
        above = at_hand.pop(0)
        for relation in above._meta.related_objects:
            model: Any = relation.related_model
            column = str(relation.field.column)
            if model not in found and model is not Wording and not relation.field.null:
                found[model] = Hangs(model, ((column, above), *found[above].path))
                at_hand.append(model)
    return list(found.values())


def multiply(copies: int, say: Callable[[str], None]) -> None:
    """Add so many copies of every life that is there."""
    _multiply(hanging(), range(1, copies + 1), say, worded=True)


def multiply_bare(copies: range, say: Callable[[str], None]) -> None:
    """Add these copies of every life, as lists and figures see it: without timeline, caller and wording."""
    bare = [one for one in hanging() if one.model in (WorkOrder, Referral, Readable)]
    steps = [replace(one, opened=True) for one in hanging() if one.model is Step]
    _multiply([*bare, *steps, Hangs(Entry, (("order_id", WorkOrder),))], copies, say, worded=False)


def _multiply(tables: list[Hangs], copies: range, say: Callable[[str], None], *, worded: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET statement_timeout = 0; SET synchronous_commit = off; SET session_replication_role = replica"
        )
        cursor.execute(NUMBER)
        indexes = _drop_indexes([*(one.table for one in tables), Wording._meta.db_table])
        for one in tables:
            rows = 0
            for some in (copies[at : at + AT_ONCE] for at in range(0, len(copies), AT_ONCE)):
                cursor.execute(_copied(one), {"first": some.start, "last": some.stop - 1})
                rows += cursor.rowcount
            say(f"{rows:>12,} {one.model._meta.verbose_name_plural}")
            _count_on(one)
        if worded:
            cursor.execute(
                "INSERT INTO workorders_wording (order_id, text)"
                " SELECT id, upper(concat_ws(E'\\n', title, content, address)) FROM workorders_workorder WHERE id > %s",
                [APART],
            )
        cursor.execute("SET session_replication_role = origin")
        for definition in indexes:
            cursor.execute(definition)
        say(f"{len(indexes):>12,} indexes")
    connection.close()


def settle_down() -> None:
    """What autovacuum would have come to by itself in a city that grew day by day."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM (ANALYZE, FREEZE)")
        cursor.execute("CHECKPOINT")
    connection.close()


def _copied(one: Hangs) -> str:
    multiplied = {hangs.model for hangs in hanging()}
    columns, values = [], []
    for field in one.model._meta.concrete_fields:
        columns.append(f'"{field.column}"')
        values.append(_value(field, one, multiplied))
    joins, row = "", "this"
    for nth, (column, above) in enumerate(one.path):
        joins += f' JOIN {above._meta.db_table} AS up{nth} ON up{nth}.id = {row}."{column}"'
        row = f"up{nth}"
    order = row
    only = f" AND {order}.closed_at IS NULL" if one.opened else ""
    back = f"CASE WHEN {order}.closed_at IS NULL THEN 0 ELSE nth %% {WEEKS} END * interval '7 days'"
    return (
        f"INSERT INTO {one.table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608  names of our own
        f" FROM {one.table} AS this{joins}, generate_series(%(first)s::bigint, %(last)s) AS nth,"
        f" LATERAL (SELECT {back} + nth * interval '1 second') AS moved (back)"
        f" WHERE {order}.id < {APART}{only} ORDER BY nth, {order}.id"
    )


def _key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _value(field: Any, one: Hangs, multiplied: set[type[Model]]) -> str:
    """A column of the copy; `this` is the row copied, `nth` the copy."""
    here = f'this."{field.column}"'
    apart = f"{here} + nth * {APART}"
    match field.name:
        case "number" if one.model is WorkOrder:
            return "pg_temp.numbered((this.registered_at - back)::date, this.channel)"
        case "query_code":
            return (
                f"translate(upper(substr(md5((this.id + nth * {APART})::text), 1, 8)), '01AE', '{CODE_ALPHABET[-4:]}')"
            )
        case "source_number":
            return f"CASE WHEN {here} = '' THEN '' ELSE {here} || '-' || nth END"
        case "content":
            return f"{here} || {_words()}"
        case "address":
            return f"left({here} || {_place()}, 200)"
    match field:
        case _ if field.primary_key and not field.remote_field:
            return apart
        case ForeignKey() if field.related_model in multiplied:
            return apart
        case _ if one.model is Entry and field.name == "order_id":
            return apart
        case DateTimeField():
            return f"{here} - back"
        case JSONField() if field.name == "data":  # an entry names its part by number
            moved = f"jsonb_set({here}, '{{referral}}', to_jsonb(({here} ->> 'referral')::bigint + nth * {APART}))"
            return f"CASE WHEN {here} ->> 'referral' IS NULL THEN {here} ELSE {moved} END"
        case _:
            return here


def _picked(words: str, long: int, by: int) -> str:
    """One of the words, each so many characters long; by the copy as by the life copied."""
    return f"substr('{words}', 1 + {long} * ((this.id * 7 + nth * {by}) %% {len(words) // long})::int, {long})"


def _place() -> str:
    return f"{_picked(WAYS, 2, 3)} || {_picked(ENDS, 2, 11)} || (1 + (this.id * 31 + nth * 17) %% 977) || '号'"


def _words() -> str:
    return f"'（' || {_place()} || '，' || {_picked(THINGS, 4, 13)} || '）'"


def _drop_indexes(tables: list[str]) -> list[str]:
    """Drop what is built quicker afterwards; returns how. Keys stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), attstattarget = 0 FROM pg_index"
            " LEFT JOIN pg_attribute ON attrelid = indexrelid AND attnum = 1"
            " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition, _unsampled in found:
            cursor.execute(f"DROP INDEX {name}")
    return [
        definition + (f"; ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0" if unsampled else "")
        for name, definition, unsampled in found
    ]


def _count_on(one: Hangs) -> None:
    """The next row gets a number above every copy's."""
    if isinstance(one.model._meta.pk, CompositePrimaryKey):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{one.table}', '{_key(one.model)}'), max({_key(one.model)}))"  # noqa: S608  names of our own
            f" FROM {one.table} HAVING pg_get_serial_sequence('{one.table}', '{_key(one.model)}') IS NOT NULL"
        )
