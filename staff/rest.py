"""What every collection of the API shares: how its pages, filters and bodies are read, and how strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import django_filters
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from staff.models import User
from staff.paging import page, read

M = TypeVar("M", bound=Model)


def body(request: Request) -> dict[str, Any]:
    """The object that was sent; `Body` lets nothing else in."""
    assert isinstance(request.data, dict)
    return request.data


def person(request: Request) -> User:
    """Who asks; everything is found through him."""
    assert isinstance(request.user, User)
    return request.user


class Anything(BaseContentNegotiation):
    """The answer has one form, whatever form was asked for; a refusal is JSON as everywhere."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Body(JSONParser):
    """A JSON object whose texts a database can hold."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        try:
            sent: Any = super().parse(stream, media_type, parser_context)
            if not isinstance(sent, dict):
                raise ParseError(_("The body is a JSON object."))
            wrong = [name for name, value in sent.items() if not _holdable(name) or not _holdable(value)]
        except RecursionError:
            raise ParseError(_("The body is nested too deeply.")) from None
        if wrong:
            words = _("It contains characters that are no text.")
            raise ValidationError({name.encode("ascii", "backslashreplace").decode(): [words] for name in wrong})
        return sent


def _holdable(value: Any) -> bool:
    """Whether every text in it can be stored: no NUL, no half of a character."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= ch <= "\udfff" for ch in value)
    if isinstance(value, Mapping):
        return all(_holdable(key) and _holdable(one) for key, one in value.items())
    return all(map(_holdable, value)) if isinstance(value, list) else True


class Pages(BasePagination):
    """Keyset pages: `results`, and the addresses of the next and the previous page.

    The view's `orderings` say what the list may be sorted by, the first unless asked.
    """

    size, most = 50, 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        orderings: tuple[str, ...] = view.orderings
        asked = request.query_params
        wrong: dict[str, list[str]] = {}
        ordering, cursor = asked.get("sort", orderings[0]), asked.get("at", "")
        text = asked.get("page_size", str(self.size))
        size = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        if not 1 <= size <= self.most:
            wrong["page_size"] = [_("A number from 1 to %(most)s.") % {"most": self.most}]
        if ordering not in orderings:
            wrong["sort"] = [_("One of: %(choices)s.") % {"choices": ", ".join(orderings)}]
        elif cursor and read(cursor, ordering, queryset) is None:
            wrong["at"] = [_("Not a place in this list: take it from `next` or `previous`.")]
        if wrong:
            raise ValidationError(wrong)
        found = page(queryset, ordering, cursor, size)
        here = request.build_absolute_uri()
        self.following = replace_query_param(here, "at", found.following) if found.following else None
        self.previous = replace_query_param(here, "at", found.previous) if found.previous else None
        return found.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.following, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The page after this one."},
                "previous": {**link, "description": "The page before this one."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.size}
        parameters = [
            ("at", {"type": "string"}, "Where the page begins, as `next` and `previous` have it."),
            ("page_size", size, "How many records a page holds."),
        ]
        if len(view.orderings) > 1:
            sort = {"type": "string", "enum": list(view.orderings), "default": view.orderings[0]}
            parameters.append(("sort", sort, "What the list is sorted by; a minus turns it round."))
        return [
            {"name": name, "in": "query", "required": False, "schema": schema, "description": words}
            for name, schema, words in parameters
        ]


class Filters(DjangoFilterBackend):
    """django-filter, and no misspelt parameter that would silently return everything."""

    def filter_queryset(self, request: Any, queryset: QuerySet[M], view: APIView) -> QuerySet[M]:
        kind = self.get_filterset_class(view, queryset)
        known: Mapping[str, django_filters.Filter] = kind.base_filters if kind else {}
        wrong: dict[str, list[str]] = {}
        for name in request.query_params:
            if name not in known and name not in getattr(view, "parameters", ()):
                wrong[name] = [_("There is no such filter.")]
        for name, one in known.items():
            said = request.query_params.getlist(name)
            if isinstance(one, django_filters.BooleanFilter) and not {"true", "false"}.issuperset(said):
                wrong[name] = [_("true or false.")]
            elif "" in said and not isinstance(one, django_filters.CharFilter):
                wrong[name] = [_("It is empty: leave it out.")]
        if wrong:
            raise ValidationError(wrong)
        found: QuerySet[M] = super().filter_queryset(request, queryset, view)
        return found


class May(BasePermission):
    """The endpoint's own permissions: {action: permission}; what is not named is open to all who signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        name = view.needs.get(view.action)
        return bool(request.user.is_authenticated) and (name is None or person(request).has_perm(name))


class Collection(GenericViewSet[M]):
    """A collection of records, found through the person who asks."""

    parser_classes = (Body,)
    pagination_class = Pages
    filter_backends = (Filters,)
    permission_classes = (May,)
    parameters: ClassVar[tuple[str, ...]] = ("at", "page_size", "sort")  # what is no filter
    orderings: ClassVar[tuple[str, ...]] = ("-id",)
    needs: ClassVar[dict[str, str]] = {}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What the API says is for the one who asked: nothing between keeps it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response
