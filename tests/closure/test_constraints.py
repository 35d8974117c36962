"""What the database itself promises: each named constraint and trigger is tried by somebody past the actions."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint
from django.test import RequestFactory

from referrals import actions as referrals
from referrals.models import CatalogueRow
from staff.now import pretend
from tests.cast import MORNING, City
from tests.closure.lives import LIVES, Life, accepted, fresh
from tests.files import given
from workorders import actions
from workorders.looks import look
from workorders.models import Look, WorkOrder

pytestmark = pytest.mark.django_db
APPS = ("workorders", "referrals", "callbacks")


def named() -> set[str]:
    """Every constraint the models of the three apps declare."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {
        constraint.name
        for model in models
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }


def more_time_asked(city: City) -> WorkOrder:
    part = accepted(city)
    referrals.request_extension(part, by=city.zhao, days=3, reason="需开挖")
    return fresh(part.order)


def more_time(city: City) -> WorkOrder:
    order = more_time_asked(city)
    referrals.grant_extension(order.referrals.get(role="lead"), by=city.wang)
    return order


def catalogued(city: City) -> WorkOrder:
    CatalogueRow.objects.create(category=city.leak, lead=city.water)
    return city.register()


def attached(city: City) -> WorkOrder:
    order = city.register()
    actions.attach(order, by=city.lin, file=given("说明.txt", "水漫到了路上。".encode()))
    return order


def looked_at(city: City) -> WorkOrder:
    order = city.register()
    look(order, Look.Door.PAGE, by=city.lin, request=RequestFactory().get("/"))
    return order


TRIED_ON: dict[str, Life] = {
    **LIVES,
    "more time asked": more_time_asked,
    "more time": more_time,
    "catalogue": catalogued,
    "attached": attached,
    "looked at": looked_at,
}


def copied(table: str, changes: str = "") -> str:
    """Another row like the last one, but for its id and what is changed (name, value, name, value …)."""
    changed = f"jsonb_build_object('id', 987654{', ' if changes else ''}{changes})"
    row = f"SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) || {changed})).*"
    return f"INSERT INTO {table} {row} FROM {table} t ORDER BY t.id DESC LIMIT 1"


ANOTHER_STEP = "'step_id', (SELECT min(id) FROM workorders_step)"

# Constraint → (the life it is tried on, the attempt)
ATTEMPTS: dict[str, tuple[str, str]] = {
    "category_name_once_per_parent": ("registered", copied("workorders_category", "'code', 'other'")),
    "one_limit_per_step_kind_urgency_category": ("registered", copied("workorders_timelimit")),
    "time_limit_is_positive": ("registered", "UPDATE workorders_timelimit SET amount = 0"),
    "an_answer_is_extended_twice_at_most": ("registered", "UPDATE workorders_timelimit SET extensions = 3"),
    "a_step_has_one_holder": ("registered", "UPDATE workorders_step SET pool = NULL"),
    "a_rung_has_its_time": ("registered", "UPDATE workorders_step SET next_rung_at = NULL"),
    "an_ended_step_climbs_no_further": ("registered", "UPDATE workorders_step SET ended_at = now()"),
    "each_rung_once_for_a_step_and_due_time": ("reminded", copied("workorders_reminder")),
    "an_open_order_has_one_holder_and_one_due_time": (
        "registered",
        "UPDATE workorders_workorder SET holder_person_id = (SELECT min(id) FROM staff_user)",
    ),
    "a_closed_order_has_no_holder_and_no_due_time": ("closed", "UPDATE workorders_workorder SET closed_at = NULL"),
    "only_a_merged_order_rides_with_another": (
        "merged",
        "UPDATE workorders_workorder SET merged_into_id = NULL WHERE status = 'merged'",
    ),
    "order_status_is_known": ("registered", "UPDATE workorders_workorder SET status = 'forgotten'"),
    "an_order_from_elsewhere_comes_in_once": ("merged", "UPDATE workorders_workorder SET source_number = '2019-77'"),
    "a_timeline_counts_each_entry_once": ("registered", copied("workorders_event")),
    "a_key_registers_once": (
        "registered",
        """
        INSERT INTO workorders_registration (user_id, key_hash, body_hash, answer, at)
        SELECT u.id, 'key', 'body', '', now() FROM staff_user u, generate_series(1, 2)
        """,
    ),
    "one_open_supervision_per_order": ("supervised", copied("workorders_supervision", ANOTHER_STEP)),
    "one_live_lead_per_order": ("answered", "UPDATE referrals_referral SET status = 'sent', role = 'lead'"),
    "a_department_is_asked_once_at_a_time": (
        "delegated",
        "UPDATE referrals_referral SET department_id = (SELECT id FROM staff_department WHERE code = 'water')",
    ),
    "one_live_delegation_per_referral": (
        "delegated",
        "UPDATE referrals_referral SET role = 'subunit', parent_id = (SELECT min(id) FROM referrals_referral)",
    ),
    "a_subunit_hangs_below_its_bureau": ("delegated", "UPDATE referrals_referral SET parent_id = NULL"),
    "an_ended_referral_says_when": ("closed", "UPDATE referrals_referral SET ended_at = NULL"),
    "one_open_return_request": ("asking", copied("referrals_returnrequest", ANOTHER_STEP)),
    "a_return_ruling_says_yes_or_no": ("asking", "UPDATE referrals_returnrequest SET ruled_at = now()"),
    "one_open_extension_request": ("more time asked", copied("referrals_extension", ANOTHER_STEP)),
    "an_extension_ruling_says_yes_or_no": ("more time asked", "UPDATE referrals_extension SET granted = true"),
    "a_granted_extension_extends": ("more time", "UPDATE referrals_extension SET due_after = due_before"),
    "one_answer_under_review": ("answered", copied("referrals_answer")),
    "one_row_per_category_and_area": ("catalogue", copied("referrals_cataloguerow")),
    "each_round_of_callback_once": ("closed", copied("callbacks_callback")),
    "one_callback_at_a_time": ("trying", copied("callbacks_callback", "'round', 2")),
    "a_completed_callback_has_its_answers": ("closed", "UPDATE callbacks_callback SET resolution = ''"),
    "satisfaction_has_five_levels": ("closed", "UPDATE callbacks_callback SET satisfaction = 6"),
    "a_file_is_attached_once_by_each_side": ("attached", copied("workorders_attachment", "'file', 'elsewhere'")),
    "a_place_holds_one_file": ("attached", copied("workorders_attachment", "'sha256', 'another'")),
    "an_attachment_has_its_file_until_it_is_removed": ("attached", "UPDATE workorders_attachment SET file = ''"),
    "a_look_is_written_once_in_a_quarter_of_an_hour": ("looked at", copied("workorders_look")),
}


