"""Out of the house: one digest a person, claimed under a lock, each at most once, failures kept and tried again.

A worker that dies between claiming and sending leaves `sending`; that message counts as failed, not as unsent:
told twice is worse than told in the app only, where the notice stands anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from notices.models import Channel, Delivery
from notices.sms import gateway
from notices.words import more, subject, words
from staff.explain import moment_words
from staff.models import User

TRIES = 5
CLAIM_MINUTES = 10
# So many messages leave in one run; the next run goes on.
MESSAGES = 200
# So many notices go into one message, and so many of them are written out.
IN_MESSAGE, IN_WORDS = 5000, 50


def deliver(at: datetime) -> int:
    """Send what may leave by now; returns how many notices left."""
    stale = Delivery.objects.filter(
        status=Delivery.Status.SENDING, claimed_at__lt=at - timedelta(minutes=CLAIM_MINUTES)
    )
    stale.update(status=Delivery.Status.FAILED, error="interrupted while being sent")
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING, not_before__lte=at)
    gone = waiting.filter(notice__recipient__is_active=False)
    gone.update(status=Delivery.Status.FAILED, error="the recipient was switched off")
    whom = waiting.order_by("notice__recipient_id", "channel").values_list("notice__recipient_id", "channel").distinct()
    return sum(_send(recipient, channel, at) for recipient, channel in whom[:MESSAGES])


def _send(recipient_id: int, channel: str, at: datetime) -> int:
    """One person, one channel: one message. Only what this worker claimed itself is in it."""
    mine = _claim(recipient_id, channel, at)
    if not mine:
        return 0
    recipient = mine[0].notice.recipient
    with translation.override(recipient.language or settings.MESSAGE_LANGUAGE):
        try:
            _out(recipient, mine)
        except Exception as error:  # whatever a mail server or gateway throws: kept, and tried again
            _failed(mine, at, error)
            return 0
    Delivery.objects.filter(pk__in=[d.pk for d in mine]).update(status=Delivery.Status.SENT, sent_at=at, error="")
    return len(mine)


@transaction.atomic
def _claim(recipient_id: int, channel: str, at: datetime) -> list[Delivery]:
    """What waits for this person, taken by this worker alone."""
    waiting = Delivery.objects.filter(
        notice__recipient_id=recipient_id, channel=channel, status=Delivery.Status.WAITING, not_before__lte=at
    )
    free = waiting.select_for_update(of=("self",), skip_locked=True).select_related("notice__recipient")
    mine = list(free.order_by("notice__at", "pk")[:IN_MESSAGE])
    claimed = Delivery.objects.filter(pk__in=[delivery.pk for delivery in mine])
    claimed.update(status=Delivery.Status.SENDING, claimed_at=at, tries=F("tries") + 1)
    return mine


def _out(recipient: User, deliveries: Sequence[Delivery]) -> None:
    notices = [delivery.notice for delivery in deliveries]
    title = subject(len(notices), notices[-1].case)
    if deliveries[0].channel == Channel.SMS:
        gateway().send(recipient.phone, f"{title}{_(': ')}{words(notices[-1])}")
        return
    told = notices[-IN_WORDS:]
    lines = [f"{n.case}  {moment_words(n.at)}  {words(n)}\n{settings.SITE_URL}/orders/{n.case}/" for n in told]
    if len(told) < len(notices):
        lines.append(more(len(notices) - len(told), f"{settings.SITE_URL}/notices/"))
    send_mail(title, "\n\n".join(lines), None, [recipient.email])


def _failed(deliveries: Sequence[Delivery], at: datetime, error: Exception) -> None:
    for delivery in deliveries:
        delivery.tries += 1
        delivery.status = Delivery.Status.WAITING if delivery.tries < TRIES else Delivery.Status.FAILED
        delivery.not_before = at + timedelta(minutes=2**delivery.tries)
        delivery.error = f"{type(error).__name__}: {error}"[:200]
    Delivery.objects.bulk_update(deliveries, ["status", "not_before", "error"], batch_size=500)
