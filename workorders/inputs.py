"""A form as a program sees it: its fields with their types, as a schema, and filled in from JSON.

The API has no input of its own: what a page asks in a form, a program sends as an object with the same names.
Departments, areas and categories are named by their codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Exists, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.reverse import reverse

from staff.models import Area, Department
from workorders.models import Category

# Where the codes of a record are listed.
LISTED = {Department: "departments", Area: "areas", Category: "categories"}
# A list of codes up to this long is told with the field, a longer one is looked up where it is listed.
TOLD = 50

# The longest answer to an extra question, in characters.
ANSWER = 200

DATE = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)")
YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Shape:
    """How a field stands in JSON."""

    type: str
    format: str | None = None


def shape(field: forms.Field) -> Shape:
    match field:
        case forms.JSONField():
            return Shape("object")
        case forms.ModelMultipleChoiceField():
            return Shape("array", "code")
        case forms.ModelChoiceField():
            return Shape("string", "code")
        case forms.BooleanField():
            return Shape("boolean")
        case forms.DateTimeField():
            return Shape("string", "date-time")
        case forms.DateField():
            return Shape("string", "date")
        case forms.IntegerField():
            return Shape("integer")
        case forms.ChoiceField() if all(isinstance(value, int) for value, _label in choices(field)):
            return Shape("integer")
        case forms.ChoiceField() | forms.CharField():
            return Shape("string")
    raise TypeError(f"the API has no type for {type(field).__name__}")


def choices(field: forms.Field) -> list[tuple[Any, Any]]:
    """The closed list a field chooses from; empty where there is none."""
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return []
    listed: Any = field.choices
    return [(value, label) for value, label in listed if value != ""]


def listed(field: forms.Field) -> str:
    """Where a field's codes are listed, as the records are called; empty for a field without codes."""
    return LISTED[records(field).model] if isinstance(field, forms.ModelChoiceField) else ""


def records(field: forms.ModelChoiceField[Any]) -> QuerySet[Any]:
    assert field.queryset is not None
    return field.queryset


def is_required(field: forms.Field, *, keeps: bool) -> bool:
    """Whether a program must send it: not what has a value of its own when it is left out."""
    return bool(field.required) and field.initial is None and not keeps


# --- read: a JSON object becomes a form


