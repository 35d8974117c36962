"""What administrators keep: departments, areas, people and the working calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff import roles
from staff.explain import holiday_words, listed
from staff.forms import NewPersonForm, PersonForm
from staff.loading import load_years
from staff.models import Area, CalendarDay, CalendarYear, Department, Tree, User, WorkingSession
from staff.now import now

admin.site.site_header = _("Hotline administration")
admin.site.site_title = _("Hotline administration")
admin.site.index_title = _("What the hotline works with")


def door(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """There is one page to sign in at, and it is not the administration's: what guards it guards this too."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))


admin.site.login = door  # type: ignore[method-assign]  # the site's own page is left out on purpose


class TreeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """A tree, in its order, each row under the one it belongs to."""

    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
    list_per_page = 200
    sortable_by = ()

    @admin.display(description=_("name"))
    def indented(self, row: Tree) -> str:
        return "\u3000" * (len(row.lineage()) - 1) + str(row)


@admin.register(Department)
class DepartmentAdmin(TreeAdmin):
    list_display = ("indented", "code", "kind", "phone", "people_count", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "code", "parent__name")
    fields = ("name", "code", "kind", "parent", "phone", "email", "is_active")
    prepopulated_fields = {"code": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Department]:
        people = Count("people", filter=Q(people__is_active=True))
        return Department.objects.annotate(people_count=people).order_by("path")

    @admin.display(description=_("people"))
    def people_count(self, department: Any) -> int:
        return int(department.people_count)


@admin.register(Area)
class AreaAdmin(TreeAdmin):
    list_display = ("indented", "code", "level")
    list_filter = ("level",)
    search_fields = ("name", "code", "parent__name")
    fields = ("name", "code", "level", "parent")


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


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("year", "is_official", "source", "loaded_at")
    list_filter = ("is_official",)
    fields = ("year", "is_official", "source", "loaded_at")
    readonly_fields = ("loaded_at",)
    actions = ("load_again",)

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        obj.loaded_at = now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Load the chosen years again"), permissions=["change"])
    def load_again(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        years = load_years(queryset.values_list("year", flat=True))
        words = ngettext("%(count)s year changed.", "%(count)s years changed.", len(years)) % {"count": len(years)}
        self.message_user(request, words, messages.SUCCESS)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """What a person enters here stays when the year is loaded again."""

    list_display = ("date", "weekday", "is_working", "called", "by_hand")
    list_filter = ("is_working", "by_hand")
    date_hierarchy = "date"
    ordering = ("-date",)
    search_fields = ("name",)
    fields = ("date", "is_working", "name")

    @admin.display(description=_("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        return formats.date_format(day.date, "l")

    @admin.display(description=_("name"), ordering="name")
    def called(self, day: CalendarDay) -> str:
        return holiday_words(day.name)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        obj.by_hand = True
        super().save_model(request, obj, form, change)


@admin.register(WorkingSession)
class WorkingSessionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    list_display = ("__str__",)
