"""二次验证: a code of the person's own app (TOTP, RFC 6238) besides the password, or one of ten recovery codes.

Nobody has a session before his code was right, so no request asks for it again; the session remembers that it was
given. Only of a role that needs a second factor do requests ask, by a permission that came with the person.
"""

from __future__ import annotations

import logging
import secrets
import unicodedata
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from staff import lockout, sessions
from staff.models import RecoveryCode, SecondFactor, User
from staff.now import now
from staff.sealing import box
from staff.sign_in_log import Factor, What

logger = logging.getLogger(__name__)

# What every authenticator app knows: six digits by HMAC-SHA1, another each 30 seconds.
DIGITS, STEP = 6, 30
# How many steps an app's clock may be off.
DRIFT = 1
RECOVERY_CODES = 10
# Until a page that shows a new secret, or waits for a code after the password, is too old.
LASTS = timedelta(minutes=30)
# What the session keeps after a code was given, and what a role has that needs one.
GIVEN = "second_factor_given"
NEEDED = "staff.must_give_second_factor"


@dataclass(frozen=True)
class Offer:
    """A new secret as its page shows it, in force once its first code comes back: for the eye, and as an SVG."""

    signed: str
    secret: str
    picture: str


def of(person: User) -> SecondFactor | None:
    """The person's, where he has turned it on."""
    return SecondFactor.objects.filter(person=person).first()


def is_owed(request: HttpRequest) -> bool:
    """Whether this session's person has to set it up before anything else."""
    return bool(
        settings.SECOND_FACTOR_ROLES
        and isinstance(request.user, User)
        and not request.session.get(GIVEN)
        and request.user.has_perm(NEEDED)
    )


def offer(person: User, signed: str = "") -> Offer:
    """A new secret, or the one that was offered before; kept nowhere but on the page."""
    secret = _unsigned("offer", signed)
    if secret is None or secret[0] != person.pk:
        secret = [person.pk, b32encode(secrets.token_bytes(20)).decode()]
        signed = _signed("offer", secret)
    told = secret[1]
    address = _totp(b32decode(told)).get_provisioning_uri(person.username, f"{settings.CITY_NAME} 12345")
    picture = segno.make(address.replace("+", "%20"), error="m", boost_error=False)  # apps show a plus as it is
    words = " ".join(told[at : at + 4] for at in range(0, len(told), 4))
    return Offer(signed, words, picture.svg_inline(omitsize=True, light="#fff", border=3))


def proved_offer(person: User, signed: str, code: str) -> SecondFactor | None:
    """What was offered, not in force yet, where this code shows that the person's app has it."""
    offered = _unsigned("offer", signed)
    if offered is None or offered[0] != person.pk:
        return None
    secret = b32decode(offered[1])
    step = _step(secret, code)
    return None if step is None else SecondFactor(person=person, secret=box().encrypt(secret), used_step=step)


@transaction.atomic
def turn_on(factor: SecondFactor) -> list[str]:
    """In force from now on, and for all sessions: they end, but for the one that asks, if it is kept. Answers the
    recovery codes, which nobody can be told again.

    IntegrityError where the person has one already: two pages at once.
    """
    factor.since = now()
    factor.save(force_insert=True)
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _nth in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, hashed=_hashed(code)) for code in codes)
    sessions.end_all(factor.person)
    _record(factor.person, "second factor turned on", by=factor.person)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def turn_off(person: User) -> None:
    """The person's own wish, proved by password and code."""
    _remove(person, "second factor turned off", by=person)


def reset(person: User, *, by: User) -> bool:
    """An administrator's help for who lost app and recovery codes; false where there is none."""
    return _remove(person, "second factor reset", by=by)


def ticket(person: User) -> str:
    """Proves for a while that this person's password was right; worthless once it is changed."""
    return _signed("ticket", [person.pk, person.get_session_auth_hash()])


def bearer(signed: str) -> User | None:
    """Whose ticket this is."""
    proved = _unsigned("ticket", signed)
    person = User.objects.filter(pk=proved[0], is_active=True).first() if proved else None
    if proved is None or person is None or not constant_time_compare(proved[1], person.get_session_auth_hash()):
        return None
    return person


def proves(person: User, code: str, request: HttpRequest | None, *, password: str | None = None) -> str:
    """What sort of code it is, if it is his, and the password where that is asked for too; else nothing. It is taken
    once.

    Failures count as those of the password do; who is held back is not tried.
    """
    if lockout.held_until(person.username, request):
        return ""
    if (password is None or person.check_password(password)) and (taken := _take(person, code)):
        lockout.succeeded(person.username)
        return taken
    lockout.failed(person.username, request, What.WRONG_CODE if password is None else What.WRONG_PROOF)
    return ""


def _take(person: User, code: str) -> str:
    """The app's code or one of recovery, or nothing. A guarded UPDATE: of two at once, one is taken."""
    factor = of(person)
    if factor is None:
        return ""
    step = _step(box().decrypt(bytes(factor.secret)), code)
    if step is not None:
        unused = SecondFactor.objects.filter(pk=factor.pk, used_step__lt=step)
        return Factor.APP if unused.update(used_step=step) == 1 else ""
    left = RecoveryCode.objects.filter(factor=factor, hashed=_hashed(_plain(code)), used_at=None)
    return Factor.RECOVERY if left.update(used_at=now()) == 1 else ""


def _step(secret: bytes, code: str) -> int | None:
    """The latest step whose code this is, of those a clock may be at."""
    totp, at, said = _totp(secret), int(now().timestamp()) // STEP, _plain(code).encode()
    steps = range(at + DRIFT, at - DRIFT - 1, -1)
    return next((step for step in steps if constant_time_compare(totp.generate(step * STEP), said)), None)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what apps compute; its HMAC is not broken


def _plain(code: str) -> str:
    """As it was meant: １２３ 456 is 123456, and K7QX-M2PA the same as k7qxm2pa."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", code).lower() if ch.isalnum())


def _hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()


@transaction.atomic
def _remove(person: User, words: str, *, by: User) -> bool:
    gone, _kinds = SecondFactor.objects.filter(person=person).delete()
    if gone:
        sessions.end_all(person)
        _record(person, words, by=by)
    return gone > 0


def _record(person: User, words: str, *, by: User) -> None:
    """In the person's history, which administrators read, and in the log."""
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, words, single_object=True)
    logger.warning("Person %s: %s by %s", person.pk, words, by.pk)


def _signed(kind: str, what: list[Any]) -> str:
    return signing.dumps([*what, int(now().timestamp())], salt=f"{__name__}.{kind}")


def _unsigned(kind: str, signed: str) -> list[Any] | None:
    """What was signed, while it lasts."""
    try:
        *what, at = signing.loads(signed, salt=f"{__name__}.{kind}")
    except signing.BadSignature:
        return None
    return what if now().timestamp() - at < LASTS.total_seconds() else None