def fill(fields: Mapping[str, forms.Field], body: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is bound to. Raises ValidationError naming each field of another type or not of this form.

    A field left out has the value in `kept`, else the form's own first value; null empties a field.
    """
    wrong: dict[str, list[str]] = {name: [_("There is no such field.")] for name in body if name not in fields}
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in body:
            value = kept.get(name, field.initial)
            if value is not None:
                values[name] = value
            continue
        try:
            value = read(field, body[name])
        except ValueError as error:
            wrong[name] = [str(error)]
        else:
            if value is not None:
                values[name] = value
    if wrong:
        raise ValidationError(wrong)
    return values


def read(field: forms.Field, value: Any) -> Any:
    """A JSON value as the form takes it. Raises ValueError, in words, for one of another type."""
    kind = shape(field)
    if value is None and kind.type != "boolean":
        return None
    match kind:
        case Shape("array"):
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise ValueError(_("A list of codes."))
        case Shape("object"):
            if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
                raise ValueError(_("An object of texts."))
            if any(len(one) > ANSWER for one in value.values()):
                raise ValueError(_("Each text has at most %(most)s characters.") % {"most": ANSWER})
        case Shape("boolean"):
            if not isinstance(value, bool):
                raise ValueError(_("true or false."))
        case Shape("integer"):
            if not isinstance(value, int) or isinstance(value, bool):
                raise ValueError(_("A whole number."))
        case Shape("string"):
            if not isinstance(value, str):
                raise ValueError(_("A text in quotes."))
            if kind.format == "date":
                return _moment(DATE, date.fromisoformat, value, _("A day: 2026-11-27."))
            if kind.format == "date-time":
                return _moment(MOMENT, datetime.fromisoformat, value, _("A moment: 2026-11-27T17:30:00+08:00."))
    return value


def _moment(pattern: re.Pattern[str], parse: Any, value: str, words: str) -> Any:
    """A day or a moment of the years people live in, or None where the text is empty."""
    if not value:
        return None
    try:
        if not pattern.fullmatch(value):
            raise ValueError
        moment = parse(value.upper())
    except ValueError:
        raise ValueError(words) from None
    if moment.year not in YEARS:
        raise ValueError(_("Not in our times."))
    return moment


def by_code(form: forms.BaseForm) -> None:
    """Let a form find its records by their codes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.to_field_name = "code"


def reject(form: forms.BaseForm) -> None:
    """Raise what a form found wrong, if anything."""
    if form.errors:
        raise ValidationError({name: [str(word) for word in words] for name, words in form.errors.items()})


# --- tell: a form becomes words a program can read


def codes(field: forms.ModelChoiceField[Any], initial: Any) -> Any:
    """A first value as codes: ids and records are what forms have, codes are what programs have."""
    many = isinstance(field, forms.ModelMultipleChoiceField)
    given = initial if isinstance(initial, list | tuple) else [initial]
    found: list[str] = [vars(one)["code"] for one in given if isinstance(one, Model)]
    if ids := [one for one in given if not isinstance(one, Model)]:
        found += records(field).model._default_manager.filter(pk__in=ids).values_list("code", flat=True)
    return found if many else (found[0] if found else None)


def first_value(form: forms.BaseForm, name: str) -> Any:
    """What stands in a field before anybody typed, as JSON has it."""
    field, value = form.fields[name], form.get_initial_for_field(form.fields[name], name)
    if value is None or value == "":
        return None
    if isinstance(field, forms.ModelChoiceField):
        return codes(field, value)
    return value.isoformat() if isinstance(value, date) else value


def told(name: str, field: forms.Field, initial: Any, *, keeps: bool = False) -> dict[str, Any]:
    """A field with all a program needs to fill it in; where codes are chosen from lists is told by `Teller`."""
    kind = shape(field)
    return {
        "name": name,
        "label": str(field.label or NAMES.get(name, name)),
        "type": kind.type,
        "format": kind.format,
        "required": is_required(field, keeps=keeps),
        "help_text": str(field.help_text),
        "choices": [{"value": value, "label": str(label)} for value, label in choices(field)] or None,
        "listed_at": None,
        "max_length": getattr(field, "max_length", None),
        "minimum": getattr(field, "min_value", None),
        "initial": initial,
    }


class Teller:
    """Tells forms to a program; lists of codes are read once however many fields choose from them."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._told: dict[str, list[dict[str, Any]] | None] = {}

    def fields(self, form: forms.BaseForm, *, keeps: bool = False) -> list[dict[str, Any]]:
        """Each field of a form with all a program needs to fill it in."""
        return [self._field(form, name, field, keeps) for name, field in form.fields.items()]

    def _field(self, form: forms.BaseForm, name: str, field: forms.Field, keeps: bool) -> dict[str, Any]:
        said = told(name, field, first_value(form, name), keeps=keeps)
        if isinstance(field, forms.ModelChoiceField):
            said["choices"] = self._codes(field)
            said["listed_at"] = reverse("api", request=self.request) + f"{listed(field)}/"
        return said

    def _codes(self, field: forms.ModelChoiceField[Any]) -> list[dict[str, Any]] | None:
        rows = records(field)
        key = str(rows.query)
        if key not in self._told:
            short = rows.filter(~Exists(rows[TOLD : TOLD + 1]))  # of a long list nothing is read
            self._told[key] = [{"value": row.code, "label": str(row)} for row in short] or None
        return self._told[key]


NAMES = {"version": gettext_lazy("the version you read; without it nothing is out of date")}


def schema(fields: Mapping[str, forms.Field], *, keeps: bool = False) -> dict[str, Any]:
    """The JSON schema of what `fill` takes."""
    required = [name for name, field in fields.items() if is_required(field, keeps=keeps)]
    told: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(name, field, keeps) for name, field in fields.items()},
    }
    return told | ({"required": required} if required else {})


def _property(name: str, field: forms.Field, keeps: bool) -> dict[str, Any]:
    kind = shape(field)
    words = [str(field.label or NAMES.get(name, "")), str(field.help_text)]
    told: dict[str, Any] = {"type": kind.type}
    if where := listed(field):
        words.append(f"A code, as listed under {where}.")
    elif kind.format:
        told["format"] = kind.format
    if kind.type == "object":
        told["additionalProperties"] = {"type": "string", "maxLength": ANSWER}
    if kind.type == "array":
        told["items"] = {"type": "string"}
    if options := [value for value, _label in choices(field)]:
        told["enum"] = [*options, *([] if field.required else [""] if kind.type == "string" else [])]
        if not field.required:
            told["enum"].append(None)
    if kind.type != "boolean" and not field.required:
        told["type"] = [kind.type, "null"]
    if (longest := getattr(field, "max_length", None)) is not None:
        told["maxLength"] = longest
    if field.required and kind.type == "string" and not options:
        told["minLength"] = 1
    if (least := getattr(field, "min_value", None)) is not None:
        told["minimum"] = least
    if field.initial is not None and not callable(field.initial):
        told["default"] = field.initial
    told["description"] = ". ".join(word.rstrip(".") for word in words if word)
    return told
