"""People and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff import roles
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
    list_display = ("username", "name", "department", "roles", "is_active", "last_login")
    list_display_links = ("username", "name")
    list_filter = ("is_active", RoleFilter, "department__kind")
    list_select_related = ("department",)
    search_fields = ("username", "name", "phone", "department__name")
    ordering = ("username",)
    autocomplete_fields = ("department",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        roles.admit(form.instance)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_superuser and not getattr(request.user, "is_superuser", False)
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
