"""Telling people: a row for each, in the transaction of what it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notices.models import Channel, Delivery, Notice
from notices.rules import RULES, not_before
from staff.models import User
from staff.now import now


@dataclass(frozen=True)
class Message:
    """What one person is told about one order. `key` names the occasion; the same key is never told twice.

    `at_once`: it leaves the house by night too, whatever its rule says.
    """

    recipient: User
    rule: str
    key: str
    case: str
    data: dict[str, Any] = field(default_factory=dict)
    at_once: bool = False


NEW = """
INSERT INTO notices_notice (recipient_id, rule, key, "case", data, at)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
ON CONFLICT DO NOTHING RETURNING id, recipient_id, key
"""


@transaction.atomic(savepoint=False)
def tell(messages: Iterable[Message]) -> int:
    """Write the notices and what is to leave the house. Returns how many are new; known keys are passed over."""
    at = now()
    wanted = {(message.recipient.pk, message.key): message for message in messages}
    if not wanted:
        return 0
    rows = [(m.recipient.pk, str(m.rule), m.key, m.case, json.dumps(m.data), at) for m in wanted.values()]
    with connection.cursor() as cursor:
        cursor.execute(NEW, [list(column) for column in zip(*rows, strict=True)])
        new = [(pk, wanted[recipient, key]) for pk, recipient, key in cursor.fetchall()]
    Delivery.objects.bulk_create(
        (
            Delivery(notice_id=pk, channel=channel, not_before=_leaves(message, at))
            for pk, message in new
            for channel in _channels(message)
        ),
        batch_size=2000,
    )
    return len(new)


def _leaves(message: Message, at: datetime) -> datetime:
    return at if message.at_once or RULES[message.rule].at_once else not_before(at)


def _channels(message: Message) -> list[Channel]:
    """E-mail where there is an address; SMS where there is a number and the rule is worth it."""
    ways = [Channel.EMAIL] if message.recipient.email else []
    return ways + ([Channel.SMS] if message.recipient.phone and RULES[message.rule].sms else [])


def read(user: User) -> int:
    """Everything this person was told so far is read."""
    return Notice.objects.filter(recipient=user, read_at=None).update(read_at=now())
