"""登录会话: a person stays signed in for so long after the last click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

# A session is kept alive by a write once in so long, not with every click: it ends that much earlier at most.
WRITTEN_EVERY = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    """Django's own sessions in the database, written when something changed or they have aged."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an aged one is written anew with the response, and its cookie too."""
        kept = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs leave it out
        if kept is None:
            return {}
        age = timedelta(seconds=self.get_session_cookie_age())
        if kept.expire_date - timezone.now() < age - WRITTEN_EVERY:
            self.modified = True
        return self.decode(kept.session_data)
