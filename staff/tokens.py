"""A program's token: whose it is and what he may do, in one question to the database."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication
from rest_framework.authtoken.models import Token

from staff.models import User
from staff.signing_in import PERSON, found

HOLDER = PERSON.replace("%s", "(SELECT user_id FROM authtoken_token WHERE key = %s)")


class TokenAuthentication(authentication.TokenAuthentication):
    """The framework's own, but for how the person is read."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        person = found(HOLDER, [key] * 3)
        if person is None or not person.is_active:
            return super().authenticate_credentials(key)  # says why not
        return person, Token(key=key, user=person)
