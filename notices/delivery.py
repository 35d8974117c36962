"""Out of the house: one digest a person, claimed by a guarded update, each at most once, failures kept and tried again.

A worker that dies between claiming and sending leaves `sending`; that message counts as failed, not as unsent:
told twice is worse than told in the app only, where the notice stands anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation

from notices.models import Channel, Delivery
from notices.sms import gateway
from notices.words import subject, words
from staff.explain import moment_words
from staff.models import User

TRIES = 5
CLAIM_MINUTES = 10
BATCH = 2000


def deliver(at: datetime) -> int:
    """Send what may leave by now; returns how many notices left."""
    stale = Delivery.objects.filter(
        status=Delivery.Status.SENDING, claimed_at__lt=at - timedelta(minutes=CLAIM_MINUTES)
    )
    stale.update(status=Delivery.Status.FAILED, error="interrupted while being sent")
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING, not_before__lte=at)
    groups: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for delivery in waiting.select_related("notice__recipient").order_by("not_before")[:BATCH]:
        groups[delivery.notice.recipient_id, delivery.channel].append(delivery)
    return sum(_send(group, at) for group in groups.values())


def _send(group: Sequence[Delivery], at: datetime) -> int:
    """One person, one channel: one message. Only what this worker claimed itself is in it."""
    mine = [delivery for delivery in group if _claim(delivery, at)]
    if not mine:
        return 0
    recipient = mine[0].notice.recipient
    with translation.override(recipient.language or settings.LANGUAGE_CODE):
        try:
            _out(recipient, mine)
        except Exception as error:  # whatever a mail server or gateway throws: kept, and tried again
            _failed(mine, at, error)
            return 0
    Delivery.objects.filter(pk__in=[d.pk for d in mine]).update(status=Delivery.Status.SENT, sent_at=at, error="")
    return len(mine)


def _claim(delivery: Delivery, at: datetime) -> bool:
    waiting = Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.WAITING)
    return waiting.update(status=Delivery.Status.SENDING, claimed_at=at, tries=delivery.tries + 1) == 1


def _out(recipient: User, deliveries: Sequence[Delivery]) -> None:
    notices = [delivery.notice for delivery in deliveries]
    title = subject(len(notices), notices[0].case)
    if deliveries[0].channel == Channel.SMS:
        gateway().send(recipient.phone, f"{title}: {words(notices[0])}")
        return
    lines = [f"{n.case}  {moment_words(n.at)}  {words(n)}\n{settings.SITE_URL}/orders/{n.case}/" for n in notices]
    send_mail(title, "\n\n".join(lines), None, [recipient.email])


def _failed(deliveries: Sequence[Delivery], at: datetime, error: Exception) -> None:
    for delivery in deliveries:
        tries = delivery.tries + 1
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Delivery.Status.WAITING if tries < TRIES else Delivery.Status.FAILED,
            not_before=at + timedelta(minutes=2**tries),
            error=f"{type(error).__name__}: {error}"[:200],
        )