# An unknown status is neither open nor closed, so one of those two speaks first.
SAID_FIRST = {"order_status_is_known": "a_closed_order_has_no_holder_and_no_due_time"}


def test_every_constraint_is_tried() -> None:
    assert named() == ATTEMPTS.keys()


def refused(sql: str) -> str:
    """The name of the constraint that stops a statement."""
    with pytest.raises(IntegrityError) as stopped, transaction.atomic():
        connection.cursor().execute(sql)
    return str(stopped.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]  # psycopg's own error


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_database_refuses_what_a_constraint_forbids(city: City, name: str) -> None:
    life, attempt = ATTEMPTS[name]
    with pretend(MORNING):
        TRIED_ON[life](city)
    connection.check_constraints()
    assert refused(attempt) in (name, SAID_FIRST.get(name))


# --- triggers: what holds between rows, looked at when the transaction ends

BETWEEN_ROWS = [
    ("registered", "UPDATE workorders_workorder SET next_due_at = next_due_at + interval '1 hour'"),
    ("registered", "UPDATE workorders_workorder SET holder_pool = 'review'"),
    ("registered", "UPDATE workorders_workorder SET next_step = 'review'"),
    ("registered", "UPDATE workorders_step SET due_at = due_at + interval '1 hour'"),
    ("registered", "UPDATE workorders_step SET pool = 'review'"),
    ("referred", "UPDATE workorders_step SET ended_at = now(), next_rung = NULL, next_rung_at = NULL"),
    ("registered", "DELETE FROM workorders_step"),
    ("closed", "UPDATE workorders_step SET ended_at = NULL WHERE id = (SELECT max(id) FROM workorders_step)"),
    ("closed", copied("workorders_step", "'ended_at', NULL")),
    (
        "registered",
        "UPDATE workorders_workorder SET status = 'closed', closed_at = now(), next_step = NULL, next_due_at = NULL, "
        "holder_pool = NULL",
    ),
]


@pytest.mark.parametrize(("life", "sql"), BETWEEN_ROWS, ids=[f"{life}-{sql[:50]}" for life, sql in BETWEEN_ROWS])
def test_no_order_is_held_but_by_whoever_owes_its_next_step(city: City, life: str, sql: str) -> None:
    with pretend(MORNING):
        LIVES[life](city)
    connection.check_constraints()
    assert refused(sql + "; SET CONSTRAINTS ALL IMMEDIATE") == "an_order_is_held_by_whoever_owes_its_next_step"


def test_two_orders_never_have_one_number(city: City) -> None:
    with pretend(MORNING):
        LIVES["merged"](city)
    connection.check_constraints()
    assert "number" in refused("UPDATE workorders_workorder SET number = 'X'")


def test_a_whole_row_is_never_written_over_what_came_in_between(city: City) -> None:
    with pretend(MORNING):
        order = city.register()
    with pytest.raises(TypeError, match="update_fields"):
        order.save()
