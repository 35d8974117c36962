"""Orders, their timeline and the lists of the trade as a program reads them. Shape only, no rules."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from staff.explain import explain
from staff.now import now
from staff.rest import person
from staff.serializers import NamedSerializer
from workorders.api_moves import told_moves
from workorders.models import Attachment, Caller, Category, Event, Step, WorkOrder
from workorders.models.choices import Pool, StepKind
from workorders.words import sentence
from workorders.workflow import MOVES, hides_caller, shows_departments

# Where an order's further records are listed; `referrals` and `callbacks` enter theirs.
RELATED: dict[str, str] = {}
# What is listed below the order itself.
OWN_LISTS = ("events", "attachments")


@extend_schema_field({"type": ["string", "integer"]})
class ChosenField(serializers.JSONField):
    """What is sent for a choice."""


@extend_schema_field({"type": ["string", "integer", "boolean", "array", "object", "null"], "items": {"type": "string"}})
class InitialField(serializers.JSONField):
    """A field's first value, of the field's own type."""


class ChoiceSerializer(serializers.Serializer[Any]):
    value = ChosenField(help_text="What is sent.")
    label = serializers.CharField()


class MoveFieldSerializer(serializers.Serializer[Any]):
    """One field of a move: everything needed to fill it in."""

    name = serializers.CharField()
    label = serializers.CharField()
    type = serializers.ChoiceField(["string", "integer", "boolean", "array", "object"])
    format = serializers.ChoiceField(["date", "date-time", "code"], allow_null=True)
    required = serializers.BooleanField()
    help_text = serializers.CharField()
    choices = ChoiceSerializer(many=True, allow_null=True, help_text="What it is chosen from, where the list is short.")
    listed_at = serializers.URLField(allow_null=True, help_text="Where the codes it is chosen from are listed.")
    max_length = serializers.IntegerField(allow_null=True)
    minimum = serializers.IntegerField(allow_null=True)
    initial = InitialField(help_text="What the page has in it at first.")


class MoveSerializer(serializers.Serializer[Any]):
    """Something the caller may do now: send an object of the fields to the address."""

    name = serializers.CharField()
    label = serializers.CharField()
    url = serializers.URLField()
    method = serializers.ChoiceField(["POST"])
    fields = MoveFieldSerializer(many=True)


class CategorySerializer(serializers.ModelSerializer[Category]):
    parent: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True, allow_null=True, help_text="Its code."
    )

    class Meta:
        model = Category
        fields = ("code", "name", "full_name", "parent", "kind", "urgency", "sensitive", "questions", "is_active")


class HolderSerializer(serializers.Serializer[Any]):
    """Exactly one of a desk, a department, a person."""

    desk = serializers.ChoiceField(Pool.choices, allow_null=True)
    department = NamedSerializer(allow_null=True)
    person = serializers.CharField(allow_null=True)


class CallerSerializer(serializers.Serializer[Caller]):
    """Who called, masked."""

    name = serializers.CharField(source="masked_name")
    phone = serializers.CharField(source="masked_phone")


class RevealedSerializer(serializers.Serializer[Caller]):
    """Who called, once and on record."""

    name = serializers.CharField()
    phone = serializers.CharField()
    contact = serializers.CharField()


class StepSerializer(serializers.Serializer[Step]):
    """Something owed: by whom, by when, and why then."""

    kind = serializers.ChoiceField(StepKind.choices)
    holder = serializers.SerializerMethodField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    first_due_at = serializers.DateTimeField()
    provisional = serializers.BooleanField(help_text="The due time rests on a calendar that is not official yet.")
    explanation = serializers.SerializerMethodField()

    @extend_schema_field(HolderSerializer)
    def get_holder(self, step: Step) -> dict[str, Any]:
        return told_holder(step.pool, step.department, step.person)

    def get_explanation(self, step: Step) -> list[str]:
        return explain(step.why)


def told_holder(pool: str | None, department: Any, person: Any) -> dict[str, Any]:
    named = NamedSerializer(department).data if department else None
    return {"desk": pool, "department": named, "person": str(person) if person else None}


@cache
def _fields_of(kind: type[WorkOrderSummarySerializer]) -> dict[str, Any]:
    return super(WorkOrderSummarySerializer, kind()).get_fields()


class WorkOrderSummarySerializer(serializers.ModelSerializer[WorkOrder]):
    """An order in a list."""

    url = serializers.HyperlinkedIdentityField(view_name="work-order-detail", lookup_field="number")
    category = NamedSerializer()
    area = NamedSerializer(allow_null=True)
    lead_department = NamedSerializer(allow_null=True)
    holder = serializers.SerializerMethodField(help_text="Who owes the next thing; null when closed.")
    is_overdue = serializers.SerializerMethodField()
    merged_into: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="number", read_only=True, allow_null=True
    )

    class Meta:
        model = WorkOrder
        fields: tuple[str, ...] = (
            "url",
            "number",
            "version",
            "status",
            "channel",
            "kind",
            "urgency",
            "category",
            "area",
            "title",
            "confidential",
            "holder",
            "next_step",
            "next_due_at",
            "is_overdue",
            "lead_department",
            "merged_into",
            "registered_at",
            "closed_at",
        )

    def get_fields(self) -> Any:
        """Worked out from the model once, copied for each answer."""
        return deepcopy(_fields_of(type(self)))

    @extend_schema_field(HolderSerializer(allow_null=True))
    def get_holder(self, order: WorkOrder) -> dict[str, Any] | None:
        if not order.is_open:
            return None
        return told_holder(order.holder_pool, order.holder_department, order.holder_person)

    def get_is_overdue(self, order: WorkOrder) -> bool:
        return order.is_overdue(now())


class WorkOrderSerializer(WorkOrderSummarySerializer):
    """An order with everything about it that the caller may know, and the moves open to him."""

    registered_by = serializers.SerializerMethodField()
    query_code = serializers.SerializerMethodField(
        help_text="With which the citizen tracks the order; for the hotline's own people only."
    )
    caller = serializers.SerializerMethodField(help_text="Masked; null when nobody is known or he is kept from you.")
    caller_hidden = serializers.SerializerMethodField(help_text="The citizen's identity is kept from handling units.")
    steps = serializers.SerializerMethodField(help_text="What is owed now, the earliest first.")
    related = serializers.SerializerMethodField(
        help_text="Where its timeline, files, referrals and callbacks are listed."
    )
    moves = serializers.SerializerMethodField(help_text="What you may do with it now.")

    class Meta(WorkOrderSummarySerializer.Meta):
        fields = (
            *WorkOrderSummarySerializer.Meta.fields,
            "source_number",
            "registered_by",
            "query_code",
            "content",
            "wants",
            "address",
            "incident_at",
            "extra",
            "reply_wanted",
            "caller",
            "caller_hidden",
            "outcome",
            "closing",
            "decline_reason",
            "reply",
            "dispatches",
            "reworks",
            "chases",
            "steps",
            "related",
            "moves",
        )

    def get_registered_by(self, order: WorkOrder) -> str | None:
        return str(order.registered_by) if order.registered_by else None

    def get_query_code(self, order: WorkOrder) -> str | None:
        return order.query_code if self._asker.has_perm("workorders.view_every_order") else None

    @extend_schema_field(CallerSerializer(allow_null=True))
    def get_caller(self, order: WorkOrder) -> Any:
        if self.get_caller_hidden(order):
            return None
        caller = getattr(order, "caller", None)
        return CallerSerializer(caller).data if caller else None

    def get_caller_hidden(self, order: WorkOrder) -> bool:
        return bool(self._asker.department_id) and hides_caller(order)

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, order: WorkOrder) -> Any:
        steps: Any = order.steps.open().select_related("department", "person").order_by("due_at", "-id")
        return StepSerializer(steps, many=True).data

    def get_related(self, order: WorkOrder) -> dict[str, str]:
        request = self.context["request"]
        lists = {name: reverse(view, request=request) + f"?order={order.number}" for name, view in RELATED.items()}
        own = {name: reverse(f"work-order-{name}", args=[order.number], request=request) for name in OWN_LISTS}
        return {**own, **lists}

    @extend_schema_field(MoveSerializer(many=True))
    def get_moves(self, order: WorkOrder) -> list[Any]:
        request = self.context["request"]
        return told_moves(MOVES, order, version=order.version, base="work-order", key=order.number, request=request)

    @property
    def _asker(self) -> Any:
        return person(self.context["request"])


class EventSerializer(serializers.ModelSerializer[Event]):
    """One entry of the timeline. Internal notes and data are for those who may read them."""

    sentence = serializers.SerializerMethodField(help_text="What happened, in one line of the reader's language.")
    by = serializers.SerializerMethodField(help_text="Who did it; null is the clock, or an import.")
    note = serializers.SerializerMethodField(help_text="Internal.")
    public = serializers.CharField(help_text="What the citizen was told.")
    data = serializers.SerializerMethodField(help_text="Internal: what the sentence is made of.")

    class Meta:
        model = Event
        fields = ("seq", "at", "verb", "sentence", "by", "department", "note", "public", "data", "informative")

    def get_sentence(self, event: Event) -> str:
        return sentence(event)

    def get_by(self, event: Event) -> str | None:
        return str(event.by) if event.by else None

    def get_note(self, event: Event) -> str:
        return event.note if self._reads_inside else ""

    def get_data(self, event: Event) -> dict[str, Any]:
        return event.data if self._reads_inside else {}

    @property
    def _reads_inside(self) -> bool:
        return person(self.context["request"]).has_perm("workorders.view_timeline_internal")


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """附件: a file of an order. Its address gives its content."""

    url = serializers.SerializerMethodField(help_text="Where the file is fetched.")
    size = serializers.IntegerField(help_text="In bytes.")
    content_type = serializers.CharField(help_text="As its content tells.")
    for_departments = serializers.SerializerMethodField(
        help_text="Whether departments may see it; what a department added, it sees in any case."
    )
    added_by = serializers.CharField(source="added_by.__str__")
    department = NamedSerializer(allow_null=True, help_text="The unit that added it; null is the hotline.")

    class Meta:
        model = Attachment
        fields = (
            "url",
            "id",
            "name",
            "content_type",
            "size",
            "sha256",
            "for_departments",
            "added_at",
            "added_by",
            "department",
        )

    def get_url(self, attachment: Attachment) -> str:
        order: WorkOrder = self.context["order"]
        request = self.context["request"]
        return reverse("work-order-attachment", args=[order.number, attachment.pk], request=request)

    def get_for_departments(self, attachment: Attachment) -> bool:
        return shows_departments(attachment, self.context["order"])
