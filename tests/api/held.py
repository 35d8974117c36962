"""Every call of every API test is held against the schema: what was answered, and what was sent and taken."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

# What no operation tells of: a method, a kind of answer, an address that is not there.
UNTOLD = (405, 406)
NOWHERE = (401, 404, *UNTOLD)


@lru_cache(maxsize=1)
def schema() -> Any:
    """The schema as it is served, with no room in a record for what it does not name."""
    made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # is untyped
    told = json.loads(json.dumps(made))
    for component in told["components"]["schemas"].values():
        if "properties" in component:
            component.setdefault("additionalProperties", False)
    return told


def operation(method: str, url: str) -> Any:
    """The operation that answers this address, if there is one."""
    path = urlsplit(url).path
    for template, operations in schema()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
            return operations[method.lower()]
    return None


def hold(told: Any, value: Any) -> None:
    """Fail where the value is not as the schema tells it."""
    for error in Draft202012Validator({**told, "components": schema()["components"]}).iter_errors(value):
        raise AssertionError(f"{error.json_path}: {error.message[:400]}")


def sent(called: Any) -> Any:
    """What an operation takes."""
    (only,) = called["requestBody"]["content"].values()
    return only["schema"]


def is_json(called: Any) -> bool:
    """Whether it takes an object; files come as forms, which have no types to be held to."""
    return list(called["requestBody"]["content"]) == ["application/json"]


@pytest.fixture
def held_to_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = APIClient.generic

    def generic(self: APIClient, method: str, path: str, data: Any = "", *args: Any, **kwargs: Any) -> Any:
        answer: Any = ask(self, method, path, data, *args, **kwargs)
        called, status = operation(method, path), answer.status_code
        if called is None or status in UNTOLD:
            assert status in NOWHERE or "/schema/" in path, f"{method} {path} is not told of and answers {status}"
            return answer
        assert str(status) in called["responses"], f"{called['operationId']} may not answer {status}"
        if not answer.streaming and answer.content:
            hold(called["responses"][str(status)]["content"]["application/json"]["schema"], answer.json())
        if status < 300 and method.lower() == "post" and is_json(called):
            hold(sent(called), json.loads(data))
        return answer

    monkeypatch.setattr(APIClient, "generic", generic)
