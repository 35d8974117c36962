"""日记账: what the figures have counted already, kept so that a year of a million orders is added up, not counted anew.

The rows repeat what other tables say and may be thrown away: the clock fills them again (`oversight.daybook`).
Places are bare numbers, not foreign keys: nothing here holds a department or a category in place.
"""

from __future__ import annotations

from django.db import models


class Span(models.TextChoices):
    DAY = "day"
    MONTH = "month"


class Entry(models.Model):
    """One record as its population's indicators count it: a mark for each, in their order (`oversight.entries`)."""

    order_id = models.BigIntegerField()
    population = models.CharField(max_length=16)
    at = models.DateTimeField()
    department = models.BigIntegerField(null=True)
    category = models.BigIntegerField(null=True)
    area = models.BigIntegerField(null=True)
    marks = models.CharField(max_length=32)
    micros = models.BigIntegerField(default=0, help_text="What was measured, in millionths of a second.")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["order_id"], name="entry_of_order"),
            models.Index(fields=["at"], name="entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.population} {self.marks}"


class Sum(models.Model):
    """Entries of a local day or month added up: in all (`by` empty), by department, by category, by area.

    `place` 0 is what belongs nowhere, and the one row when nothing is divided.
    """

    span = models.CharField(max_length=5, choices=Span)
    first = models.DateField()
    by = models.CharField(max_length=10, blank=True)
    place = models.BigIntegerField()
    population = models.CharField(max_length=16)
    marks = models.CharField(max_length=32)
    n = models.IntegerField()
    micros = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by", "span", "first", "place", "population", "marks"], name="one_sum_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.first} {self.by} {self.place} {self.population} {self.marks}: {self.n}"


class Touched(models.Model):
    """An order something was done to since it was entered. Added to by triggers, taken out by the clock; not unique,
    so that nobody waits for anybody."""

    order_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id}"


class Edition(models.Model):
    """By which definitions and calendar the day book was written; without a ready one figures are counted anew."""

    fingerprint = models.CharField(max_length=64)
    filled_to = models.BigIntegerField(default=0, help_text="The last order entered while it is being filled.")
    ready = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(models.Value(1), name="one_edition_at_a_time")]

    def __str__(self) -> str:
        return self.fingerprint[:8]
