"""Keeping, finding, listing and dropping drafts. They hold callers' numbers, so they are encrypted like them.

A draft's key names its form: `intake:1f3a…` or `workorder:12:refer`. Every form that is kept carries it in a field.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.models import Draft
from referrals.models import Referral
from staff.models import User
from staff.now import now
from staff.sealing import box
from workorders.models import WorkOrder
from workorders.moves import form_for
from workorders.scope import visible_orders

INTAKE = "intake"
# Whatever else calls itself a draft's key names no form: it would be listed and could never be taken up.
KEY = re.compile(r"intake:[-\w]+|(?:workorder|referral):\d{1,18}:\w+", re.ASCII)
# The field of a form that names its draft.
FIELD = "draft"
# A draft is a form of a few fields; more is not a draft.
LIMIT = 200_000
LISTED = 50
NOT_KEPT = ("csrfmiddlewaretoken", "version", FIELD)


def keep(user: User, key: str, fields: QueryDict) -> datetime:
    """Keep what is typed so far; the last write wins, it is one person's. BadRequest for what is no draft's key."""
    if not KEY.fullmatch(key):
        raise BadRequest("no draft is called so")
    kept = fields.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    at = now()
    body = box().encrypt(kept.urlencode()[:LIMIT].encode())
    Draft.objects.update_or_create(user=user, key=key[:80], defaults={"body": body, "saved_at": at})
    return at


def typed(fields: QueryDict) -> str:
    """What a person put into a form, without what the page put there: equal where the form is sent again, from its own
    page or from the one that said that it could not be saved."""
    return json.dumps(sorted((name, values) for name, values in fields.lists() if name not in NOT_KEPT))


def find(user: User, key: str) -> tuple[QueryDict, datetime] | None:
    """What was typed, and when it was kept."""
    draft = Draft.objects.filter(user=user, key=key[:80]).first()
    return (_fields(draft), draft.saved_at) if draft else None


def initial(kept: tuple[QueryDict, datetime] | None) -> dict[str, Any]:
    """A draft's fields as a form's initial values."""
    if kept is None:
        return {}
    return {name: values if len(values) > 1 else values[0] for name, values in kept[0].lists() if values}


def drop(user: User, key: str) -> None:
    """It has been sent, or thrown away."""
    if not KEY.fullmatch(key):  # and was never kept
        return
    with connection.cursor() as cursor:  # in one statement: a queryset makes a transaction of it
        cursor.execute("DELETE FROM desk_draft WHERE user_id = %s AND key = %s", [user.pk, key[:80]])


def count(user: User) -> int:
    return Draft.objects.filter(user=user).count()


@dataclass(frozen=True)
class Listed:
    """A draft as its owner finds it again; without an address where its order is no longer his to read."""

    key: str
    what: str | Promise
    about: str
    url: str
    saved_at: datetime


def listed(user: User) -> list[Listed]:
    """The person's drafts, the latest first, in a bounded number of queries."""
    drafts = list(Draft.objects.filter(user=user).order_by("-saved_at")[:LISTED])
    ids = {"workorder": set[int](), "referral": set[int]()}
    for draft in drafts:
        record, _sep, rest = draft.key.partition(":")
        if record in ids and rest.split(":")[0].isdigit():
            ids[record].add(int(rest.split(":")[0]))
    orders = visible_orders(user).in_bulk(ids["workorder"])
    parts = Referral.objects.visible_to(user).select_related("order").in_bulk(ids["referral"])
    return [_listed(draft, orders, parts) for draft in drafts]


def _listed(draft: Draft, orders: dict[int, WorkOrder], parts: dict[int, Referral]) -> Listed:
    record, _sep, rest = draft.key.partition(":")
    if record == INTAKE:
        fields = _fields(draft)
        about = fields.get("title") or fields.get("content", "")[:40]
        return Listed(draft.key, _("Register an appeal"), about, reverse("desk:intake", args=[rest]), draft.saved_at)
    pk, _sep, name = rest.partition(":")
    form = form_for(record, name)
    what = form.move.label if form else name
    number = int(pk) if pk.isdigit() else 0
    if record == "referral" and (part := parts.get(number)):
        url = reverse("desk:referral_move", args=[part.pk, name])
        return Listed(draft.key, what, str(part.order), url, draft.saved_at)
    if record == "workorder" and (order := orders.get(number)):
        url = reverse("desk:order_move", args=[order.number, name])
        return Listed(draft.key, what, str(order), url, draft.saved_at)
    return Listed(draft.key, what, "", "", draft.saved_at)


def _fields(draft: Draft) -> QueryDict:
    return QueryDict(box().decrypt(bytes(draft.body)).decode())
