"""Who may look at the figures, and what counts how much in them."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Figures(models.Model):
    """Carries the permissions of the board; it has no rows."""

    class Meta:
        managed = False
        default_permissions = ()
        verbose_name = _("board")
        permissions = [("view_board", "May see the board"), ("export_board", "May export the board")]

    def __str__(self) -> str:
        return "board"


class Weight(models.Model):
    """权重: how much an answer, or a rate, counts. A table edited in the admin rather than a setting of the
    environment: cities change their weights by decree, not by deployment. A missing row counts by `DEFAULTS`."""

    class Name(models.TextChoices):
        PARTLY = "partly", _("“partly solved”, in the resolution rate")
        BASICALLY = "basically", _("“basically satisfied”, in the satisfaction rate")
        RESPONSE = "response", _("response rate, in the combined score")
        RESOLUTION = "resolution", _("resolution rate, in the combined score")
        SATISFACTION = "satisfaction", _("satisfaction rate, in the combined score")

    # [default], see the indicators: w for the answers in between, and the three rates' shares.
    DEFAULTS = {
        Name.PARTLY: Decimal("0.5"),
        Name.BASICALLY: Decimal("0.5"),
        Name.RESPONSE: Decimal("0.1"),
        Name.RESOLUTION: Decimal("0.45"),
        Name.SATISFACTION: Decimal("0.45"),
    }

    name = models.CharField(_("what"), max_length=12, choices=Name, unique=True)
    value = models.DecimalField(
        _("weight"), max_digits=4, decimal_places=3, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=1), name="a_weight_is_between_0_and_1")
        ]

    def __str__(self) -> str:
        return self.get_name_display()

    @classmethod
    def in_force(cls) -> dict[str, Decimal]:
        """Every weight by its name; one query."""
        return {**cls.DEFAULTS, **dict(cls.objects.values_list("name", "value"))}
