"""日记账: what the figures have counted already, kept so that a year of a million orders is added up, not counted anew.

The rows repeat what other tables say and may be thrown away: the clock fills them again (`oversight.daybook`).
Places are bare numbers, not foreign keys: nothing here holds a department or a category in place.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Span(models.TextChoices):
    DAY = "day"
    MONTH = "month"


# A sum is divided by some of the trees of places, named by their first letters, in this order. Sums divided by one tree
# at most are kept by day and by month; of several trees by month, because by day there would be as many as entries.
TREES = ("department", "category", "area")
SINGLE = ("", "d", "c", "a")
SEVERAL = ("dc", "da", "ca", "dca")


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
            # Days read one by one, where no sums are kept: from the index alone.
            *(
                models.Index(
                    fields=[tree, "at"],
                    name=f"entry_by_{tree}",
                    include=[*(other for other in TREES if other != tree), "population", "marks", "micros"],
                )
                for tree in TREES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.population} {self.marks}"


class Sum(models.Model):
    """Entries of a local day or month added up, divided by the trees named in `by`; in all where it is empty.

    A place is 0 where it is nowhere, and where the sum is not divided by its tree.
    """

    by = models.CharField(max_length=3, blank=True)
    span = models.CharField(max_length=5, choices=Span)
    first = models.DateField()
    department = models.BigIntegerField(default=0)
    category = models.BigIntegerField(default=0)
    area = models.BigIntegerField(default=0)
    population = models.CharField(max_length=16)
    marks = models.CharField(max_length=32)
    n = models.IntegerField()
    micros = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by", "span", "first", *TREES, "population", "marks"], name="one_sum_of_a_kind"
            )
        ]
        indexes = [
            models.Index(
                fields=["by", tree, "first"],
                name=f"sum_by_{tree}",
                condition=Q(by__in=[by for by in SEVERAL if tree[0] in by]),
            )
            for tree in TREES
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.first} {self.by} {self.population} {self.marks}: {self.n}"


class Touched(models.Model):
    """An order something was done to since it was entered. Added to by triggers, taken out by the clock; not unique,
    so that nobody waits for anybody."""

    order_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id}"


class Edition(models.Model):
    """By which definitions and calendar the day book was written; without a ready one figures are counted anew.

    It is written in two passes, each going on where it was stopped: every order is entered, then every month is summed.
    """

    fingerprint = models.CharField(max_length=64)
    filled_to = models.BigIntegerField(default=0, help_text="The last order entered while it is being filled.")
    summed_to = models.DateField(null=True, help_text="The first month not summed yet; empty while orders are entered.")
    ready = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(models.Value(1), name="one_edition_at_a_time")]

    def __str__(self) -> str:
        return self.fingerprint[:8]
