"""The audit finds nothing in a clean city, and names every kind of damage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from oversight.audit import Audit, audit
from oversight.promises import PROMISES
from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.lives import LIVES, Life
from workorders import clock, telling

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=1)


@contextmanager
def unguarded() -> Iterator[None]:
    """As after a restored dump, a careless script or a bug: no constraint and no trigger looks."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def damage(sql: str) -> None:
    """Plant a damage past every guard of the database."""
    connection.check_constraints()
    tables = (
        "workorders_workorder",
        "workorders_step",
        "referrals_referral",
        "referrals_answer",
        "workorders_reminder",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            [list(tables)],
        )
        for table, constraint in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount != 0, "the damage was not done"


def broken(result: Audit) -> dict[str, list[str]]:
    return {finding.name: [offender.number for offender in finding.offenders] for finding in result.broken}


@pytest.mark.parametrize("status", LIVES)
def test_a_clean_city_passes(city: City, status: str) -> None:
    with pretend(MORNING):
        LIVES[status](city)
        connection.check_constraints()
        assert broken(audit(LATER)) == {}


def test_a_city_that_nobody_worked_in_for_a_month_passes_once_the_clock_has_caught_up(city: City) -> None:
    with pretend(MORNING):
        for life in LIVES.values():
            life(city)
    month = MORNING + timedelta(days=30)
    with pretend(month):
        assert {"no_rung_is_left_out", "what_is_overdue_has_its_red_card"} <= broken(audit(month)).keys()
        clock.sweep(month)
        telling.tell_reminders()
        assert broken(audit(month)) == {}


REGISTERED, REFERRED, ANSWERED, AWAITING, DECIDING, SHELVED, MERGED, CLOSED = (
    LIVES[name]
    for name in ("registered", "referred", "answered", "awaiting_callback", "deciding", "shelved", "merged", "closed")
)
SUPERVISED, DELEGATED, ASKING, TRYING, HELD, REMINDED = (
    LIVES[name] for name in ("supervised", "delegated", "asking", "trying", "held", "reminded")
)

