"""Telling people: a row for each, in the transaction of what it tells of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection, transaction

from notices.models import Notice
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


# What `{rows}` selects (recipient_id, rule, key, case, data, at_once) is written, and what of it is to leave the house:
# by e-mail where there is an address, by SMS where there is a number and the rule is worth it.
TELL = """
WITH said AS MATERIALIZED ({rows}),
told AS (
    INSERT INTO notices_notice (recipient_id, rule, key, "case", data, at)
    SELECT recipient_id, rule, key, "case", data, %(at)s FROM said ORDER BY recipient_id
    ON CONFLICT DO NOTHING RETURNING id, recipient_id, rule, key
), leaving AS (
    INSERT INTO notices_delivery (notice_id, channel, status, not_before, tries, error)
    SELECT told.id, way.channel, 'waiting',
           CASE WHEN at_once OR rule = ANY(%(at_once_rules)s) THEN %(at)s ELSE %(later)s END, 0, ''
    FROM told JOIN staff_user AS person ON person.id = recipient_id
    JOIN (SELECT DISTINCT ON (key) key, at_once FROM said ORDER BY key, at_once DESC) AS urgent USING (key)
    JOIN LATERAL (VALUES ('email', person.email <> ''), ('sms', person.phone <> '' AND rule = ANY(%(sms_rules)s)))
        AS way (channel, is_open) ON is_open
)
SELECT count(*) FROM told
"""
MESSAGES = """
SELECT * FROM unnest(%(recipients)s::bigint[], %(rules)s::text[], %(keys)s::text[], %(cases)s::text[],
    %(data)s::jsonb[], %(at_once)s::boolean[]) AS said (recipient_id, rule, key, "case", data, at_once)
"""
# So many messages are put into one statement.
BATCH = 2000


@transaction.atomic(savepoint=False)
def tell(messages: Iterable[Message]) -> int:
    """Write the notices and what is to leave the house. Returns how many are new; known keys are passed over."""
    coming, new = iter(messages), 0
    while wanted := list(islice(coming, BATCH)):
        told = {
            "recipients": [message.recipient.pk for message in wanted],
            "rules": [message.rule for message in wanted],
            "keys": [message.key for message in wanted],
            "cases": [message.case for message in wanted],
            "data": [json.dumps(message.data) for message in wanted],
            "at_once": [message.at_once for message in wanted],
        }
        new += tell_all(MESSAGES, told)
    return new


def tell_all(rows: str, params: dict[str, Any]) -> int:
    """The same for what a statement selects: recipient_id, rule, key, case, data, at_once. However many they are."""
    at = now()
    rules = {
        "at_once_rules": [rule.name for rule in RULES.values() if rule.at_once],
        "sms_rules": [rule.name for rule in RULES.values() if rule.sms],
    }
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(rows=rows), {**params, **rules, "at": at, "later": not_before(at)})
        (new,) = cursor.fetchone()
    return int(new)


def read(user: User) -> int:
    """Everything this person was told so far is read."""
    return Notice.objects.filter(recipient=user, read_at=None).update(read_at=now())
