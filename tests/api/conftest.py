"""Programs of the cast, each of whose calls is held against the schema."""

import pytest

from staff.models import User
from tests.api.client import Program
from tests.api.held import held_to_schema
from tests.cast import City

__all__ = ["held_to_schema"]


class Programs:
    """A program for each of the cast, by name: `programs.lin`."""

    def __init__(self, city: City) -> None:
        self._city = city

    def __getattr__(self, name: str) -> Program:
        person = getattr(self._city, name)
        assert isinstance(person, User)
        program = Program(person)
        setattr(self, name, program)
        return program


@pytest.fixture
def programs(city: City) -> Programs:
    return Programs(city)


@pytest.fixture(autouse=True)
def every_call_is_held_to_the_schema(held_to_schema: None) -> None:
    """So that no test of the API can pass beside what the schema tells."""