# (promise, the life it is planted into, the damage)
DAMAGES: list[tuple[str, Life, str]] = [
    (
        "an_open_order_has_one_holder_and_one_due_time",
        REGISTERED,
        "UPDATE workorders_workorder SET holder_pool = NULL",
    ),
    (
        "an_open_order_has_one_holder_and_one_due_time",
        REFERRED,
        "UPDATE workorders_workorder SET holder_pool = 'review'",
    ),
    ("an_open_order_has_one_holder_and_one_due_time", ANSWERED, "UPDATE workorders_workorder SET next_due_at = NULL"),
    ("a_closed_order_owes_nothing", CLOSED, "UPDATE workorders_workorder SET holder_pool = 'review'"),
    ("a_closed_order_owes_nothing", CLOSED, "UPDATE workorders_workorder SET closed_at = NULL"),
    (
        "a_closed_order_owes_nothing",
        CLOSED,
        "UPDATE workorders_step SET ended_at = NULL WHERE id = (SELECT max(id) FROM workorders_step)",
    ),
    ("a_closed_order_owes_nothing", REGISTERED, "UPDATE workorders_workorder SET closed_at = now()"),
    (
        "an_order_is_held_by_whoever_owes_its_next_step",
        REGISTERED,
        "UPDATE workorders_workorder SET next_due_at = next_due_at + interval '1 day'",
    ),
    (
        "an_order_is_held_by_whoever_owes_its_next_step",
        REGISTERED,
        "UPDATE workorders_workorder SET holder_pool = 'review'",
    ),
    ("an_order_owes_what_its_status_says", REGISTERED, "UPDATE workorders_workorder SET status = 'deciding'"),
    ("an_order_owes_what_its_status_says", REGISTERED, "UPDATE workorders_step SET pool = 'review'"),
    ("an_order_owes_what_its_status_says", ANSWERED, "UPDATE workorders_step SET ended_at = now()"),
    ("nobody_who_left_holds_anything", HELD, "UPDATE staff_user SET is_active = false WHERE username = 'he'"),
    ("every_desk_has_people", ANSWERED, "UPDATE staff_user SET is_active = false WHERE username IN ('he', 'chen')"),
    (
        "no_rung_is_left_out",
        REGISTERED,
        "UPDATE workorders_step SET next_rung_at = '2026-11-23T00:00:00Z'",
    ),
    (
        "what_is_overdue_has_its_red_card",
        REGISTERED,
        "UPDATE workorders_step SET due_at = '2026-11-22T00:00:00Z'",
    ),
    ("nothing_falls_silent", REGISTERED, "UPDATE workorders_step SET next_rung = NULL, next_rung_at = NULL"),
    (
        "nothing_falls_silent",
        SUPERVISED,
        "UPDATE workorders_step SET next_rung = NULL, next_rung_at = NULL WHERE kind = 'supervise'",
    ),
    (
        "a_shelved_case_comes_back",
        SHELVED,
        "UPDATE workorders_step SET due_at = '2026-11-22T00:00:00Z' WHERE kind = 'shelf'",
    ),
    ("every_rung_climbed_was_told", REMINDED, "UPDATE workorders_reminder SET told = false, at = '2026-11-22'"),
    ("every_rung_climbed_was_told", REMINDED, "UPDATE workorders_reminder SET step_id = 987654"),
    ("supervision_and_its_step_go_together", SUPERVISED, "UPDATE workorders_supervision SET lifted_at = now()"),
    (
        "supervision_and_its_step_go_together",
        SUPERVISED,
        "UPDATE workorders_step SET ended_at = now() WHERE kind = 'supervise'",
    ),
    ("a_referred_order_has_one_lead", REFERRED, "UPDATE referrals_referral SET status = 'withdrawn'"),
    ("a_referred_order_has_one_lead", ANSWERED, "UPDATE referrals_referral SET status = 'passed' WHERE role = 'lead'"),
    ("a_referred_order_has_one_lead", REGISTERED, "UPDATE workorders_workorder SET status = 'referred'"),
    ("no_part_lives_without_its_order", REFERRED, "UPDATE workorders_workorder SET status = 'answered'"),
    (
        "no_part_lives_without_its_order",
        CLOSED,
        "UPDATE referrals_referral SET status = 'sent' WHERE role = 'supporting'",
    ),
    ("a_part_owes_what_its_status_says", REFERRED, "UPDATE referrals_referral SET status = 'accepted'"),
    (
        "a_part_owes_what_its_status_says",
        REFERRED,
        "UPDATE workorders_step SET ended_at = now() WHERE kind = 'answer'",
    ),
    (
        "a_part_owes_what_its_status_says",
        REFERRED,
        "UPDATE workorders_step SET department_id = (SELECT id FROM staff_department WHERE code = 'far-town')",
    ),
    (
        "every_step_of_a_department_belongs_to_its_part",
        CLOSED,
        "UPDATE workorders_step SET ended_at = NULL WHERE kind = 'contact'",
    ),
    (
        "every_step_of_a_department_belongs_to_its_part",
        ASKING,
        "UPDATE referrals_returnrequest SET ruled_at = now(), granted = false",
    ),
    ("requests_are_pending_only_on_live_parts", ASKING, "UPDATE referrals_referral SET status = 'passed'"),
    (
        "requests_are_pending_only_on_live_parts",
        ASKING,
        "UPDATE workorders_step SET ended_at = now() WHERE kind = 'rule_return'",
    ),
    (
        "a_delegated_part_waits_for_its_subunit",
        DELEGATED,
        "UPDATE referrals_referral SET status = 'withdrawn' WHERE role = 'subunit'",
    ),
    (
        "a_delegated_part_waits_for_its_subunit",
        DELEGATED,
        "UPDATE referrals_referral SET status = 'accepted' WHERE role = 'lead'",
    ),
    ("the_lead_department_leads", REFERRED, "UPDATE workorders_workorder SET lead_department_id = NULL"),
    (
        "the_lead_department_leads",
        REGISTERED,
        "UPDATE workorders_workorder SET lead_department_id = (SELECT id FROM staff_department WHERE code = 'water')",
    ),
    ("an_answered_lead_has_its_answer_under_review", ANSWERED, "UPDATE referrals_answer SET reviewed_at = now()"),
    ("an_answered_lead_has_its_answer_under_review", CLOSED, "UPDATE referrals_answer SET reviewed_at = NULL"),
    (
        "a_unit_reads_what_it_has_a_part_of",
        REFERRED,
        "UPDATE referrals_readable SET unit_id = (SELECT id FROM staff_department WHERE code = 'far-town')",
    ),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_referral SET status = 'withdrawn'"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET registered_at = now()"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET category_id = NULL"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET area_id = -1"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET lead_department_id = NULL"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET channel = 'Z'"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET kind = 'praise'"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET urgency = 'critical'"),
    ("a_unit_reads_what_it_has_a_part_of", REFERRED, "UPDATE referrals_readable SET ended = 'closed'"),
    ("a_unit_reads_what_it_has_a_part_of", CLOSED, "UPDATE referrals_readable SET ended = ''"),
    (
        "a_citizen_is_called_only_while_that_is_owed",
        TRYING,
        "UPDATE workorders_workorder SET status = 'closed'",
    ),
    ("a_decision_is_about_a_discontented_citizen", DECIDING, "DELETE FROM callbacks_callback"),
    ("a_decision_is_about_a_discontented_citizen", DECIDING, "UPDATE callbacks_callback SET verdict = 'rework'"),
    (
        "a_decision_is_about_a_discontented_citizen",
        DECIDING,
        "UPDATE callbacks_callback SET resolution = 'solved', satisfaction = 5",
    ),
    ("a_verdict_closes_or_reworks", CLOSED, "UPDATE callbacks_callback SET status = 'unreachable'"),
    ("a_verdict_closes_or_reworks", CLOSED, "UPDATE workorders_workorder SET closing = 'unreachable'"),
    (
        "a_merged_order_rides_with_an_open_one",
        MERGED,
        "UPDATE workorders_workorder SET status = 'closed' WHERE status = 'registered'",
    ),
    (
        "a_merged_order_rides_with_an_open_one",
        MERGED,
        "UPDATE workorders_workorder SET next_due_at = next_due_at + interval '1 h' WHERE status = 'registered'",
    ),
    ("an_order_of_its_own_rides_with_none", REGISTERED, "UPDATE workorders_workorder SET merged_into_id = id"),
    (
        "a_timeline_has_no_gaps",
        REFERRED,
        "DELETE FROM workorders_event WHERE seq = 2",
    ),
    ("a_timeline_has_no_gaps", REFERRED, "DELETE FROM workorders_event"),
    ("a_timeline_has_no_gaps", REFERRED, "UPDATE workorders_workorder SET version = version + 1"),
    (
        "a_timeline_begins_with_the_appeal",
        REFERRED,
        "UPDATE workorders_event SET verb = 'workorder.noted' WHERE seq = 1",
    ),
    (
        "a_timeline_begins_with_the_appeal",
        REFERRED,
        "UPDATE workorders_event SET verb = 'workorder.registered' WHERE seq = 2",
    ),
    (
        "a_timeline_ends_with_the_closing",
        CLOSED,
        "UPDATE workorders_event SET data = '{}' WHERE data ? 'closing'",
    ),
    (
        "a_timeline_ends_with_the_closing",
        REFERRED,
        """UPDATE workorders_event SET data = '{"closing": ""}' WHERE seq = 2""",
    ),
    (
        "every_step_has_a_limit",
        REGISTERED,
        "DELETE FROM workorders_timelimit WHERE step = 'supervise'",
    ),
]


