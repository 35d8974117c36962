"""Programs of the cast."""

import pytest

from staff.models import User
from tests.api.client import Program
from tests.cast import City


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
