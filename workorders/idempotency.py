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
from workorders.encryption import box, keyed_hash
from workorders.errors import NotAllowed
from workorders.models.registration import Registration

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(days=1)
# Forgotten with every answer that is kept, a few at a time, so that nobody waits for it.
FORGOTTEN_AT_ONCE = 100

Answer = tuple[int, Any]


# What stands there past its time is as if it were not there.
CLAIM = """
INSERT INTO workorders_registration AS kept (user_id, key_hash, body_hash, answer, at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (user_id, key_hash) DO UPDATE
SET body_hash = excluded.body_hash, status = NULL, answer = '', at = excluded.at
WHERE kept.at < %s RETURNING id
"""
KEEP = """
WITH forgotten AS (
    DELETE FROM workorders_registration WHERE id IN (
        SELECT id FROM workorders_registration WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED
    )
)
UPDATE workorders_registration SET status = %s, answer = %s WHERE id = %s
"""


def once(key: str | None, body: Mapping[str, Any], do: Callable[[], Answer], *, by: User) -> Answer:
    """Do it and keep the answer under the key, or give the answer kept.

    A twin that comes while the first is being done waits for its end. What fails is not kept and may be tried again.
    """
    if key is None:
        return do()
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("1 to 200 visible ASCII characters.")]})
    with transaction.atomic():
        return _once(keyed_hash(f"key:{key}"), keyed_hash(json.dumps(body, sort_keys=True)), do, by=by)


def _once(key_hash: bytes, body_hash: bytes, do: Callable[[], Answer], *, by: User) -> Answer:
    at = now()
    past = at - KEPT
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [by.pk, key_hash, body_hash, at, past])
        claimed = cursor.fetchone()
    if claimed is None:
        kept = Registration.objects.get(user=by, key_hash=key_hash)
        if bytes(kept.body_hash) != body_hash:
            raise NotAllowed(_("This key was used for another appeal."))
        assert kept.status is not None
        return kept.status, json.loads(box().decrypt(bytes(kept.answer)))
    status, answer = do()
    sealed = box().encrypt(json.dumps(answer, cls=JSONEncoder).encode())
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [past, FORGOTTEN_AT_ONCE, status, sealed, claimed[0]])
    return status, answer
