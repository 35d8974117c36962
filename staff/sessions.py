"""登录会话: a person stays signed in for so long after the last click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InternalError, OperationalError, connection
from django.utils import timezone

# A session is kept alive by a write once in so long, not with every click: it ends that much earlier at most.
WRITTEN_EVERY = timedelta(minutes=5)

ALIVE = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own sessions in the database, written when something changed or they have aged."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an aged one is written anew with the response, and its cookie too."""
        with connection.cursor() as cursor:  # each request asks this first: plain, it costs a quarter
            cursor.execute(ALIVE, [self.session_key, timezone.now()])
            kept = cursor.fetchone()
        if kept is None:
            self._session_key = None
            return {}
        data, ends = kept
        age = timedelta(seconds=self.get_session_cookie_age())
        if ends - timezone.now() < age - WRITTEN_EVERY:
            self.modified = True
        return self.decode(data)

    def save(self, must_create: bool = False) -> None:
        """Where the database takes nothing, who is signed in goes on reading: the session ends a little earlier."""
        try:
            super().save(must_create)
        except UpdateError as error:  # open for reading only, no room left, or gone since; else the session has ended
            if not isinstance(error.__context__, InternalError | OperationalError):
                raise
