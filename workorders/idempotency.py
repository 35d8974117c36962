"""Once, however often it is asked for: `Idempotency-Key` on registration, and the intake's form sent again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.utils.encoders import JSONEncoder

from staff.models import User
from staff.now import now
from staff.sealing import box
from workorders.encryption import keyed_hash
from workorders.errors import NotAllowed
from workorders.models.registration import Registration

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(days=1)
# Forgotten with every answer that is kept, a few at a time, so that nobody waits for it.
FORGOTTEN_AT_ONCE = 100

Answer = tuple[int, Any]


# What stands there past its time is as if it were not there.
KEEP = """
WITH forgotten AS (
    DELETE FROM workorders_registration WHERE id IN (
        SELECT id FROM workorders_registration WHERE at < %(past)s AND key_hash <> %(key)s
        ORDER BY at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO workorders_registration AS kept (user_id, key_hash, body_hash, status, answer, at)
VALUES (%(by)s, %(key)s, %(body)s, %(status)s, %(answer)s, %(at)s)
ON CONFLICT (user_id, key_hash) DO UPDATE
SET body_hash = excluded.body_hash, status = excluded.status, answer = excluded.answer, at = excluded.at
WHERE kept.at < %(past)s RETURNING id
"""


class _DoneBefore(Exception):
    """Somebody has done it meanwhile, or long ago."""


def once(key: str | None, body: Mapping[str, Any], do: Callable[[], Answer], *, by: User) -> Answer:
    """Do it and keep the answer under the key, or give the answer kept.

    What was done before is found out at the end: repeats are rare, and pay for it by doing it again and taking it all
    back. A twin that comes while the first is being done waits for its end. What fails is not kept and may be tried
    again, but what cannot be done any more because it is done has its answer.
    """
    if key is None:
        return do()
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("1 to 200 visible ASCII characters.")]})
    key_hash, body_hash = keyed_hash(f"key:{key}"), keyed_hash(json.dumps(body, sort_keys=True))
    try:
        with transaction.atomic():
            answer = do()
            _keep(answer, key_hash, body_hash, by=by)
    except Exception:
        kept = _kept(key_hash, body_hash, by=by)
        if kept is None:
            raise
        return kept
    return answer


def _keep(answer: Answer, key_hash: bytes, body_hash: bytes, *, by: User) -> None:
    status, told = answer
    at = now()
    row: dict[str, Any] = {
        "by": by.pk,
        "key": key_hash,
        "body": body_hash,
        "status": status,
        "at": at,
        "past": at - KEPT,
    }
    row |= {"answer": box().encrypt(json.dumps(told, cls=JSONEncoder).encode()), "most": FORGOTTEN_AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, row)
        if cursor.fetchone() is None:
            raise _DoneBefore


def _kept(key_hash: bytes, body_hash: bytes, *, by: User) -> Answer | None:
    kept = Registration.objects.filter(user=by, key_hash=key_hash, at__gte=now() - KEPT).first()
    if kept is None:
        return None
    if bytes(kept.body_hash) != body_hash:
        raise NotAllowed(_("This key was used for another appeal."))
    assert kept.status is not None
    return kept.status, json.loads(box().decrypt(bytes(kept.answer)))
