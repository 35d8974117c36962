"""People."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models.places import Department


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
    # How often all his sessions were ended at once; a session remembers at which of them it began.
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0, editable=False)

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
        units = list(Department.objects.filter(path__contains=f"/{self.department_id}/"))
        self.department = next(unit for unit in units if unit.pk == self.department_id)  # every page names it too
        return [unit.pk for unit in units]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is held against at each request: the password, as Django does, and `sessions_ended`."""
        of_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]  # the stubs leave it out
        return f"{of_password}{self.sessions_ended or ''}"
