"""附件: files that belong to an order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import Department, User
from workorders.models.choices import Kind
from workorders.models.order import WorkOrder


class Audience(models.TextChoices):
    """Who may see a file besides the hotline and the unit that added it."""

    HOTLINE = "hotline", _("the hotline only")
    ORDER = "order", _("departments, unless the caller is kept from them")
    DEPARTMENTS = "departments", _("departments")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def kept(self) -> AttachmentQuerySet:
        """Those whose file is there."""
        return self.filter(removed_at=None)

    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Of an order the person may see. What the hotline added to an order whose caller is hidden is kept from
        departments too, unless it was marked for them; what a unit added itself it sees."""
        if user.department_id is None:
            return self
        open_order = Q(order__confidential=False) & ~Q(order__kind=Kind.REPORT)
        return self.filter(
            Q(audience=Audience.DEPARTMENTS) | Q(department__in=user.units) | (Q(audience=Audience.ORDER) & open_order)
        )


class Attachment(models.Model):
    """One file. A removed one keeps its record, who took it away and why; its file is gone. Nobody did, when it went
    with the texts of an old order (`workorders.erasure`).

    `name` is as it was given, cleaned; `file` a random place below the folder of files; `size` in bytes; `department`
    the unit that added it, empty for the hotline.
    """

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="attachments")
    name = models.CharField(_("file"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=100, blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.ORDER)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    removed_because = models.TextField(blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "sha256", "department"],
                condition=Q(removed_at=None),
                nulls_distinct=False,
                name="a_file_is_attached_once_by_each_side",
            ),
            models.UniqueConstraint(fields=["file"], condition=~Q(file=""), name="a_place_holds_one_file"),
            models.CheckConstraint(
                condition=(Q(removed_at=None, removed_by=None, removed_because="") & ~Q(file=""))
                | Q(removed_at__isnull=False, file=""),
                name="an_attachment_has_its_file_until_it_is_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
