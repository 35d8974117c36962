"""回访: what the citizen said when the hotline called back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import Department, User
from workorders.models import WorkOrder


class Resolution(models.TextChoices):
    """是否解决."""

    SOLVED = "solved", _("solved")
    PARTLY = "partly", _("partly solved")
    NOT_SOLVED = "not_solved", _("not solved")


class Satisfaction(models.IntegerChoices):
    """Five levels, stored as they are; reported as satisfied (5, 4), basically (3), not (2, 1)."""

    VERY = 5, _("very satisfied")
    SATISFIED = 4, _("satisfied")
    BASICALLY = 3, _("basically satisfied")
    UNSATISFIED = 2, _("unsatisfied")
    VERY_UNSATISFIED = 1, _("very unsatisfied")


class WhyNot(models.TextChoices):
    """不满意原因."""

    NOT_CONTACTED = "not_contacted", _("was not contacted")
    NOT_SOLVED = "not_solved", _("not solved")
    ATTITUDE = "attitude", _("attitude")
    PASSED_AROUND = "passed_around", _("passed around")
    POLICY = "policy", _("policy not understood")
    EXPECTATION = "expectation", _("expectation too high")
    OTHER = "other", _("other")


class Verdict(models.TextChoices):
    """What was decided after a citizen was not content."""

    REWORK = "rework", _("rework")
    EXPLAINED = "explained", _("closed as explained")
    EXCLUDED = "excluded", _("beyond duty or unreasonable")


class Status(models.TextChoices):
    TRYING = "trying", _("not reached yet")
    COMPLETED = "completed", _("completed")
    UNREACHABLE = "unreachable", _("not reached")
    DROPPED = "dropped", _("not needed any more")


class CallbackQuerySet(models.QuerySet["Callback"]):
    def completed(self) -> CallbackQuerySet:
        return self.filter(status=Status.COMPLETED)

    def in_scope(self) -> CallbackQuerySet:
        """What counts in the rates: completed, and not excluded as beyond duty or unreasonable."""
        return self.completed().exclude(verdict=Verdict.EXCLUDED)

    def visible_to(self, user: User) -> CallbackQuerySet:
        """The hotline's people see all, a department's people those about its own work."""
        if user.has_perm("workorders.view_every_order"):
            return self
        if user.department is None:
            return self.none()
        return self.filter(department__path__startswith=user.department.path)


class Callback(models.Model):
    """One round of calling one citizen: the first round's rating and the last one's are both kept."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField(_("round"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="callbacks", verbose_name=_("department called about")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.TRYING)
    opened_at = models.DateTimeField(_("opened"))
    next_try_at = models.DateTimeField(_("next try"), null=True)
    attempt_count = models.PositiveSmallIntegerField(_("attempts"), default=0)
    completed_at = models.DateTimeField(_("completed"), null=True)
    completed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contacted = models.BooleanField(_("was contacted by the department"), null=True)
    resolution = models.CharField(_("solved?"), max_length=12, choices=Resolution, blank=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfied with the result"), choices=Satisfaction, null=True)
    manner = models.PositiveSmallIntegerField(_("satisfied with the manner"), choices=Satisfaction, null=True)
    why_not = models.CharField(_("why not"), max_length=14, choices=WhyNot, blank=True)
    opinion = models.TextField(_("in the citizen's words"), blank=True)
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict, blank=True)
    verdict_at = models.DateTimeField(_("decided"), null=True)
    verdict_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verdict_reason = models.TextField(_("reason of the decision"), blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["-opened_at", "-id"]
        permissions = [
            ("record_callback", "May call citizens back"),
            ("decide_callback", "May decide on unsatisfied callbacks"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "round"], name="each_round_of_callback_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(status=Status.TRYING), name="one_callback_at_a_time"),
            models.CheckConstraint(
                name="a_completed_callback_has_its_answers",
                condition=~Q(status=Status.COMPLETED)
                | Q(
                    completed_at__isnull=False,
                    contacted__isnull=False,
                    satisfaction__isnull=False,
                    resolution__in=[choice.value for choice in Resolution],
                ),
            ),
            models.CheckConstraint(
                name="satisfaction_has_five_levels",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
            ),
        ]
        indexes = [
            models.Index(fields=["completed_at", "id"], name="callback_by_completed"),
            models.Index(fields=["department", "completed_at"], name="callback_by_department"),
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="callback_by_next_try"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} #{self.round}"

    @property
    def is_content(self) -> bool:
        """Solved or partly, and at least basically satisfied: nobody needs to decide anything."""
        return self.resolution != Resolution.NOT_SOLVED and (self.satisfaction or 0) >= Satisfaction.BASICALLY


class Attempt(models.Model):
    """One call that did not reach the citizen."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("no answer")
        BUSY = "busy", _("busy")
        OFF = "off", _("switched off")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        LATER = "later", _("asked to call later")

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=14, choices=Result)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["at"]
        indexes = [models.Index(fields=["callback", "at"], name="attempt_of_callback")]

    def __str__(self) -> str:
        return f"{self.at:%F %R} {self.result}"
