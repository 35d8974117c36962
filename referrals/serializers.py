"""Referrals as a program reads them. Shape only, no rules."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from referrals.models import Answer, Extension, Referral, ReturnRequest
from referrals.workflow import MOVES
from staff.now import now
from staff.serializers import NamedSerializer
from workorders.api_moves import told_moves
from workorders.serializers import MoveSerializer


class ReturnRequestSerializer(serializers.ModelSerializer[ReturnRequest]):
    class Meta:
        model = ReturnRequest
        fields = ("requested_at", "reason", "basis", "ruled_at", "granted", "ruling")


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = ("requested_at", "days", "reason", "due_before", "due_after", "ruled_at", "granted", "ruling")


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    class Meta:
        model = Answer
        fields = ("given_at", "outcome", "public_reply", "internal_note", "reviewed_at", "passed", "review")


class ReferralSummarySerializer(serializers.ModelSerializer[Referral]):
    """A referral in a list."""

    url = serializers.HyperlinkedIdentityField(view_name="referral-detail")
    order: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="number", read_only=True, help_text="Its number."
    )
    order_url: serializers.HyperlinkedRelatedField[Any] = serializers.HyperlinkedRelatedField(
        source="order", view_name="work-order-detail", lookup_field="number", read_only=True
    )
    version = serializers.IntegerField(source="order.version", help_text="The order's: its parts move under one lock.")
    department = NamedSerializer()
    answer_due_at = serializers.DateTimeField(source="answer_step.due_at")
    is_overdue = serializers.SerializerMethodField(help_text="Not answered, and past its time.")

    class Meta:
        model = Referral
        fields: tuple[str, ...] = (
            "url",
            "id",
            "order",
            "order_url",
            "version",
            "department",
            "role",
            "status",
            "designated",
            "is_rework",
            "sent_at",
            "accepted_at",
            "contacted_at",
            "answered_at",
            "passed_at",
            "ended_at",
            "answer_due_at",
            "is_overdue",
        )

    def get_is_overdue(self, part: Referral) -> bool:
        return part.is_live and part.answer_step.is_overdue(now())


class ReferralSerializer(ReferralSummarySerializer):
    """A referral with its requests and answers, and the moves open to the caller."""

    sign_due_at = serializers.DateTimeField(source="sign_step.due_at")
    contact_due_at = serializers.DateTimeField(
        source="contact_step.due_at", allow_null=True, default=None, help_text="Null where no contact is owed."
    )
    first_answer_due_at = serializers.DateTimeField(source="answer_step.first_due_at", help_text="Before extensions.")
    return_requests = ReturnRequestSerializer(many=True)
    extensions = ExtensionSerializer(many=True)
    answers = AnswerSerializer(many=True)
    moves = serializers.SerializerMethodField(help_text="What you may do with it now.")

    class Meta(ReferralSummarySerializer.Meta):
        fields = (
            *ReferralSummarySerializer.Meta.fields,
            "parent",
            "follows",
            "instructions",
            "return_until",
            "sign_due_at",
            "contact_due_at",
            "first_answer_due_at",
            "extensions_allowed",
            "extension_days",
            "return_requests",
            "extensions",
            "answers",
            "moves",
        )

    @extend_schema_field(MoveSerializer(many=True))
    def get_moves(self, part: Referral) -> list[Any]:
        request = self.context["request"]
        return told_moves(MOVES, part, version=part.order.version, base="referral", key=part.pk, request=request)
