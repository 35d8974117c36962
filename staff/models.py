"""People, departments, areas and the working calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.dispatch import Signal
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Sent after rows of the calendar were written many at once; single rows send post_save and post_delete.
calendar_rows_written = Signal()


class Tree(models.Model):
    """A place in a hierarchy. `path` is the ids from the root, "/1/5/9/", so a subtree is one indexed prefix."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=255, editable=False, default="", db_index=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.pk and self.covers(self.parent):
            raise ValidationError({"parent": _("It cannot belong to itself or to a part of itself.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, then its path and, when it moved, the paths of all below it."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path == self.path:
            return
        before, self.path = self.path, path
        manager = type(self)._default_manager
        manager.filter(pk=self.pk).update(path=path)
        if before:
            for below in manager.filter(path__startswith=before).exclude(pk=self.pk):
                manager.filter(pk=below.pk).update(path=path + below.path[len(before) :])

    def lineage(self) -> list[int]:
        """Ids from the root to this one."""
        return [int(part) for part in self.path.split("/") if part]

    def covers(self, other: Tree | None) -> bool:
        """Whether `other` is this one or below it."""
        return other is not None and other.path.startswith(self.path)


class Department(Tree):
    """承办单位: who handles what the hotline refers; sub-units hang below."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("bureau")
        DISTRICT = "district", _("district")
        TOWN = "town", _("town or street office")
        UTILITY = "utility", _("utility")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]
        indexes = [
            models.Index(
                fields=["path"],
                name="department_path",
                opclasses=["varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.name


class Area(Tree):
    """District → street → community."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("district")
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="area_path", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="area_name_once_per_parent",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who works with the hotline. Roles are groups, see `staff.roles`; rules ask for permissions."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
        help_text=_("Empty for the hotline's own people."),
    )
    phone = models.CharField(_("mobile for notices"), max_length=30, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=[("en", "English"), ("zh-hans", "简体中文")],
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]

    @cached_property
    def units(self) -> list[int]:
        """The ids of the own department and of all below it; none for the hotline's own people.

        Ids, not a path: how many orders a unit has, the planner knows of each by its number only.
        """
        if self.department_id is None:
            return []
        return list(Department.objects.filter(path__contains=f"/{self.department_id}/").values_list("pk", flat=True))

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class CalendarQuerySet(models.QuerySet[Any]):
    """Rows of the calendar: also what is written past `save` is noticed by `staff.calendars`."""

    def update(self, **values: Any) -> int:
        written = super().update(**values)
        calendar_rows_written.send(sender=self.model)
        return written

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        rows = super().bulk_create(*args, **kwargs)
        calendar_rows_written.send(sender=self.model)
        return rows

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        written = super().bulk_update(*args, **kwargs)
        calendar_rows_written.send(sender=self.model)
        return written


class CalendarYear(models.Model):
    """Whether a year's holidays are official: published by the State Council, or only worked out."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    is_official = models.BooleanField(_("official"), default=False)
    source = models.CharField(_("source"), max_length=120)
    loaded_at = models.DateTimeField(_("loaded"))

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday (off) or a make-up day (work, 调休).

    A day entered or changed by a person (`by_hand`) is never touched by a later loading of its year.
    """

    date = models.DateField(_("date"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60)
    by_hand = models.BooleanField(_("entered by a person"), default=False, editable=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class WorkingSession(models.Model):
    """A stretch of the working day, local time, the same on each working day."""

    starts = models.TimeField(_("from"), unique=True)
    ends = models.TimeField(pgettext_lazy("session", "to"))

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("working session")
        verbose_name_plural = _("working sessions")
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")),
                name="working_session_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        super().clean()
        starts: Any = self.starts  # None where the form's own field was wrong
        ends: Any = self.ends
        if starts is None or ends is None:
            return
        if starts >= ends:
            raise ValidationError({"ends": _("A session ends after it starts.")})
        if WorkingSession.objects.exclude(pk=self.pk).filter(starts__lt=ends, ends__gt=starts).exists():
            raise ValidationError(_("It overlaps another session."))
