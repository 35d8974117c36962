"""Who fails to sign in too often waits: a name, and an address. Counted in the database, so all web servers agree.

A bucket leaks: each failure fills it, time empties it. Full, it holds back, each time twice as long, up to an end. What
is held back is not tried at all, whether there is such a name or not, and whether the password is right or not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from staff import sign_in_log
from staff.addresses import addresses, network
from staff.models import FailedSignIns, SignInEntry
from staff.now import now
from staff.sign_in_log import What

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Bucket:
    """How many failures fill it, how long it takes to forget one, and the longest wait."""

    full: int
    leak: timedelta
    longest: timedelta

    def wait(self, level: float) -> timedelta | None:
        over = round(level) - self.full
        return None if over < 0 else min(FIRST_WAIT * 2 ** min(over, 10), self.longest)


# Short enough that nobody is kept from work for long by who guesses at his name.
NAME = Bucket(full=5, leak=timedelta(hours=1), longest=timedelta(minutes=15))
# A hall full of people may share one address: their slips must not shut it.
ADDRESS = Bucket(full=50, leak=timedelta(minutes=1), longest=timedelta(hours=1))

COUNT = """
INSERT INTO staff_failedsignins AS known (subject, person_id, address, level, failed_at)
VALUES (%s, (SELECT id FROM staff_user WHERE username = %s), %s, 1, %s)
ON CONFLICT (subject) DO UPDATE SET failed_at = EXCLUDED.failed_at, level = 1 + GREATEST(
    0, known.level - EXTRACT(epoch FROM EXCLUDED.failed_at - known.failed_at) / %s)
RETURNING id, level
"""


@dataclass(frozen=True)
class Subject:
    """What failures are counted of."""

    key: str
    bucket: Bucket
    name: str | None = None
    address: str = ""


def subjects(name: str, request: HttpRequest | None) -> list[Subject]:
    """The name, and the address where it is known."""
    return [
        Subject(salted_hmac(__name__, name, algorithm="sha256").hexdigest(), NAME, name=name),
        *(Subject(address, ADDRESS, address=address) for address in addresses(request)),
    ]


def held_until(name: str, request: HttpRequest | None) -> datetime | None:
    """Until when no password is tried for this name or from this address."""
    keys = [subject.key for subject in subjects(name, request)]
    held = FailedSignIns.objects.filter(subject__in=keys, held_until__gt=now())
    until: datetime | None = held.aggregate(until=Max("held_until"))["until"]
    return until


def failed(name: str, request: HttpRequest | None, what: SignInEntry.What = What.WRONG_PASSWORD) -> None:
    """Count it, and hold back what is full; both are on record."""
    at = now()
    FailedSignIns.objects.filter(failed_at__lt=at - FORGOTTEN_AFTER).delete()
    sign_in_log.enter(what, name, request)
    for subject in subjects(name, request):
        if _count(subject, at):
            sign_in_log.enter(What.HELD, subject.name, request)


def succeeded(name: str) -> None:
    """Who knows the password is not who guessed; his address may be."""
    (subject,) = subjects(name, None)
    FailedSignIns.objects.filter(subject=subject.key).delete()


def lift(what: str) -> bool:
    """Let this user name or address try again at once; false where nothing was counted of it."""
    keys = [subject.key for subject in subjects(what, None)] + list(network(what))
    return FailedSignIns.objects.filter(subject__in=keys).delete()[0] > 0


@transaction.atomic
def _count(subject: Subject, at: datetime) -> bool:
    """Whether it is held back from now on. The row is locked between the two statements: failures at once fill the
    bucket one after the other."""
    with connection.cursor() as cursor:
        leak = subject.bucket.leak.total_seconds()
        cursor.execute(COUNT, [subject.key, subject.name, subject.address, at, leak])
        pk, level = cursor.fetchone() or (0, 0.0)
    wait = subject.bucket.wait(level)
    if wait is not None:
        FailedSignIns.objects.filter(pk=pk).update(held_until=at + wait)
        logger.warning("Failed sign-ins %s: held back for %s", pk, wait)
    return wait is not None
