"""What is owed, by whom, by when: each promise the clock watches is one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models import Department, User
from workorders.models.choices import Pool, StepKind

if TYPE_CHECKING:
    from workorders.models.order import WorkOrder  # noqa: F401  the string in the ForeignKey names it


@dataclass(frozen=True)
class Holder:
    """Exactly one of a desk, a department, a person."""

    pool: str | None = None
    department_id: int | None = None
    person_id: int | None = None

    def __post_init__(self) -> None:
        if [self.pool, self.department_id, self.person_id].count(None) != 2:
            raise ValueError("a holder is one desk, one department or one person")


class Rung(models.TextChoices):
    """The ladder the clock climbs while nobody acts."""

    DUE_SOON = "due_soon", _("due soon")
    YELLOW = "yellow", _("yellow card")
    RED = "red", _("red card")
    SUPERVISION = "supervision", _("supervision")


class StepQuerySet(models.QuerySet["Step"]):
    def open(self) -> StepQuerySet:
        return self.filter(ended_at=None)

    def overdue(self, at: datetime) -> StepQuerySet:
        return self.open().filter(due_at__lt=at)


class Step(models.Model):
    """待办: an open step has one holder and one due time; `first_due_at` stays when the due time is extended.

    `terms` are the limits the due time was worked out from, one after the other (`workorders.deadlines.Term`), so that
    it can be worked out anew when the calendar changes; empty where no limit made it.
    """

    order = models.ForeignKey("workorders.WorkOrder", models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(_("step"), max_length=16, choices=StepKind)
    pool = models.CharField(_("desk"), max_length=12, choices=Pool, null=True, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="steps")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="steps", db_index=False)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"))
    first_due_at = models.DateTimeField(_("first due"))
    why = models.JSONField(_("explanation"), default=list)
    terms = models.JSONField(default=list)
    provisional = models.BooleanField(_("rests on a provisional calendar"), default=False)
    remind_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    next_rung = models.CharField(max_length=12, choices=Rung, null=True)
    next_rung_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    done = models.BooleanField(_("done, not dropped"), default=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                name="a_step_has_one_holder",
                condition=Q(pool__isnull=False, department=None, person=None)
                | Q(pool=None, department__isnull=False, person=None)
                | Q(pool=None, department=None, person__isnull=False),
            ),
            models.CheckConstraint(
                name="a_rung_has_its_time",
                condition=Q(next_rung=None, next_rung_at=None) | Q(next_rung__isnull=False, next_rung_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_ended_step_climbs_no_further", condition=Q(ended_at=None) | Q(next_rung_at=None)
            ),
        ]
        # Few: a rung climbed writes the row into each of them, and a storm climbs 200 000.
        indexes = [
            models.Index(
                fields=["order"],
                condition=Q(ended_at=None, kind__in=[StepKind.RULE_RETURN, StepKind.RULE_EXTENSION]),
                name="step_open_to_rule_on",
            ),
            models.Index(fields=["order", "due_at", "id"], name="step_of_order"),
            models.Index(
                fields=["next_rung", "next_rung_at", "id"],
                condition=Q(next_rung_at__isnull=False),
                name="step_by_rung",
            ),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="step_of_person"),
            models.Index(
                fields=["person"], condition=Q(ended_at=None, person__isnull=False), name="step_open_of_person"
            ),
            models.Index(fields=["due_at"], condition=Q(kind=StepKind.SHELF, ended_at=None), name="shelf_by_due"),
            models.Index(fields=["due_at"], condition=Q(kind=StepKind.CLOSE_OUT), name="close_out_by_due"),
            models.Index(fields=["first_due_at"], condition=Q(kind=StepKind.ANSWER), name="answer_by_first_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.due_at:%F %R}"

    @property
    def holder(self) -> Holder:
        return Holder(pool=self.pool, department_id=self.department_id, person_id=self.person_id)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def is_overdue(self, at: datetime) -> bool:
        """Ended after its time, or open past it."""
        return (self.ended_at or at) > self.due_at


class Reminder(models.Model):
    """A rung climbed: at most one for each step, rung and due time."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="reminders", db_index=False)
    rung = models.CharField(_("rung"), max_length=12, choices=Rung)
    due_at = models.DateTimeField(_("due"))
    at = models.DateTimeField(_("sent"))
    told = models.BooleanField(_("people were told"), default=False, db_default=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["step", "rung", "due_at"], name="each_rung_once_for_a_step_and_due_time")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told=False), name="reminder_to_tell")]

    def __str__(self) -> str:
        return f"{self.rung} {self.due_at:%F %R}"
