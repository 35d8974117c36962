"""A program's token: whose it is and what he may do, in one question to the database."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import InternalError, OperationalError, transaction
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed

from staff.models import Token, User
from staff.now import now
from staff.signing_in import PERSON, found

# That a token is in use is written once in so long, not with every request.
WRITTEN_EVERY = timedelta(hours=1)

OPEN = "SELECT id, person_id, used_at FROM staff_token WHERE hashed = %s AND expires_at > %s AND revoked_at IS NULL"
HOLDER = f"WITH token AS ({OPEN}) " + PERSON.replace("%s", "(SELECT person_id FROM token)").replace(  # noqa: S608  ours
    " FROM staff_user AS person",
    ", (SELECT id FROM token) AS token_id, (SELECT used_at FROM token) AS token_used_at FROM staff_user AS person",
)


def issue(token: Token) -> str:
    """Keep a new token of this person and name; answers the secret, which nobody can be told again."""
    secret = f"hotline_{secrets.token_urlsafe(32)}"
    token.begins, token.hashed = secret[:12], hashed(secret)
    token.issued_at = now()
    token.expires_at = token.issued_at + timedelta(days=settings.TOKEN_DAYS)
    token.save()
    return secret


def revoke(token: Token) -> bool:
    """It opens nothing any more; false where it was revoked before."""
    return Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()) == 1


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class TokenAuthentication(authentication.TokenAuthentication):
    """The framework's own, but for how the person is read."""

    def authenticate_credentials(self, key: str) -> tuple[User, Any]:
        at, digest = now(), hashed(key)
        person: Any = found(HOLDER, [digest, at])
        if person is None or not person.is_active:
            raise AuthenticationFailed(_why_not(digest))
        if person.token_used_at is None or at - person.token_used_at > WRITTEN_EVERY:
            _used(person.token_id, at)
        return person, Token(pk=person.token_id, person=person)


def _why_not(digest: str) -> str:
    """Told to who knows the secret, so it may be told plainly."""
    token = Token.objects.filter(hashed=digest).first()
    if token is None:
        return _("There is no such token.")
    if token.revoked_at is not None:
        return _("This token has been revoked.")
    return _("This token has expired.") if token.expires_at <= now() else _("This token's person is not active.")


def _used(token_id: int, at: datetime) -> None:
    """Where the database takes nothing, programs go on reading all the same."""
    try:
        with transaction.atomic():
            Token.objects.filter(pk=token_id).exclude(used_at__gt=at - WRITTEN_EVERY).update(used_at=at)
    except (InternalError, OperationalError):
        pass
