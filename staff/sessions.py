"""登录会话: a person stays signed in for so long after the last click, and for so long after signing in at most.

All sessions of a person can be ended at once: the number they were opened under is over, whatever their rows hold.
Where and with what somebody signed in stands in the session; whose it is, in one line beside it, so that a person can
be shown his own. Signing in writes that line; no request after it does more than before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import InternalError, OperationalError, connection, transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from staff import sign_in_log
from staff.addresses import addresses
from staff.devices import device
from staff.models import LiveSession, User

# A session is kept alive by a write once in so long, not with every click: it ends that much earlier at most.
WRITTEN_EVERY = timedelta(minutes=5)
# When the person signed in, in seconds since 1970, as the session keeps it.
SIGNED_IN_AT = "signed_in_at"
# From which network address, and with which device, in words.
SIGNED_IN_FROM = "signed_in_from"
# So many of a person's sessions are shown, those used last.
SHOWN = 50

ALIVE = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
# One statement: what has ended goes, and this one is a person's from now on.
ENTER = """
WITH ended AS (
    DELETE FROM staff_livesession AS live WHERE live.person_id = %(person)s AND NOT EXISTS (
        SELECT FROM django_session WHERE session_key = live.session_key AND expire_date > %(at)s)
)
INSERT INTO staff_livesession (person_id, session_key) VALUES (%(person)s, %(key)s)
ON CONFLICT (session_key) DO UPDATE SET person_id = EXCLUDED.person_id
"""
OF_PERSON = """
SELECT live.id, kept.session_key, kept.session_data, kept.expire_date
FROM staff_livesession AS live JOIN django_session AS kept ON kept.session_key = live.session_key
WHERE live.person_id = %s AND kept.expire_date > %s ORDER BY kept.expire_date DESC LIMIT %s
"""


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

    def cycle_key(self) -> None:
        """As Django's; the line that says whose it is goes along."""
        before = self.session_key
        super().cycle_key()
        if before and SESSION_KEY in self:
            LiveSession.objects.filter(session_key=before).update(session_key=self.session_key)

    def save(self, must_create: bool = False) -> None:
        """Where the database takes nothing, who is signed in goes on reading: the session ends a little earlier."""
        try:
            super().save(must_create)
        except UpdateError as error:  # open for reading only, no room left, or gone since; else the session has ended
            if not isinstance(error.__context__, InternalError | OperationalError):
                raise


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **_signal: Any) -> None:
    """From here the longest session is counted, also where somebody signs in once more in the same one."""
    session = request.session
    session[SIGNED_IN_AT] = _seconds()
    session[SIGNED_IN_FROM] = [next(addresses(request), ""), device(request.META.get("HTTP_USER_AGENT", ""))]
    if session.session_key is None:
        session.create()
    with connection.cursor() as cursor:
        cursor.execute(ENTER, {"person": user.pk, "key": session.session_key, "at": timezone.now()})


@dataclass(frozen=True)
class Live:
    """One of a person's sessions: `used` is when it was used last, `WRITTEN_EVERY` earlier at most; `is_this`: it is
    the one that asks."""

    pk: int
    since: datetime
    used: datetime
    address: str
    device: str
    is_this: bool


def live(person: User, this: str | None) -> list[Live]:
    """The sessions that would be let in now, the one that asks first, then those used last. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PERSON, [person.pk, timezone.now(), SHOWN])
        found = list(_let_in(person, this, cursor.fetchall()))
    return sorted(found, key=lambda one: not one.is_this)


def end_one(person: User, pk: int, request: HttpRequest) -> None:
    """This one of his; it is at its end with its next request."""
    with transaction.atomic():
        for line in LiveSession.objects.filter(person=person, pk=pk):
            Session.objects.filter(session_key=line.session_key).delete()
            line.delete()
            sign_in_log.enter(sign_in_log.What.ENDED, person.username, request)


def end_others(person: User, request: HttpRequest) -> None:
    """All but the one that asks."""
    with transaction.atomic():
        end_all(person, request)
        update_session_auth_hash(request, person)


def end_all(person: User, request: HttpRequest | None = None) -> None:
    """From the next request on, none of his sessions knows him any more; nor does a password's proof that waits for a
    code. Whoever ends his own keeps the one that asks by Django's `update_session_auth_hash`."""
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])
    sign_in_log.enter(sign_in_log.What.ENDED, person.username, request)


def _let_in(person: User, this: str | None, rows: list[tuple[Any, ...]]) -> Iterator[Live]:
    """Of these rows those the person's password and number still agree with."""
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    for pk, key, data, expires in rows:
        held = SessionStore().decode(data)
        if _is_over(held) or not any(constant_time_compare(held.get(HASH_SESSION_KEY, ""), one) for one in hashes):
            continue
        address, named = held.get(SIGNED_IN_FROM, ("", ""))
        since = datetime.fromtimestamp(held[SIGNED_IN_AT], UTC)
        used = expires - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        yield Live(pk, since, used, address, named, is_this=key == this)


def _is_over(held: dict[str, Any]) -> bool:
    began: int = held.get(SIGNED_IN_AT, _seconds())
    return _seconds() - began >= settings.SESSION_LONGEST


def _seconds() -> int:
    return int(timezone.now().timestamp())
