"""What an appeal is about, and how long the hotline gives itself: data, edited by administrators."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import Tree
from workorders.initials import initials
from workorders.models.choices import Kind, StepKind, Unit, Urgency

LEVELS_JOINED_BY = " / "
LONGEST_NAME = 255


class Category(Tree):
    """A place in the category tree; a leaf carries what the form pre-fills."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    full_name = models.CharField(_("full name"), max_length=LONGEST_NAME, editable=False, default="")
    kind = models.CharField(_("usual kind"), max_length=12, choices=Kind, blank=True)
    urgency = models.CharField(_("usual urgency"), max_length=10, choices=Urgency, blank=True)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    keywords = ArrayField(models.CharField(max_length=20), verbose_name=_("keywords"), default=list, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=120, blank=True, editable=False)
    questions = models.JSONField(
        _("extra questions"),
        default=list,
        blank=True,
        help_text=_("A list of {label, type} asked at the desk for this category."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="category_path", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="category_name_once_per_parent", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.name

    def clean(self) -> None:
        super().clean()
        shaped = isinstance(self.questions, list) and all(
            isinstance(question, dict) and question.get("label") and question.get("type") for question in self.questions
        )
        if not shaped:
            raise ValidationError({"questions": _("A list of {label, type}: both are needed.")})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row with the full name and the initials that follow from its place; those below it follow."""
        parent: Any = self.parent
        above = parent.full_name + LEVELS_JOINED_BY if parent else ""
        self.full_name = (above + self.name)[:LONGEST_NAME]
        self.initials = initials(self.full_name)
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "full_name", "initials"}
        super().save(*args, **kwargs)
        for below in self.children.all():
            if below.full_name != (self.full_name + LEVELS_JOINED_BY + below.name)[:LONGEST_NAME]:
                below.parent = self
                below.save()


class TimeLimitQuerySet(models.QuerySet["TimeLimit"]):
    def catch_all(self) -> TimeLimitQuerySet:
        """Those that hold where nothing more specific does."""
        return self.filter(kind="", urgency="", category=None, for_rework=False)

    def steps_without(self) -> list[StepKind]:
        """Steps for which some appeal could be left without a limit."""
        known = set(self.catch_all().values_list("step", flat=True))
        return [step for step in StepKind if step not in known and step not in WITHOUT_LIMIT]


# A shelved case has its review date, a merged one the due time of the order it rides with.
WITHOUT_LIMIT = frozenset({StepKind.SHELF, StepKind.FOLLOW})


class TimeLimit(models.Model):
    """时限: how long a step may take. The most specific row wins: category, then urgency, then kind."""

    step = models.CharField(_("step"), max_length=16, choices=StepKind)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True, help_text=_("Empty: any kind."))
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency, blank=True, help_text=_("Empty: any urgency.")
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("category"),
        help_text=_("Empty: any category. Holds for everything below it."),
    )
    for_rework = models.BooleanField(_("for rework"), default=False)
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=16, choices=Unit)
    extensions = models.PositiveSmallIntegerField(
        pgettext_lazy("time limit", "extensions"),
        default=0,
        help_text=_("How often an answer's limit may be extended."),
    )
    extension_days = models.PositiveSmallIntegerField(_("days an extension at most"), default=0)

    objects = TimeLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["step", "category__path", "urgency", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "kind", "urgency", "category", "for_rework"],
                name="one_limit_per_step_kind_urgency_category",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="time_limit_is_positive"),
            models.CheckConstraint(condition=models.Q(extensions__lte=2), name="an_answer_is_extended_twice_at_most"),
        ]

    def __str__(self) -> str:
        return _t("%(step)s: %(length)s") % {"step": self.get_step_display(), "length": self.length}

    @property
    def length(self) -> str:
        """`5 working days`."""
        return _t("%(amount)s %(unit)s") % {"amount": self.amount, "unit": self.get_unit_display()}

    @property
    def is_catch_all(self) -> bool:
        return not (self.kind or self.urgency or self.category_id or self.for_rework)

    def clean(self) -> None:
        super().clean()
        if self.step in WITHOUT_LIMIT:
            raise ValidationError({"step": _("This step takes its due time from elsewhere.")})
        if bool(self.extensions) != bool(self.extension_days):
            raise ValidationError({"extension_days": _("Extensions need days, and days need extensions.")})
        if self.extensions and self.step != StepKind.ANSWER:
            raise ValidationError({"extensions": _("Only an answer's limit may be extended.")})
        before = TimeLimit.objects.catch_all().filter(pk=self.pk).first()
        if before is not None and not (self.is_catch_all and self.step == before.step):
            raise ValidationError(_("It is the only limit that holds for every appeal at this step: add another row."))
