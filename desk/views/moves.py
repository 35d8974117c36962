"""Moves in place: a form where the person is, and the dossier as it stands afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk import drafts
from desk.views.orders import find, show
from referrals.models import Referral
from staff.typing import StaffRequest
from workorders import workflow
from workorders.errors import Stale
from workorders.looks import look
from workorders.models import Look, WorkOrder
from workorders.moves import MoveForm, form_for
from workorders.scope import visible_orders


@login_required
@require_http_methods(["GET", "POST"])
def order_move(request: StaffRequest, number: str, name: str) -> HttpResponse:
    order = find(request, number)
    return _move(request, order, order, form_for("workorder", name))


@login_required
@require_http_methods(["GET", "POST"])
def referral_move(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    parts = Referral.objects.visible_to(request.user).select_related("order__category", "department", "answer_step")
    referral = get_object_or_404(parts, pk=pk)
    return _move(request, referral, referral.order, form_for("referral", name))


def _move(request: StaffRequest, record: Any, order: WorkOrder, form_class: type[MoveForm] | None) -> HttpResponse:
    """Show a move's form, or carry the move out."""
    if form_class is None:
        raise Http404
    move = form_class.move
    key = f"{move.record}:{record.pk}:{move.name}"
    if request.method == "GET":
        move.check(record, request.user)
        kept = drafts.find(request.user, key)
        form = form_class(record, request.user, initial={"version": order.version, **drafts.initial(kept)})
        return _form(request, form, order, key, saved_at=kept[1] if kept else None)
    form = form_class(record, request.user, request.POST)
    try:
        done = form.run()
    except Stale as stale:
        drafts.keep(request.user, key, request.POST)
        data = request.POST.copy()
        data["version"] = str(WorkOrder.objects.values_list("version", flat=True).get(pk=order.pk))
        return _form(request, form_class(record, request.user, data), order, key, newer=stale.newer)
    if form.errors:
        move.check(record, request.user)  # what is not open anyway need not be filled in better
        drafts.keep(request.user, key, request.POST)
        return _form(request, form, order, key)
    drafts.drop(request.user, key)
    return _moved(request, order, move, done)


def _form(
    request: StaffRequest, form: MoveForm, order: WorkOrder, key: str, *, saved_at: Any = None, newer: Any = ()
) -> HttpResponse:
    """The form, on its own page or in place; a form sent back says so by its status."""
    context = {"form": form, "order": order, "key": key, "saved_at": saved_at, "newer": newer}
    look(order, Look.Door.FORM, by=request.user, request=request)
    template = "components/move_form.html" if request.htmx else "desk/move.html"
    response = render(request, template, context, status=409 if newer else 422 if form.errors else 200)
    if request.htmx and request.method == "POST":
        response["HX-Retarget"] = "#move"
        response["HX-Reswap"] = "innerHTML"
    return response


def _moved(request: StaffRequest, order: WorkOrder, move: workflow.Move, done: Any) -> HttpResponse:
    """The order as it is after the move."""
    words = _("Done: %(move)s.") % {"move": move.label}
    if move is workflow.REVEAL:  # what is revealed is shown once, here, and kept nowhere
        return show(request, find(request, order.number), revealed=done)
    if not visible_orders(request.user).filter(pk=order.pk).exists():  # handed on: it is no longer theirs to read
        messages.success(request, words)
        return (
            HttpResponse(status=204, headers={"HX-Redirect": resolve_url("desk:home")})
            if request.htmx
            else (redirect("desk:home"))
        )
    if not request.htmx:
        messages.success(request, words)
        return redirect(order)
    return show(request, find(request, order.number), done=words)
