"""Programs' tokens: issued here or by `manage.py issue_token`, and revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from staff.models import Token, User
from staff.now import now
from staff.tokens import issue, revoke


class OpenFilter(admin.SimpleListFilter):
    """Tokens that open something, and those that no longer do."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("in force")), ("over", _("expired or revoked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        in_force = {"revoked_at": None, "expires_at__gt": now()}
        if self.value() == "open":
            return queryset.filter(**in_force)
        return queryset.exclude(**in_force) if self.value() == "over" else queryset


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """A token is shown once, on the page that answers its issue; tokens are revoked, never deleted."""

    list_display = ("begins", "name", "person", "issued_at", "expires_at", "used_at", "revoked_at")
    list_filter = (OpenFilter,)
    list_select_related = ("person",)
    search_fields = ("begins", "name", "person__username", "person__name")
    autocomplete_fields = ("person",)
    fields = ("person", "name")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        return self.list_display if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        return [name for name in self.list_display if name != "name"] if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whose it may be: who may do everything gets one from his like only."""
        people = User.objects.filter(is_active=True)
        above = getattr(request.user, "is_superuser", False)
        kwargs["queryset"] = people if above else people.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.secret = issue(obj)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Shows the secret here and now: a message for the next page would keep it in a cookie."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Token issued"), "token": obj}
        answer = TemplateResponse(request, "admin/staff/token/issued.html", context)
        add_never_cache_headers(answer)
        return answer

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        ended = [token for token in queryset if revoke(token)]
        for token in ended:
            self.log_change(request, token, "revoked")
        words = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(ended)) % {"count": len(ended)}
        self.message_user(request, words, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
