"""The schema is valid and complete. That answers keep to it is seen in every test beside this one: `held`."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from referrals import actions as referrals
from referrals import workflow as referral_workflow
from staff.now import pretend
from tests.api.client import DOOR, Program, anything
from tests.api.conftest import Programs
from tests.api.held import hold, operation, schema, sent
from tests.cast import MORNING, City
from workorders import workflow

LISTS = ("referrals", "callbacks", "categories", "departments", "areas")


def test_the_schema_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_every_move_is_an_operation_and_nothing_else_is_there() -> None:
    told = {one["operationId"] for path in schema()["paths"].values() for one in path.values()}
    moves = {f"work_orders_{move.name}" for move in workflow.MOVES}
    moves |= {f"referrals_{move.name}" for move in referral_workflow.MOVES}
    read = {f"{name}_{verb}" for name in LISTS for verb in ("list", "retrieve")}
    orders = {f"work_orders_{verb}" for verb in ("list", "create", "retrieve", "events_list", "csv")}
    files = {"work_orders_attachments_list"} | {f"work_orders_{verb}" for verb in ("attach", "attachment", "detach")}
    assert told == {"root", "looks_list"} | moves | read | orders | files


def test_each_parameter_and_each_field_has_its_type() -> None:
    for path, operations in schema()["paths"].items():
        for called in operations.values():
            for parameter in called.get("parameters", []):
                assert parameter["schema"].get("type"), (path, parameter["name"])
            if "requestBody" in called:
                for name, field in sent(called).get("properties", {}).items():
                    assert field["type"] and field["description"], (path, name)


def test_each_operation_tells_its_refusals() -> None:
    for path, operations in schema()["paths"].items():
        for method, called in operations.items():
            told = set(called["responses"])
            assert {"401", "403", "429", "503"} <= told, path
            assert ("404" in told) == ("{" in path), path
            assert ({"400", "409", "413", "415"} <= told) == (method == "post"), path


@pytest.mark.django_db
def test_what_a_move_answers_is_either_the_whole_record_or_the_brief_one(city: City, programs: Programs) -> None:
    """Found by `test_fuzz`: a whole order was also a brief one, and so neither to a program that checks."""
    answers = {"components": schema()["components"], **schema()["components"]["schemas"]["WorkOrderAnswer"]}
    assert schema()["components"]["schemas"]["Brief"]["additionalProperties"] is False
    with pretend(MORNING):
        url = f"{DOOR}work-orders/{city.register().number}/note/"
        for headers in ({}, {"Prefer": "return=minimal"}):
            Draft202012Validator(answers).validate(programs.lin.post(url, {"text": "x"}, 200, **headers))


@pytest.mark.django_db
def test_the_schema_is_served_to_who_has_signed_in(city: City) -> None:
    answer = Program(city.sun).http.get(f"{DOOR}schema/?format=json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"] == "3.1.1"


@pytest.mark.django_db
def test_what_a_move_tells_of_its_fields_is_what_the_schema_tells(city: City, programs: Programs) -> None:
    with pretend(MORNING):
        order = city.register()
        part = referrals.refer(city.register(), by=city.wang, lead=city.water)
    told: list[Any] = [programs.chen.get(DOOR)]
    for program in (programs.chen, programs.lin, programs.zhao):
        with pretend(MORNING):
            told.append(program.get(f"{DOOR}referrals/{part.pk}/"))
            told.append(program.get(f"{DOOR}work-orders/{part.order.number}/"))
    told.append(programs.chen.get(f"{DOOR}work-orders/{order.number}/"))
    for move in [move for record in told for move in record["moves"]]:
        body = sent(operation("POST", move["url"]))
        assert list(body["properties"]) == [field["name"] for field in move["fields"]]
        assert body.get("required", []) == [field["name"] for field in move["fields"] if field["required"]]
        for field in move["fields"]:
            hold(body["properties"][field["name"]], anything(field))
