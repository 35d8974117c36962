"""What keeps a program that registers twice from making two orders."""

from django.db import models

from staff.models import User


class Registration(models.Model):
    """A registration answered under a program's own key: the same key again gets the same answer.

    Key and body are kept as keyed hashes, the answer encrypted: nobody reads a caller here.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(default=bytes)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key_hash"], name="a_key_registers_once")]
        indexes = [models.Index(fields=["at"], name="registration_at")]

    def __str__(self) -> str:
        return f"{self.at:%F %R}"
