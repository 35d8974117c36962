"""登录会话: a person stays signed in for so long after the last click, and for so long after signing in at most.

All sessions of a person can be ended at once: the number they were opened under is over, whatever their rows hold.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import InternalError, OperationalError, connection
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from staff import sign_in_log
from staff.models import User

# A session is kept alive by a write once in so long, not with every click: it ends that much earlier at most.
WRITTEN_EVERY = timedelta(minutes=5)
# When the person signed in, in seconds since 1970, as the session keeps it.
SIGNED_IN_AT = "signed_in_at"

ALIVE = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own sessions in the database, written when something changed or they have aged."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an aged one is written anew with the response, and its cookie too."""
        with connection.cursor() as cursor:  # each request asks this first: plain, it costs a quarter
            cursor.execute(ALIVE, [self.session_key, timezone.now()])
            kept = cursor.fetchone()
        held = self.decode(kept[0]) if kept else {}
        if kept is None or _is_over(held):
            self._session_key = None
            return {}
        age = timedelta(seconds=self.get_session_cookie_age())
        if kept[1] - timezone.now() < age - WRITTEN_EVERY:
            self.modified = True
        if SESSION_KEY in held and SIGNED_IN_AT not in held:  # signed in before this was kept: from now on
            held[SIGNED_IN_AT] = _seconds()
            self.modified = True
        return held

    def save(self, must_create: bool = False) -> None:
        """Where the database takes nothing, who is signed in goes on reading: the session ends a little earlier."""
        try:
            super().save(must_create)
        except UpdateError as error:  # open for reading only, no room left, or gone since; else the session has ended
            if not isinstance(error.__context__, InternalError | OperationalError):
                raise


@receiver(user_logged_in)
def begin(request: HttpRequest, **_signal: Any) -> None:
    """From here the longest session is counted, also where somebody signs in once more in the same one."""
    request.session[SIGNED_IN_AT] = _seconds()


def end_all(person: User) -> None:
    """From the next request on, none of his sessions knows him any more; nor does a password's proof that waits for a
    code. Whoever ends his own keeps the one that asks by Django's `update_session_auth_hash`."""
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])
    sign_in_log.enter(sign_in_log.What.ENDED, person.username, None)


def _is_over(held: dict[str, Any]) -> bool:
    began: int = held.get(SIGNED_IN_AT, _seconds())
    return _seconds() - began >= settings.SESSION_LONGEST


def _seconds() -> int:
    return int(timezone.now().timestamp())
