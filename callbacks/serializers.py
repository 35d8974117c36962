"""Callbacks as a program reads them. Shape only, no rules."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from callbacks.models import Attempt, Callback
from staff.serializers import NamedSerializer
from workorders.api_moves import told_moves
from workorders.serializers import MoveSerializer
from workorders.workflow import ATTEMPT, EXCLUDE, EXPLAINED, RESULT, REWORK

# A callback is carried on by its order's moves: a round that has not begun has no row yet.
CARRIED_ON_BY = (RESULT, ATTEMPT, REWORK, EXPLAINED, EXCLUDE)


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    class Meta:
        model = Attempt
        fields = ("at", "result", "note")


class CallbackSummarySerializer(serializers.ModelSerializer[Callback]):
    """A callback in a list."""

    url = serializers.HyperlinkedIdentityField(view_name="callback-detail")
    order: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="number", read_only=True, help_text="Its number."
    )
    order_url: serializers.HyperlinkedRelatedField[Any] = serializers.HyperlinkedRelatedField(
        source="order", view_name="work-order-detail", lookup_field="number", read_only=True
    )
    department = NamedSerializer(allow_null=True)

    class Meta:
        model = Callback
        fields: tuple[str, ...] = (
            "url",
            "id",
            "order",
            "order_url",
            "round",
            "department",
            "status",
            "opened_at",
            "next_try_at",
            "attempt_count",
            "completed_at",
            "contacted",
            "resolution",
            "satisfaction",
            "manner",
            "why_not",
            "verdict",
        )


class CallbackSerializer(CallbackSummarySerializer):
    """A callback with its attempts and what was decided on it, and its order's moves that carry it on."""

    attempts = AttemptSerializer(many=True)
    moves = serializers.SerializerMethodField(help_text="What you may do with it now; the addresses are its order's.")

    class Meta(CallbackSummarySerializer.Meta):
        fields = (
            *CallbackSummarySerializer.Meta.fields,
            "opinion",
            "verdict_at",
            "verdict_reason",
            "attempts",
            "moves",
        )

    @extend_schema_field(MoveSerializer(many=True))
    def get_moves(self, callback: Callback) -> list[Any]:
        order = callback.order
        if order.callbacks.filter(round__gt=callback.round).exists():
            return []
        return told_moves(
            CARRIED_ON_BY,
            order,
            version=order.version,
            base="work-order",
            key=order.number,
            request=self.context["request"],
        )
