"""Forms whose fields are copied as far as a form changes them."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass

T = TypeVar("T")


class Fields(dict[str, forms.Field]):
    """The fields a form is made with. Each form has copies of its own, so that it may set what it likes of a field or
    its widget; the lists within (choices, validators, messages) are the same for all and are replaced, never changed.
    To copy those as well, as Django does, was a tenth of what registering takes."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: _copied(field) for name, field in self.items()}


class LeanFields(DeclarativeFieldsMetaclass):
    """Makes the forms; Django's own leaves no other place to say how their fields are copied."""

    def __new__(cls, *args: Any, **kwargs: Any) -> LeanFields:
        form: Any = super().__new__(cls, *args, **kwargs)
        form.base_fields = Fields(form.base_fields)
        return form  # type: ignore[no-any-return]  # what the class above makes is one of ours


class LeanForm(forms.Form, metaclass=LeanFields):
    """A form with such fields."""


def _copied(field: forms.Field) -> forms.Field:
    copied = _twin(field)
    copied.widget = _twin(field.widget)
    copied.widget.attrs = dict(field.widget.attrs)
    if isinstance(copied, forms.ModelChoiceField):
        copied.queryset = copied.queryset  # asked anew, and by this field
    return copied


def _twin(thing: T) -> T:
    twin: T = object.__new__(type(thing))
    vars(twin).update(vars(thing))
    return twin