@pytest.mark.parametrize(("promise", "life", "sql"), DAMAGES, ids=[f"{name}-{sql[:40]}" for name, _, sql in DAMAGES])
def test_each_kind_of_damage_is_named(city: City, promise: str, life: Life, sql: str) -> None:
    with pretend(MORNING):
        order = life(city)
    damage(sql)
    found = broken(audit(LATER))
    assert promise in found
    assert set(found[promise]) <= {order.number, ""}  # a missing limit is no order's fault


def test_every_promise_has_a_damage_that_breaks_it() -> None:
    assert {promise for promise, _life, _sql in DAMAGES} == {promise.name for promise in PROMISES}


def test_the_command_prints_counts_and_passes_on_a_clean_city(city: City) -> None:
    with pretend(MORNING):
        REFERRED(city)
    out = StringIO()
    call_command("audit_closure", at=LATER.isoformat(), stdout=out)
    assert "1 orders, 1 open" in out.getvalue() and "The closure guarantee holds." in out.getvalue()


def test_the_command_names_offenders_and_exits_with_one(city: City) -> None:
    with pretend(MORNING):
        orders = [REGISTERED(city) for _count in range(3)]
    damage("DELETE FROM workorders_event")
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("audit_closure", at=LATER.isoformat(), named=2, json=True, stdout=out)
    assert stopped.value.code == 1
    result = json.loads(out.getvalue())
    gaps = next(promise for promise in result["promises"] if promise["name"] == "a_timeline_has_no_gaps")
    assert gaps["broken"] == 3 and [one["number"] for one in gaps["offenders"]] == [o.number for o in orders[:2]]
    assert "version 1" in gaps["offenders"][0]["reason"] and not result["holds"]


def test_what_is_only_just_due_is_no_offence_until_the_grace_is_over(city: City) -> None:
    with pretend(MORNING):
        order = REGISTERED(city)
    due = order.steps.get().next_rung_at
    assert due is not None
    assert audit(due + timedelta(minutes=9)).holds
    assert not audit(due + timedelta(minutes=11)).holds
    assert not audit(due + timedelta(minutes=9), grace=timedelta(minutes=5)).holds
