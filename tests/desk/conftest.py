"""Browsers of named people, and a forms' post that says what came back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from staff.models import User

SignedIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    """A client in which this person has signed in."""

    def client_of(who: User) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return client_of
