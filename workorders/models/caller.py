"""Who called: encrypted at rest, looked up by keyed hash, shown masked."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import User
from workorders.encryption import EncryptedTextField, digits_of, keyed_hash, masked_name, masked_phone
from workorders.models.order import WorkOrder


class Caller(models.Model):
    """诉求人: apart from the order, so that no list and no department query ever loads it by accident."""

    order = models.OneToOneField(WorkOrder, models.CASCADE, primary_key=True, related_name="caller")
    name = EncryptedTextField(pgettext_lazy("person", "name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    contact = EncryptedTextField(_("other contact"), blank=True)
    phone_hash = models.BinaryField(max_length=32, null=True, editable=False)
    last_four_hash = models.BinaryField(max_length=32, null=True, editable=False)

    class Meta:
        verbose_name = _("caller")
        verbose_name_plural = _("callers")
        indexes = [
            models.Index(fields=["phone_hash"], name="caller_by_phone"),
            models.Index(fields=["last_four_hash"], name="caller_by_last_four"),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @classmethod
    def of(cls, order: WorkOrder, *, name: str, phone: str, contact: str) -> "Caller":
        """A caller with the hashes that find him again."""
        digits = digits_of(phone)
        return cls(
            order=order,
            name=name,
            phone=phone,
            contact=contact,
            phone_hash=keyed_hash(digits) if digits else None,
            last_four_hash=keyed_hash("last4:" + digits[-4:]) if len(digits) >= 4 else None,
        )

    @classmethod
    def by_phone(cls, phone: str, limit: int = 5) -> list["Caller"]:
        """The last appeals from this number, newest first, found without reading anybody's number."""
        rows = cls.objects.filter(phone_hash=keyed_hash(digits_of(phone))).select_related("order__category")
        return list(rows.order_by("-order__registered_at")[:limit])

    @property
    def masked_name(self) -> str:
        return masked_name(self.name)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class Reveal(models.Model):
    """Somebody looked at who called, for a reason."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="reveals")
    by = models.ForeignKey(User, models.PROTECT, related_name="reveals")
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["order", "at"], name="reveal_of_order"),
            models.Index(fields=["by", "at"], name="reveal_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %R} {self.reason}"
