"""Keeping, finding and dropping drafts. They hold callers' numbers, so they are encrypted like them."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict

from desk.models import Draft
from staff.models import User
from staff.now import now
from workorders.encryption import box

# A draft is a form of a few fields; more is not a draft.
LIMIT = 200_000
NOT_KEPT = ("csrfmiddlewaretoken",)


def keep(user: User, key: str, fields: QueryDict) -> datetime:
    """Keep what is typed so far; the last write wins, it is one person's."""
    kept = fields.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    at = now()
    body = box().encrypt(kept.urlencode()[:LIMIT].encode())
    Draft.objects.update_or_create(user=user, key=key[:80], defaults={"body": body, "saved_at": at})
    return at


def find(user: User, key: str) -> tuple[QueryDict, datetime] | None:
    """What was typed, and when it was kept."""
    draft = Draft.objects.filter(user=user, key=key[:80]).first()
    return (QueryDict(box().decrypt(bytes(draft.body)).decode()), draft.saved_at) if draft else None


def drop(user: User, key: str) -> None:
    """It has been sent, or thrown away."""
    Draft.objects.filter(user=user, key=key[:80]).delete()
