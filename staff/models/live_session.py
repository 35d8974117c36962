"""Which sessions are whose."""

from __future__ import annotations

from django.db import models

from staff.models.person import User


class LiveSession(models.Model):
    """在线会话: a session somebody signed in to. What it holds stands in the session alone; here is whose it is.

    No foreign key to it: a session that has ended leaves its line until the person signs in again.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="live_sessions")
    session_key = models.CharField(max_length=40, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id}/{self.pk}"
