"""Once, however often a program asks: `Idempotency-Key` on registration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
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
# Forgotten on the way in, a few at a time, so that nobody waits for it.
FORGOTTEN_AT_ONCE = 100

Answer = tuple[int, Any]


@transaction.atomic
def once(key: str | None, body: Mapping[str, Any], do: Callable[[], Answer], *, by: User) -> Answer:
    """Do it and keep the answer under the key, or give the answer kept.

    A twin that comes while the first is being done waits for its end. What fails is not kept and may be tried again.
    """
    if key is None:
        return do()
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("1 to 200 visible ASCII characters.")]})
    forget()
    body_hash = keyed_hash(json.dumps(body, sort_keys=True))
    kept, is_new = Registration.objects.get_or_create(
        user=by, key_hash=keyed_hash(f"key:{key}"), defaults={"body_hash": body_hash, "at": now()}
    )
    if is_new:
        kept.status, answer = do()
        kept.answer = box().encrypt(json.dumps(answer, cls=JSONEncoder).encode())
        kept.save(update_fields=["status", "answer"])
        return kept.status, answer
    if bytes(kept.body_hash) != body_hash:
        raise NotAllowed(_("This key was used for another appeal."))
    assert kept.status is not None
    return kept.status, json.loads(box().decrypt(bytes(kept.answer)))


def forget() -> None:
    """Drop keys past their time; rows another request is dropping are left to it."""
    late = Registration.objects.filter(at__lt=now() - KEPT).select_for_update(skip_locked=True)
    ids = list(late.order_by("at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    if ids:
        Registration.objects.filter(pk__in=ids).delete()
