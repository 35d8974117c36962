"""A program that speaks to the API: it knows the door, and nothing but what it reads behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework.test import APIClient

from staff.models import Token, User
from staff.now import pretend
from staff.tokens import issue

DOOR = "/api/v1/"


class Program:
    """One person's program, with his token."""

    def __init__(self, user: User) -> None:
        self.http = APIClient()
        secret = issue(Token(person=user, name="tests"))
        self.http.credentials(HTTP_AUTHORIZATION=f"Token {secret}")

    def get(self, url: str, answered: int = 200, **query: Any) -> Any:
        answer = self.http.get(url, query)
        assert answer.status_code == answered, answer.content.decode()
        return answer.json()

    def post(self, url: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        answer = self.http.post(url, body if body is not None else {}, format="json", headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else None

    def does(self, record: Any, name: str, *, at: datetime | None = None, status: int = 200, **said: Any) -> Any:
        """Make a move the record lists: fill its fields by what they say, send them to its address."""
        move = move_of(record, name)
        fields = {field["name"]: field for field in move["fields"]}
        assert said.keys() <= fields.keys(), f"{name} does not ask for {said.keys() - fields.keys()}"
        body = {field: chosen(fields[field], value) for field, value in said.items()}
        for field in fields.values():
            if field["required"] and field["name"] not in body:
                body[field["name"]] = anything(field)
            elif field["name"] == "version":
                body["version"] = field["initial"]
        if at is None:
            return self.post(move["url"], body, status)
        with pretend(at):
            return self.post(move["url"], body, status)


def names(record: Any) -> list[str]:
    """What the record says may be done with it."""
    return [move["name"] for move in record["moves"]]


def move_of(record: Any, name: str) -> Any:
    assert name in names(record), f"{name} is not among {names(record)}"
    return next(move for move in record["moves"] if move["name"] == name)


def chosen(field: Any, value: Any) -> Any:
    """The value, after a look whether the field offers it."""
    if field["choices"] is not None:
        offered = [choice["value"] for choice in field["choices"]]
        assert all(one in offered for one in (value if isinstance(value, list) else [value])), (field["name"], offered)
    return value


def anything(field: Any) -> Any:
    """A value of the field's type, where a program has nothing of its own to say."""
    if field["initial"] is not None:
        return field["initial"]
    if field["choices"] and field["type"] != "array":
        return field["choices"][0]["value"]
    return {"string": "照办", "integer": field["minimum"] or 1, "boolean": True, "array": [], "object": {}}[
        field["type"]
    ]
