"""督办 and 催办: pressure on a live order, from above and from the citizen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import User
from workorders.models.order import WorkOrder
from workorders.models.step import Step


class Supervision(models.Model):
    """督办单: opened by a supervisor or, when nobody acts, by the clock; at most one open on an order."""

    class Ground(models.TextChoices):
        OVERDUE = "overdue", _("overdue and nobody acted")
        UNSATISFIED = "unsatisfied", _("unsatisfied after rework")
        DECISION = "decision", _("a supervisor's decision")
        SWITCHED_OFF = "switched_off", _("its department was switched off")

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="supervisions")
    step = models.OneToOneField(Step, models.PROTECT, related_name="supervision")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    reason = models.TextField(_("reason"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    findings = models.TextField(_("findings"), blank=True)

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervisions")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(lifted_at=None), name="one_open_supervision_per_order"
            )
        ]
        indexes = [models.Index(fields=["opened_at"], name="supervision_by_opened")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.ground}"


class Chase(models.Model):
    """催办: the citizen asks again; it attaches to the live order and never makes a second one."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="chase_rows")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.TextField(_("what the citizen said"))

    class Meta:
        verbose_name = _("chase")
        verbose_name_plural = _("chases")
        ordering = ["-at"]
        indexes = [models.Index(fields=["order", "at"], name="chase_of_order")]

    def __str__(self) -> str:
        return self.words[:40]
