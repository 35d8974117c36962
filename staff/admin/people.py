"""People and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff import roles, second_factor, sessions
from staff.explain import listed
from staff.forms import NewPersonForm, PersonForm
from staff.models import User


class RoleFilter(admin.SimpleListFilter):
    """People by role, as roles are called."""

    title = _("roles")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role.name, str(role.label)) for role in roles.ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """People are switched off, never deleted: the timeline names them."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "name", "department", "roles", "is_active", "has_second_factor", "last_login")
    list_display_links = ("username", "name")
    list_filter = ("is_active", RoleFilter, "department__kind")
    list_select_related = ("department", "second_factor")
    search_fields = ("username", "name", "phone", "department__name")
    ordering = ("username",)
    autocomplete_fields = ("department",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    actions = ("reset_second_factor", "sign_out")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Person"), {"fields": ("name", "department", "phone", "email", "language")}),
        (_("Roles"), {"fields": ("groups",)}),
        (_("Account"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2")}),
        (_("Person"), {"classes": ("wide",), "fields": ("name", "department", "phone")}),
        (_("Roles"), {"classes": ("wide",), "fields": ("groups",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        return listed(str(role.label) for role in roles.roles_of(person))

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, person: User) -> bool:
        return hasattr(person, "second_factor")

    @admin.action(description=_("Reset the chosen people's second factor"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For who has lost app and recovery codes: the password alone signs in again."""
        by: Any = request.user
        count = sum(second_factor.reset(person, by=by) for person in self._below(request, queryset))
        words = ngettext("%(count)s second factor reset.", "%(count)s second factors reset.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Sign the chosen people out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For a lost or shared computer; password, second factor and programs' tokens stay as they are."""
        people = self._below(request, queryset)
        for person in people:
            sessions.end_all(person)
            self.log_change(request, person, "signed out everywhere")
        words = ngettext("%(count)s person signed out.", "%(count)s people signed out.", len(people))
        self.message_user(request, words % {"count": len(people)}, messages.SUCCESS)

    def _below(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Those of the chosen whom this administrator may change."""
        return [person for person in queryset if self.has_change_permission(request, person)]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is switched off is signed out, and stays so when he is switched on again."""
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            sessions.end_all(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        roles.admit(form.instance)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not getattr(request.user, "is_superuser", False)
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
