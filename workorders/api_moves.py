"""The law's moves as a program meets them: told with each record, and carried out by posting to `…/<move>/`.

Nothing here knows a single move: what is open comes from the table, what it asks from its form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer

from staff.models import User
from staff.rest import Collection, body, person
from workorders import inputs, preferring
from workorders.moves import FORMS, MoveForm
from workorders.workflow import Move, open_moves

M = TypeVar("M", bound=Model)
V = TypeVar("V", bound="type[MovingCollection[Any]]")


def plain(form_class: type[MoveForm]) -> list[dict[str, Any]]:
    """The fields of a form that is the same for every record, as the reader's language has them."""
    return _plain(form_class, get_language())


@cache
def _plain(form_class: type[MoveForm], language: str | None) -> list[dict[str, Any]]:
    return [inputs.told(name, field, field.initial) for name, field in form_class.base_fields.items()]


def told_moves(law: Iterable[Move], record: Any, *, version: int, base: str, key: Any, request: Request) -> list[Any]:
    """The moves open to the person who asks: name, address, and the fields to send."""
    by, teller = person(request), inputs.Teller(request)
    told = []
    for move in open_moves(law, record, by):
        form_class = FORMS[move.record, move.name]
        if form_class.is_plain():
            fields = [one | {"initial": version} if one["name"] == "version" else one for one in plain(form_class)]
        else:
            form = form_class(record, by, initial={"version": version})
            fields = teller.fields(form, keeps=form_class.keeps)
        told.append(
            {
                "name": move.name,
                "label": str(move.label),
                "url": reverse(f"{base}-{move.name}", args=[key], request=request),
                "method": "POST",
                "fields": fields,
            }
        )
    return told


def fill(form_class: type[MoveForm], record: Any, by: User, sent: dict[str, Any]) -> MoveForm:
    """A move's form, filled in from JSON."""
    kept = {}
    if form_class.keeps:
        shown = form_class(record, by)
        kept = {name: inputs.first_value(shown, name) for name in shown.fields}
    form = form_class(record, by, inputs.fill(form_class.base_fields, sent, kept))
    inputs.by_code(form)
    return form


class MovingCollection(Collection[M]):
    """A collection whose records have moves; `@with_moves` gives each its address."""

    law: ClassVar[tuple[Move, ...]]
    plural: ClassVar[str]
    told_as: ClassVar[type[BaseSerializer[Any]]]
    order: ClassVar[str] = ""  # the way from a record to its order

    def carry_out(self, request: Request, form_class: type[MoveForm]) -> Response:
        """Carry a move out and answer what the record is then; 204 when it is no longer this person's to read."""
        record = self.get_object()
        try:
            form = fill(form_class, record, person(request), body(request))
            done = form.run()
            inputs.reject(form)
        except ValidationError:
            form_class.move.check(record, person(request))  # what is not open anyway need not be filled in better
            raise
        return self.answer(form_class.move, record, done)

    def answer(self, move: Move, record: M, done: Any) -> Response:
        if preferring.wants_little(self.request):
            return self._answer_briefly(record)
        now = self.get_queryset().filter(pk=record.pk).first()
        return Response(status=204) if now is None else Response(self.get_serializer(now).data)

    def _answer_briefly(self, record: M) -> Response:
        found = self.get_queryset().prefetch_related(None).filter(pk=record.pk)
        now = found.values_list(f"{self.order}number", f"{self.order}version").first()
        if now is None:
            return Response(status=204)
        told = preferring.brief(self.request.build_absolute_uri("../"), *now)
        return Response(told, headers=preferring.applied(told))


def with_moves(answers: dict[str, type[BaseSerializer[Any]]]) -> Callable[[V], V]:
    """Give every move of the view's law its address and its own operation in the schema.

    `answers` names what a move answers where that is not the record.
    """

    def enter(view: V) -> V:
        for move in view.law:
            setattr(view, f"move_{move.name}", _operation(view, FORMS[move.record, move.name], answers.get(move.name)))
        return view

    return enter


def _operation(view: V, form_class: type[MoveForm], answer: type[BaseSerializer[Any]] | None) -> Any:
    move = form_class.move

    def carry_out(self: MovingCollection[Any], request: Request, **kwargs: Any) -> Response:
        return self.carry_out(request, form_class)

    carry_out.__name__ = f"move_{move.name}"
    carry_out.__doc__ = form_class.__doc__ if form_class.__dict__.get("__doc__") else None
    described = extend_schema(
        operation_id=f"{view.plural}_{move.name}",
        summary=str(move.label),
        parameters=[] if answer else [preferring.ASKED, preferring.FOLLOWED],
        request={"application/json": inputs.schema(form_class.base_fields, keeps=form_class.keeps)},
        responses={
            200: answer or preferring.whole_or_brief(view.told_as),
            204: OpenApiResponse(description="Done; the record is no longer yours to read."),
        },
    )
    return described(action(detail=True, methods=["post"], url_path=move.name, url_name=move.name)(carry_out))
