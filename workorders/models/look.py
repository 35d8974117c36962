"""Who has seen which order: added to and never edited."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import User
from workorders.models.order import WorkOrder


class Look(models.Model):
    """查看记录: somebody had this order before him, through this door, at least once in this quarter of an hour.

    No foreign key is checked: to check one locks the order's row, and a look would wait for whoever works on the order.
    Neither orders nor people are ever deleted. The database refuses an update, and a delete of the last six months.
    """

    class Door(models.TextChoices):
        PAGE = "page", pgettext_lazy("door", "page")
        PEEK = "peek", pgettext_lazy("door", "side panel")
        FORM = "form", pgettext_lazy("door", "form of a move")
        FILE = "file", pgettext_lazy("door", "file")
        HELP = "help", pgettext_lazy("door", "help of the intake")
        API = "api", pgettext_lazy("door", "program")
        PRINT = "print", pgettext_lazy("door", "print")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="looks", db_index=False, db_constraint=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="looks", db_index=False, db_constraint=False)
    door = models.CharField(_("seen through"), max_length=5, choices=Door)
    at = models.DateTimeField(_("at"))
    quarter = models.PositiveIntegerField(help_text=_("Quarters of an hour since 1970."))
    address = models.CharField(_("address"), max_length=45, blank=True, help_text=_("Of IPv6 the /64."))

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["order", "quarter", "person", "door"], name="a_look_is_written_once_in_a_quarter_of_an_hour"
            )
        ]
        indexes = [
            models.Index(fields=["person", "at"], name="look_of_person"),
            BrinIndex(fields=["at"], name="look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %R} {self.door}"
