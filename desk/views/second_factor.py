"""二次验证: a person turns his second factor on and off."""

from __future__ import annotations

from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from staff import second_factor as factors
from staff.forms import TurnOffForm, TurnOnForm
from staff.models import SecondFactor
from staff.typing import StaffRequest


@login_required
@never_cache
def second_factor(request: StaffRequest) -> HttpResponse:
    """One page: what is not on can be turned on there, and what is on, off."""
    factor = factors.of(request.user)
    if factor is None:
        return _turn_on(request)
    if factors.is_owed(request):  # whatever opened this session, it was no code
        logout(request)
        return redirect_to_login(_next(request))
    return _turn_off(request, factor)


def _turn_on(request: StaffRequest) -> HttpResponse:
    form = TurnOnForm(request.user, request.POST or None)
    if form.is_valid() and form.factor:
        try:
            codes = factors.turn_on(form.factor)
        except IntegrityError:
            return redirect("second_factor")
        update_session_auth_hash(request, request.user)
        request.session[factors.GIVEN] = True
        return render(request, "registration/recovery_codes.html", {"codes": codes, "next": _next(request)})
    context = {"form": form, "next": _next(request), "is_owed": factors.is_owed(request)}
    return render(request, "registration/second_factor_on.html", context)


def _turn_off(request: StaffRequest, factor: SecondFactor) -> HttpResponse:
    form = TurnOffForm(request, request.POST or None)
    if form.is_valid():
        factors.turn_off(request.user)
        update_session_auth_hash(request, request.user)
        request.session[factors.GIVEN] = False
        return redirect("second_factor")
    left = factor.recovery_codes.filter(used_at=None).count()
    return render(request, "registration/second_factor_off.html", {"form": form, "factor": factor, "left": left})


def _next(request: StaffRequest) -> str:
    """Where the person wanted to go."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("desk:home")
