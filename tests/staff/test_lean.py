"""A form may do with its fields what it likes; the next one knows nothing of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django import forms

from desk.forms import IntakeForm
from oversight.filters import BoardForm
from staff.lean import LeanForm
from staff.models import Area
from tests.cast import City
from workorders.forms import SentAppealForm
from workorders.inputs import by_code
from workorders.models import Category

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [IntakeForm, SentAppealForm, BoardForm])
def test_fields_copied_leanly_are_written_as_django_copies_them(city: City, kind: type[LeanForm]) -> None:
    form, other = kind(), kind()
    for name, field in copy.deepcopy(dict(kind.base_fields)).items():
        other.fields[name] = field
    for name in other.fields:
        assert str(form[name]) == str(other[name]), name
        assert type(form.fields[name]) is type(other.fields[name])


def test_what_one_form_does_with_its_fields_stays_with_it(city: City) -> None:
    before = {name: str(IntakeForm()[name]) for name in IntakeForm.base_fields}
    form = IntakeForm()
    kind: Any = form.fields["kind"]
    for field in form.fields.values():
        field.required = not field.required
        field.help_text, field.initial, field.label = "changed", "changed", "changed"
        field.widget.attrs["class"] = "changed"
    kind.choices = [("changed", "changed")]
    category: Any = form.fields["category"]
    category.queryset = Category.objects.none()
    by_code(form)
    assert {name: str(IntakeForm()[name]) for name in IntakeForm.base_fields} == before
    fresh: Any = IntakeForm().fields["category"]
    assert fresh.label != "changed" and fresh.required and fresh.to_field_name is None and fresh.queryset.exists()


def test_a_picker_of_records_lists_them_anew_for_each_form(city: City) -> None:
    assert len(list(_areas(BoardForm()).choices)) == 1 + Area.objects.count()
    Area.objects.create(name="西区", code="west")
    asked = BoardForm()
    assert "西区" in [label for _value, label in _areas(asked).choices]
    assert _areas(asked).widget.choices.field is _areas(asked)  # not the field it was copied from


def _areas(form: forms.BaseForm) -> Any:
    return form.fields["area"]
