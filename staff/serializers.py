"""Departments and areas as a program reads them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from staff.models import Area, Department


class NamedSerializer(serializers.Serializer[Any]):
    """A record of a list by its code, with its name."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    parent: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True, allow_null=True, help_text="Its code."
    )

    email = serializers.CharField()

    class Meta:
        model = Department
        fields = ("code", "name", "kind", "parent", "phone", "email", "is_active")


class AreaSerializer(serializers.ModelSerializer[Area]):
    parent: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True, allow_null=True, help_text="Its code."
    )

    class Meta:
        model = Area
        fields = ("code", "name", "level", "parent")
