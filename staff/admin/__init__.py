"""What administrators keep: departments, areas, people, programs' tokens and the working calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from staff.admin import calendar, lockout, people, places, tokens

__all__ = ["calendar", "lockout", "people", "places", "tokens"]

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
