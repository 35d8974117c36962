"""受理登记: the intake, its help while typing, and the card to read to the caller afterwards."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import drafts, registering
from desk.forms import IntakeForm
from desk.similar import known_callers, similar
from desk.views.orders import find
from staff.typing import StaffRequest
from workorders.looks import look
from workorders.models import Look


def key_of(draft: str) -> str:
    return f"{drafts.INTAKE}:{draft}"


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_GET
def new_intake(request: StaffRequest) -> HttpResponse:
    """A fresh form of its own, so that several calls can be taken side by side. A telephone system may name the number
    behind the address (`#caller_phone=`), where it stays in the browser."""
    return redirect(reverse("desk:intake", args=[secrets.token_hex(4)]))


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_http_methods(["GET", "POST"])
def intake(request: StaffRequest, draft: str) -> HttpResponse:
    """Register, answer on the spot, decline, or join what is registered already: on one screen."""
    key = key_of(draft)
    if request.method == "GET":
        kept = drafts.find(request.user, key)
        form = IntakeForm(initial=drafts.initial(kept))
        return _intake(request, form, key, saved_at=kept[1] if kept else None)
    form = IntakeForm(request.POST)
    if not form.is_valid():
        drafts.keep(request.user, key, request.POST)
        return _intake(request, form, key, status=422)
    number = registering.finish(form, typed=drafts.typed(request.POST), key=key, by=request.user)
    drafts.drop(request.user, key)
    return redirect("desk:registered", number)


def _intake(
    request: StaffRequest, form: IntakeForm, key: str, *, saved_at: object = None, status: int = 200
) -> HttpResponse:
    told = {name: str(form[name].value() or "") for name in ("caller_phone", "content", "address")}
    context = {"form": form, "key": key, "saved_at": saved_at, **_help(request, told)}
    return render(request, "desk/intake.html", context, status=status)


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_POST
def intake_help(request: StaffRequest) -> HttpResponse:
    """While typing: who this caller is, and the same matter where it is registered already. Asked by a form, so that
    number and text stand in no address."""
    return render(request, "desk/intake_help.html", _help(request, request.POST.dict()))


def _help(request: StaffRequest, told: dict[str, str]) -> dict[str, object]:
    """Of a caller who is known the latest order's mask is shown: whoever tries numbers is on record with that order."""
    known = known_callers(told.get("caller_phone", ""))
    if known:
        look(known[0].order, Look.Door.HELP, by=request.user, request=request)
    found = similar(told.get("content", ""), told.get("address", ""), known)
    return {"known": known, "similar": found}


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_GET
def intake_questions(request: StaffRequest) -> HttpResponse:
    """The extra questions of the category just picked."""
    return render(request, "desk/intake_questions.html", {"form": IntakeForm(initial=request.GET.dict())})


@login_required
@require_GET
def registered(request: StaffRequest, number: str) -> HttpResponse:
    """What to say to the caller: number, due day, how the answer will come."""
    order = find(request, number)
    context = {"order": order, "expected": registering.expected_answer(order)}
    look(order, Look.Door.PAGE, by=request.user, request=request)
    return render(request, "desk/registered.html", context)
