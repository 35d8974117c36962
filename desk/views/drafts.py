"""Drafts: kept while typing, listed to be taken up again, thrown away by hand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk import drafts
from staff.typing import StaffRequest


@login_required
@require_GET
def draft_list(request: StaffRequest) -> HttpResponse:
    """What this person began and has not sent."""
    return render(request, "desk/drafts.html", {"drafts": drafts.listed(request.user)})


@login_required
@require_POST
def save_draft(request: StaffRequest, key: str) -> JsonResponse:
    """Keep what is typed so far."""
    if len(request.body) > drafts.LIMIT:
        raise BadRequest("too long for a draft")
    at = drafts.keep(request.user, key, request.POST)
    return JsonResponse({"words": _("saved %(at)s") % {"at": f"{localtime(at):%H:%M}"}})


@login_required
@require_POST
def drop_draft(request: StaffRequest, key: str) -> HttpResponse:
    """Throw a draft away."""
    drafts.drop(request.user, key)
    return redirect("desk:drafts")
