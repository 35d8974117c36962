"""登录日志: who signed in and what failed, for supervisors and administrators; and of himself, with the sessions that
are open, for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desk.views.seen import FOUND, named
from staff import sessions
from staff.forms import EndSessionsForm
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
    """A person's own: whether somebody else was or is there under his name, he sees first."""
    found = sessions.live(request.user, request.session.session_key)
    return _own(request, found, EndSessionsForm(request, _others(found), initial={"which": EndSessionsForm.OTHERS}))


@login_required
@require_POST
def end_sessions(request: StaffRequest) -> HttpResponse:
    """One of his other sessions, or all of them. Not among the desk's addresses: those carry what was sent without a
    session to the sign-in page, and here a password is sent."""
    found = sessions.live(request.user, request.session.session_key)
    form = EndSessionsForm(request, _others(found), request.POST)
    if not form.is_valid():
        return _own(request, found, form)
    if form.cleaned_data["which"] == form.OTHERS:
        sessions.end_others(request.user, request)
        messages.success(request, _("All your other sessions have ended."))
    else:
        sessions.end_one(request.user, int(form.cleaned_data["which"]), request)
        messages.success(request, _("That session has ended."))
    return redirect("desk:own_sign_ins")


def _others(found: list[sessions.Live]) -> list[sessions.Live]:
    return [one for one in found if not one.is_this]


def _own(request: StaffRequest, found: list[sessions.Live], form: EndSessionsForm) -> HttpResponse:
    entries = SignInEntry.objects.filter(person=request.user).select_related("person")
    context = {"page": page(entries, "-at", request.GET.get("at", ""), PAGE_SIZE), "sessions": found, "form": form}
    return render(request, "desk/own_sign_ins.html", context)
