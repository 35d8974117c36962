"""What left the house, by whom, and which orders were in it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Field, Lookup
from django.utils.translation import gettext_lazy as _

from staff.models import User


class Export(models.Model):
    """导出记录: who took what out of the house, when, and how many rows of it.

    The database refuses to change that, but for the number of rows, and to delete it for half a year.
    """

    class What(models.TextChoices):
        BOARD = "board", _("board")
        ROWS = "rows", _("rows of a figure")
        ORDERS = "orders", _("list of orders")
        LOOKS = "looks", _("what a person has seen")

    by = models.ForeignKey(User, models.PROTECT, related_name="exports", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what"), max_length=8, choices=What)
    asked = models.TextField(_("asked for"), help_text=_("The address's parameters: filters, period, figure."))
    rows = models.PositiveIntegerField(_("rows"), null=True, help_text=_("None: the list was not taken to its end."))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"], name="export_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%F %R} {self.what}"


class Ranges(Field):  # type: ignore[type-arg]  # generic only in the stubs
    """Whole numbers as PostgreSQL's ranges, `{[1,5),[7,8)}`: a list of a million orders is mostly a few of them."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


@Ranges.register_lookup
class Holds(Lookup):
    """Whether a number is in it."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        return f"{left} @> {right}::bigint", (*of_left, *of_right)


class Taken(models.Model):
    """The orders that were in an export, by their ids; apart from it, so that no list of exports loads a million ids.

    The database lets ids be added and none be taken away. Exports from before this record have none.
    """

    export = models.OneToOneField(Export, models.CASCADE, primary_key=True, related_name="taken")
    orders = Ranges()

    class Meta:
        default_permissions = ()
        indexes = [GistIndex(fields=["orders"], name="taken_orders")]

    def __str__(self) -> str:
        return str(self.orders)
