"""What an appeal is about, and how long the hotline gives itself: data, edited by administrators."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.models import Tree
from workorders.models.choices import Kind, StepKind, Unit, Urgency


class Category(Tree):
    """A place in the category tree; a leaf carries what the form pre-fills."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    full_name = models.CharField(_("full name"), max_length=255, editable=False, default="")
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
        _("extensions"), default=0, help_text=_("How often an answer's limit may be extended.")
    )
    extension_days = models.PositiveSmallIntegerField(_("days an extension at most"), default=0)

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
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.amount} {self.get_unit_display()}"
