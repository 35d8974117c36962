"""登录日志: who signed in and what failed, for supervisors and administrators; and of himself, for everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from desk.views.seen import FOUND, named
from staff.models import SignInEntry, User
from staff.paging import page
from staff.typing import StaffRequest

PAGE_SIZE = 50


@login_required
@permission_required("staff.view_signinentry", raise_exception=True)
@require_GET
def sign_in_log(request: StaffRequest) -> HttpResponse:
    """Everybody's, the latest first; `who` leaves one person, `failed` what failed, `name` finds people."""
    asked, username = (request.GET.get(name, "").strip().replace("\x00", "") for name in ("name", "who"))
    who = get_object_or_404(User, username=username) if username else None
    entries = SignInEntry.objects.select_related("person")
    if who is not None:
        entries = entries.filter(person=who)
    if failed := "failed" in request.GET:
        entries = entries.filter(what__in=SignInEntry.FAILURES)
    found = page(entries, "-at", request.GET.get("at", ""), PAGE_SIZE)
    context = {"page": found, "who": who, "failed": failed, "asked": asked, "found": named(asked), "most": FOUND}
    return render(request, "desk/sign_in_log.html", context)


@login_required
@require_GET
def own_sign_ins(request: StaffRequest) -> HttpResponse:
    """A person's own: whether somebody else was there under his name, he sees first."""
    entries = SignInEntry.objects.filter(person=request.user).select_related("person")
    context = {"page": page(entries, "-at", request.GET.get("at", ""), PAGE_SIZE)}
    return render(request, "desk/own_sign_ins.html", context)
