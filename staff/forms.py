"""The forms of a person: signing in, and as administrators fill them in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, AuthenticationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.lockout import held_until
from staff.models import User
from staff.roles import BY_NAME


class SignInForm(AuthenticationForm):
    """Django's own; who is held back is told until when, the same for a name that is nobody's."""

    def get_invalid_login_error(self) -> ValidationError:
        until = held_until(self.cleaned_data["username"], self.request)
        if until is None:
            return super().get_invalid_login_error()
        moment = formats.time_format(timezone.localtime(until + timedelta(seconds=59)), "H:i")  # a whole minute
        words = gettext("Signing in failed too often. Try again at %(time)s, or ask an administrator.")
        return ValidationError(words % {"time": moment}, code="held_back")


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """The groups, by the names of their roles."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(Group.objects.order_by("pk"), label=_("Roles"), required=False, widget=widget, **kwargs)

    def label_from_instance(self, group: Group) -> str:
        role = BY_NAME.get(group.name)
        return str(role.label) if role else group.name


class OneSide(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A person works for the hotline or for a department: roles of both would open every order to a department."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [BY_NAME[group.name] for group in cleaned.get("groups") or () if group.name in BY_NAME]
        if any(role.in_department for role in given) and not cleaned.get("department"):
            self.add_error("department", _("This role needs a department."))
        if any(not role.in_department for role in given) and cleaned.get("department"):
            self.add_error("groups", _("People of a department have department roles only."))
        return cleaned


class PersonForm(OneSide, UserChangeForm):  # type: ignore[type-arg]  # generic only in the stubs
    groups = RolesField()

    class Meta(UserChangeForm.Meta):
        model = User


class NewPersonForm(OneSide, AdminUserCreationForm):  # type: ignore[type-arg]  # generic only in the stubs
    groups = RolesField()

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name", "department", "phone", "groups")
