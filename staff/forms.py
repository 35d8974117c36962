"""The forms of a person: signing in, the second factor, and as administrators fill them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AdminUserCreationForm, AuthenticationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff import second_factor
from staff.lockout import held_until
from staff.models import SecondFactor, User
from staff.roles import BY_NAME
from staff.sessions import Live
from staff.sign_in_log import Factor


class SignInForm(AuthenticationForm):
    """Django's own; who is held back is told until when, the same for a name that is nobody's."""

    factor: str = Factor.PASSWORD

    def get_invalid_login_error(self) -> ValidationError:
        held = held_back(self.cleaned_data["username"], self.request)
        return held or ValidationError(gettext("The user name or the password is wrong."), code="invalid_login")


def held_back(name: str, request: HttpRequest | None) -> ValidationError | None:
    """Until when, in words, where nothing is tried for this name or from here."""
    until = held_until(name, request)
    if until is None:
        return None
    moment = formats.time_format(timezone.localtime(until + timedelta(seconds=59)), "H:i")  # a whole minute
    words = gettext("Signing in failed too often. Try again at %(time)s, or ask an administrator.")
    return ValidationError(words % {"time": moment}, code="held_back")


class CodeField(forms.CharField):
    """A code of the person's app; `or_recovery`: or one of the recovery codes."""

    def __init__(self, *, or_recovery: bool = True, **kwargs: Any) -> None:
        typed = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        if not or_recovery:
            typed["inputmode"] = "numeric"
        widget = forms.TextInput(typed)
        help_text = _("Six digits from your authenticator app, or a recovery code.") if or_recovery else ""
        super().__init__(label=_("Code"), max_length=40, widget=widget, help_text=help_text, **kwargs)


WRONG_CODE = _("This code is wrong, too old, or was used before.")


class CodeForm(forms.Form):
    """The second step of signing in: whose password was right gives his code."""

    ticket = forms.CharField(widget=forms.HiddenInput)
    code = CodeField()

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.person = request, second_factor.bearer(self.data.get("ticket", ""))
        self.factor = ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.person is None:
            raise ValidationError(_("This took too long. Sign in again."))
        self.factor = second_factor.proves(self.person, code, self.request)
        if not self.factor:
            raise held_back(self.person.username, self.request) or ValidationError(WRONG_CODE)
        return code

    def get_user(self) -> User | None:
        return self.person


class TurnOnForm(forms.Form):
    """The first code shows that the app has the secret."""

    signed = forms.CharField(widget=forms.HiddenInput)
    code = CodeField(or_recovery=False)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.offer = second_factor.offer(person, self.data.get("signed", ""))
        self.initial["signed"] = self.offer.signed
        self.factor: SecondFactor | None = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.offer.signed != self.data.get("signed"):
            raise ValidationError(_("This took too long: scan again, there is a new secret."))
        self.factor = second_factor.proved_offer(self.person, self.offer.signed, code)
        if self.factor is None:
            raise ValidationError(_("This is not its code now. Is the phone's clock right?"))
        return code


class TurnOffForm(forms.Form):
    """Off again, by password and code."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    code = CodeField()

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        given, person = self.cleaned_data, self.request.user
        assert isinstance(person, User)
        if {"password", "code"} <= given.keys() and not second_factor.proves(
            person, given["code"], self.request, password=given["password"]
        ):
            wrong = _("Password or code is wrong, or the code was used before.")
            raise held_back(person.username, self.request) or ValidationError(wrong)
        return given


class EndSessionsForm(forms.Form):
    """Which of his sessions a person ends; by his password, so that whoever sits down at his desk does not."""

    OTHERS = "others"

    which = forms.ChoiceField(widget=forms.RadioSelect)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, others: Iterable[Live], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        which: Any = self.fields["which"]
        which.choices = [(self.OTHERS, ""), *((str(one.pk), one.device) for one in others)]
        which.error_messages["invalid_choice"] = _("This session has ended already.")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = self.request.user
        assert isinstance(person, User)
        if authenticate(self.request, username=person.username, password=password) is None:
            raise held_back(person.username, self.request) or ValidationError(_("The password is wrong."))
        return password


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
