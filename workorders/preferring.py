"""`Prefer: return=minimal` (RFC 7240): a program that has no use for the whole record asks to be spared it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request

HEADER, APPLIED = "Prefer", "Preference-Applied"
MINIMAL = "return=minimal"
ASKED = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=f"`{MINIMAL}` asks for the record's address, number and version instead of the whole of it. "
    f"A wish: `{APPLIED}` says that it was followed.",
)
FOLLOWED = OpenApiParameter(
    APPLIED,
    str,
    OpenApiParameter.HEADER,
    enum=[MINIMAL],
    response=[200, 201],
    description="There where less was asked for and less is told.",
)


class BriefSerializer(serializers.Serializer[Any]):
    """What is left to say to a program that did the thing itself: where the record is, and as of when."""

    url = serializers.URLField()
    number = serializers.CharField(help_text="The order's.")
    version = serializers.IntegerField(help_text="The order's, to send with the next move.")


BRIEF = frozenset({"url", "number", "version"})


def brief(url: str, number: str, version: int) -> dict[str, Any]:
    """A record as `BriefSerializer` has it."""
    return {"url": str(url), "number": number, "version": version}


def wants_little(request: Request) -> bool:
    """Whether less was asked for. Of what is said twice the first counts; what nobody knows counts for nothing."""
    for preference in request.headers.get(HEADER, "").split(","):
        name, _equals, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "return":
            return value.strip().strip('"').lower() == "minimal"
    return False


def applied(told: Any) -> dict[str, str]:
    """The header that says so, where what is told is the little."""
    return {APPLIED: MINIMAL} if told.keys() == BRIEF else {}


def whole_or_brief(whole: Any) -> Any:
    """The schema of an answer that is told whole or in brief."""
    name = whole.__name__.removesuffix("Serializer")
    return PolymorphicProxySerializer(f"{name}Answer", [whole, BriefSerializer], resource_type_field_name=None)
