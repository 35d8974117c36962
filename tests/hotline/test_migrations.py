"""Migrations run while the previous version serves: none may break it, or hold a table that people are waiting for.

The rules are django-migration-linter's and one more. What is unsafe in one step is safe in several:
docs/deployment.md, “Changing the database”.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
import sqlparse
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.base import Check, CheckMode, CheckType
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

# The last migration of each app that was written before this rule.
BASELINE = {
    "callbacks": "0003_a_round_can_be_dropped",
    "desk": "0001_initial",
    "notices": "0003_few_indexes_for_a_storm",
    "oversight": "0007_sums_of_a_kind_are_counted_together",
    "referrals": "0005_a_units_orders_from_the_index",
    "staff": "0001_initial",
    "workorders": "0014_what_time_has_made_due_is_one_lookup",
}

# What a rule finds and somebody has judged to be safe: (app, migration) to {rule: why}.
JUDGED: dict[tuple[str, str], dict[str, str]] = {
    ("oversight", "0008_what_was_taken"): {
        "CREATE_INDEX": "of a table made in the same step; the rule reads no other kind than btree"
    },
}

ADDS = re.compile(r'ALTER TABLE (?:ONLY )?"?(\w+)"? .*?ADD CONSTRAINT .*?(CHECK|FOREIGN KEY|EXCLUDE)', re.IGNORECASE)
MADE = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?', re.IGNORECASE)


def reads_the_whole_table(sql: str, **_more: Any) -> bool:
    """A constraint on rows that are there is checked while nobody may write; NOT VALID first, validated afterwards."""
    return bool(ADDS.search(sql)) and "NOT VALID" not in sql.upper()


class Analyser(PostgresqlAnalyser):
    """The linter's rules, those that only warn about a held table included, and ours."""

    migration_checks = [
        *PostgresqlAnalyser.migration_checks,
        Check(
            code="CONSTRAINT_NOT_VALID",
            fn=reads_the_whole_table,
            message="a constraint that reads the whole table while nobody may write",
            mode=CheckMode.ONE_LINER,
            type=CheckType.ERROR,
        ),
    ]


def faults(sql: str) -> set[str]:
    """The rules that are broken; what is made in the same step nobody uses yet."""
    plain = sqlparse.format(sql, strip_comments=True)
    statements = [" ".join(statement.split()) for statement in sqlparse.split(plain)]
    new = {table for statement in statements for table in MADE.findall(statement)}
    old = [one for one in statements if not ((adds := ADDS.search(one)) and adds[1] in new)]
    errors, _ignored, warnings = analyse_sql_statements(Analyser, old, [])
    return {issue.code for issue in [*errors, *warnings]}


def newer() -> list[tuple[str, str]]:
    """Our migrations that came after the baseline."""
    own = {app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR / app.label))}
    found = MigrationLoader(None).disk_migrations
    return sorted((app, name) for app, name in found if app in own and name > BASELINE.get(app, ""))


@pytest.mark.django_db(transaction=True)
def test_the_previous_version_serves_on_while_they_run() -> None:
    broken = {}
    for app, name in newer():
        found = faults(call_command("sqlmigrate", app, name, stdout=StringIO())) - set(JUDGED.get((app, name), {}))
        if found:
            broken[f"{app} {name}"] = sorted(found)
    assert not broken, f"docs/deployment.md, “Changing the database”, says how to do it in steps: {broken}"


def test_the_baseline_and_what_was_judged_are_there() -> None:
    found = set(MigrationLoader(None).disk_migrations)
    assert set(BASELINE.items()) <= found and set(JUDGED) <= found
    assert all(why for judged in JUDGED.values() for why in judged.values())


@pytest.mark.django_db(transaction=True)
def test_a_migration_made_with_care_passes() -> None:
    for app, name in (("workorders", "0014"), ("referrals", "0005"), ("oversight", "0003")):
        assert faults(call_command("sqlmigrate", app, name, stdout=StringIO())) == set()


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ('ALTER TABLE "a" ADD COLUMN "b" int DEFAULT 1 NOT NULL; ALTER TABLE "a" ALTER "b" DROP DEFAULT;', "NOT_NULL"),
        ('ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;', "NOT_NULL"),
        ('ALTER TABLE "a" DROP COLUMN "b" CASCADE;', "DROP_COLUMN"),
        ('DROP TABLE "a" CASCADE;', "DROP_TABLE"),
        ('ALTER TABLE "a" RENAME COLUMN "b" TO "c";', "RENAME_COLUMN"),
        ('ALTER TABLE "a" RENAME TO "c";', "RENAME_TABLE"),
        ('ALTER TABLE "a" ALTER COLUMN "b" TYPE bigint USING "b"::bigint;', "ALTER_COLUMN"),
        ('ALTER TABLE "a" ADD CONSTRAINT "u" UNIQUE ("b");', "ADD_UNIQUE"),
        ('CREATE INDEX "i" ON "a" ("b");', "CREATE_INDEX"),
        ('DROP INDEX IF EXISTS "i";', "DROP_INDEX"),
        ('ALTER TABLE "a"\n  ADD CONSTRAINT "c"\n  CHECK (b > 0);', "CONSTRAINT_NOT_VALID"),
        ('ALTER TABLE "a" ADD CONSTRAINT "f" FOREIGN KEY ("b") REFERENCES "c" ("id");', "CONSTRAINT_NOT_VALID"),
    ],
)  # fmt: skip
def test_what_breaks_the_previous_version_is_found(sql: str, broken: str) -> None:
    assert faults(sql) == {broken}


@pytest.mark.parametrize(
    "sql",
    [
        'ALTER TABLE "a" ADD COLUMN "b" integer NULL;',
        'ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 1 NOT NULL;',
        'CREATE INDEX CONCURRENTLY "i" ON "a" ("b");',
        'DROP INDEX CONCURRENTLY IF EXISTS "i";',
        'ALTER TABLE "a" ADD CONSTRAINT "c" CHECK (b > 0) NOT VALID;',
        'ALTER TABLE "a" VALIDATE CONSTRAINT "c";',
        'CREATE TABLE "n" ("id" bigint NOT NULL); CREATE INDEX "i" ON "n" ("id"); '
        'ALTER TABLE "n" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "a" ("id");',
        "-- DROP TABLE would be unsafe",
    ],
)
def test_what_it_does_not_notice_passes(sql: str) -> None:
    assert faults(sql) == set()
