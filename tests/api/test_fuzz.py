"""Requests made up from the schema, of what it allows and of what it forbids, sent to every operation by its people.

Whatever is sent: no fault of the server, no answer the schema does not tell of, nothing forbidden taken, nobody let in
without a token. They are the same requests in every run; `FUZZ_EXAMPLES=500` makes up so many of each sort for each
operation and person instead of few. What was found so far stands in `test_schema.py` and `test_errors.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks, positive_data_acceptance
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from callbacks.models import Callback
from staff.models import Token
from staff.now import pretend
from staff.tokens import issue
from tests.access import table
from tests.cast import MORNING, City
from tests.workorders.scenes import ORDERS, PARTS, reach

pytestmark = pytest.mark.django_db

SCHEMA = "/api/v1/schema/?format=json"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
# Of the values at the limits of each field, which are hundreds for an operation, so many times the examples.
LIMITS = 3

Keys = dict[str, dict[str, Any]]


class Undo(Exception):
    """What was asked is taken back."""


@pytest.fixture
def application() -> Iterator[Any]:
    """What the web server calls; as with Django's own test client the test's connection outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def keys(city: City) -> Keys:
    """For each operation with a record in its address one that is there; for a move one on which it is open."""
    orders = {row.place: reach(ORDERS[row.place], city) for row in table.moves(table.ORDER_MOVES)}
    parts = {row.place: reach(PARTS[row.place], city) for row in table.moves(table.PART_MOVES)}
    found: Keys = {f"work_orders_{verb}": {"number": orders["referred"].number} for verb in ("retrieve", "events_list")}
    found["referrals_retrieve"] = {"id": str(parts["answered"].pk)}
    found["callbacks_retrieve"] = {"id": str(Callback.objects.earliest("pk").pk)}
    for name, record in (("categories", city.leak), ("departments", city.water), ("areas", city.area)):
        found[f"{name}_retrieve"] = {"code": record.code}
    for row in table.moves(table.ORDER_MOVES):
        found[f"work_orders_{row.name}"] = {"number": orders[row.place].number}
    for row in table.moves(table.PART_MOVES):
        found[f"referrals_{row.name}"] = {"id": str(parts[row.place].pk)}
    return found


def at_the_limits(operation: Any, there: dict[str, Any] | None) -> list[Any]:
    """Requests at and beyond each limit the schema sets, some of all of them, on a record that is there."""
    cases = list(
        operation.schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=GenerationConfig()
        )
    )
    for case in cases:
        path = case.meta.components.get(ParameterLocation.PATH)
        if there and (path is None or path.mode is GenerationMode.POSITIVE):
            case.path_parameters = dict(there)
    return cases[:: -(-len(cases) // (LIMITS * EXAMPLES)) or 1]


def send(case: Any, headers: dict[str, str]) -> int:
    """Send it, hold the answer against the schema, and leave everything as it was."""
    cache.clear()  # who asks so much is else put off
    try:
        with transaction.atomic(), pretend(MORNING):
            answer = case.call(headers=headers)
            # That a text is no code of the lists, and no fit for the order as it stands, no schema can tell.
            case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
            raise Undo
    except Undo:
        return int(answer.status_code)


@pytest.mark.parametrize("who", ["chen", "lin", "zhao"])
def test_whatever_is_sent_is_answered_as_the_schema_tells(who: str, city: City, application: Any) -> None:
    load_all_checks()
    headers = {"Authorization": f"Token {issue(Token(person=getattr(city, who), name='tests'))}"}
    config = SchemathesisConfig.from_dict({"seed": 12345})
    schema = schemathesis.openapi.from_wsgi(SCHEMA, application, config=config, headers=headers)
    known, answered = keys(city), Counter[int]()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation: Any = result.ok()
        there = known.get(operation.definition.raw["operationId"])
        answered.update(send(case, headers) for case in at_the_limits(operation, there))
        for mode in GenerationMode:

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode, path_parameters=there))
            def made_up(case: Any) -> None:
                answered[send(case, headers)] += 1

            try:
                made_up()
            except Unsatisfiable:  # there is nothing an operation without parameters could be sent wrongly
                assert mode is GenerationMode.NEGATIVE and not operation.body and not operation.query
    # They came far enough in: things were done, and refused for each reason.
    assert {200, 400, 404, 405, 409} <= answered.keys() and answered[200] > 20, answered
