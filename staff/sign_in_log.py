"""登录日志: who signed in, from where, by what, and what failed; one statement each.

Signing in is on record before there is a session, so whoever is in stands here. What is held back is entered when it
begins to be, not each time somebody tries in vain: there is no end to those.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest

from staff.addresses import addresses
from staff.models import SignInEntry, User
from staff.now import now

What, Factor = SignInEntry.What, SignInEntry.Factor

WRITE = """
INSERT INTO staff_signinentry (at, person_id, what, factor, address)
VALUES (%s, (SELECT id FROM staff_user WHERE username = %s), %s, %s, %s)
"""


def enter(what: SignInEntry.What, name: str | None, request: HttpRequest | None, factor: str = "") -> None:
    """This happened to who is called so, now; None is nobody in particular."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [now(), name, what.value, factor, next(addresses(request), "")])


@receiver(user_logged_out)
def leave(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    """Several doors lead out: the desk's, the administration's, and a session that may not go on."""
    if user is not None:
        enter(What.OUT, user.username, request)
