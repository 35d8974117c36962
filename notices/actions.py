"""Telling people: a row for each, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

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


@transaction.atomic
def tell(messages: Iterable[Message]) -> int:
    """Write the notices and what is to leave the house. Returns how many are new; known keys are passed over."""
    at = now()
    wanted = list(messages)
    Notice.objects.bulk_create(
        (Notice(recipient=m.recipient, rule=m.rule, key=m.key, case=m.case, data=m.data, at=at) for m in wanted),
        ignore_conflicts=True,
        batch_size=2000,
    )
    at_once = {message.key: message.at_once for message in wanted}
    fresh = Notice.objects.filter(key__in=at_once, at=at, deliveries=None).select_related("recipient")
    new = list(fresh)
    leaves = {n.pk: at if at_once[n.key] or RULES[n.rule].at_once else not_before(at) for n in new}
    Delivery.objects.bulk_create(
        (
            Delivery(notice=notice, channel=channel, not_before=leaves[notice.pk])
            for notice in new
            for channel in _channels(notice)
        ),
        ignore_conflicts=True,
        batch_size=2000,
    )
    return len(new)


def _channels(notice: Notice) -> list[Channel]:
    """E-mail where there is an address; SMS where there is a number and the rule is worth it."""
    ways = [Channel.EMAIL] if notice.recipient.email else []
    return ways + ([Channel.SMS] if notice.recipient.phone and RULES[notice.rule].sms else [])


def read(user: User) -> int:
    """Everything this person was told so far is read."""
    return Notice.objects.filter(recipient=user, read_at=None).update(read_at=now())
