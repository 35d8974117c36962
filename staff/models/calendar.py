"""The working calendar."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Sent after rows of the calendar were written many at once; single rows send post_save and post_delete.
calendar_rows_written = Signal()


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
