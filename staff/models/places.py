"""Departments and areas: two trees."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


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
