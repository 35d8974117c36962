"""The API's schema: what every operation may answer besides its own answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from workorders.serializers import EventSerializer


class ErrorSerializer(serializers.Serializer[Any]):
    """Why not, in words; `errors` names the fields it is about."""

    detail = serializers.CharField()
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class ConflictSerializer(ErrorSerializer):
    """The move is not open now. After a stale `version`: the present one, and what came in since."""

    version = serializers.IntegerField(required=False)
    newer = EventSerializer(many=True, required=False)


class Schema(AutoSchema):
    """Adds the answers in which something was wrong."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        told = {"401": "Nobody has signed in.", "403": "Not for your role.", "429": "Too many requests for now."}
        told["503"] = "The database does not answer."
        if self.method == "POST":
            told |= {"409": "Not possible now, and why.", "413": "Too long.", "415": "Not the kind of body it takes."}
        if self.method == "POST" or self._is_list_view() or self.get_filter_backends():
            told["400"] = "A field or a parameter is not right."
        if "{" in self.path:
            told["404"] = "Not there, or not yours."
        for status, words in told.items():
            kind = ConflictSerializer if status == "409" else ErrorSerializer
            schema = self.resolve_serializer(kind, "response").ref
            bodies[status] = {"description": words, "content": {"application/json": {"schema": schema}}}
        return dict(sorted(bodies.items()))


def told_whole(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """Records are only read, and tell every field: what the models may leave out is never left out of an answer."""
    for name, component in result["components"]["schemas"].items():
        if "properties" in component and name != "Conflict":
            component["required"] = sorted(component["properties"])
            for field in component["properties"].values():
                field.pop("default", None)
    result["components"]["schemas"]["Brief"]["additionalProperties"] = False  # else a whole record were one too
    return result
