"""What people must be told: rows first, delivered after commit, each at most once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import User


class Notice(models.Model):
    """提醒: one person, one matter, one reason. `key` names case, rule and due time, so that none comes twice."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    rule = models.CharField(_("rule"), max_length=30)
    key = models.CharField(max_length=120)
    case = models.CharField(_("work order"), max_length=24)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="each_person_is_told_once")]
        indexes = [
            models.Index(fields=["recipient", "-at", "-id"], name="notice_of_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.at:%F %R}"


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Delivery(models.Model):
    """发送记录: the way of one notice out of the house, with its tries. In-app needs none: the notice is there."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    not_before = models.DateTimeField(_("not before"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-not_before"]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="each_channel_once_for_a_notice")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(status="waiting"), name="delivery_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(status="sending"), name="delivery_being_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_status_display()}"
