"""Who may look at the figures."""

from django.db import models
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
