"""The desk's pages: find through the person, call one action, answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import drafts, queues
from desk.dossier import gather
from desk.forms import IntakeForm
from desk.similar import similar
from notices import actions as notices
from notices.models import Notice
from notices.words import words
from referrals.models import Referral
from staff.paging import page
from staff.typing import StaffRequest
from workorders import actions
from workorders import workflow as order_workflow
from workorders.errors import Stale
from workorders.filters import WorkOrderFilter
from workorders.models import Caller, WorkOrder
from workorders.moves import MoveForm, form_for
from workorders.paging import chosen
from workorders.scope import visible_orders

PAGE_SIZE = 50
SHOWN = ("category", "area", "holder_department", "holder_person", "lead_department")


@login_required
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The role's home: the person's queues, and what is most urgent in each."""
    tables = []
    for queue in queues.counted(request.user):
        rows = queues.rows(queue.kind, request.user).select_related(*SHOWN)
        rows = rows.order_by("next_due_at") if queue.kind.key != "registered" else rows.order_by("-registered_at")
        tables.append((queue, list(rows[:5]) if queue.count else []))
    return render(request, "desk/home.html", {"tables": tables})


@login_required
@require_GET
def rail(request: StaffRequest) -> HttpResponse:
    """The rail's live counts."""
    unread = Notice.objects.filter(recipient=request.user, read_at=None).count()
    return render(request, "shell/rail.html", {"queues": queues.counted(request.user), "unread": unread})


@login_required
@require_GET
def order_list(request: StaffRequest) -> HttpResponse:
    """Orders, narrowed by what the address says."""
    kind = queues.BY_KEY.get(request.GET.get("queue", ""))
    if kind is not None and kind not in queues.queues_of(request.user):
        raise Http404
    orders = queues.rows(kind, request.user) if kind else visible_orders(request.user)
    filters = WorkOrderFilter(request.GET, queryset=orders)
    ordering = chosen(request.GET.get("sort") or ("next_due_at" if kind and kind.key != "registered" else None))
    found = page(filters.qs.select_related(*SHOWN), ordering, request.GET.get("at", ""), PAGE_SIZE)
    context = {"kind": kind, "filter": filters, "page": found, "ordering": ordering, "chips": chips(request, filters)}
    return render(request, "desk/list.html", context)


def chips(request: HttpRequest, filters: WorkOrderFilter) -> list[tuple[str, str, str]]:
    """What the list is narrowed by: (label, value, the address without it)."""
    found = []
    if not filters.form.is_valid():
        return []
    for name, value in filters.form.cleaned_data.items():
        for one in value if isinstance(value, list) else [value]:
            if one in (None, ""):
                continue
            field = filters.form.fields[name]
            choices = dict(getattr(field, "choices", ())) if isinstance(one, str) else {}
            rest = request.GET.copy()
            rest.pop("at", None)
            rest.setlist(name, [v for v in rest.getlist(name) if isinstance(value, list) and v != one])
            found.append((str(field.label), str(choices.get(one, one)), f"?{rest.urlencode()}"))
    return found


def find(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(visible_orders(request.user).select_related(*SHOWN, "registered_by"), number=number)


@login_required
@require_GET
def dossier(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about one order."""
    return _dossier(request, find(request, number))


@login_required
@require_GET
def peek(request: StaffRequest, number: str) -> HttpResponse:
    """The order in a side panel, for a look from the list."""
    return render(request, "desk/peek.html", {"dossier": gather(find(request, number), request.user)})


def _dossier(request: StaffRequest, order: WorkOrder, **more: Any) -> HttpResponse:
    template = "desk/dossier_body.html" if request.htmx and not request.htmx.boosted else "desk/dossier.html"
    return render(request, template, {"dossier": gather(order, request.user), **more})


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
    """Show a move's form in place, or carry the move out and show the dossier as it is then."""
    if form_class is None:
        raise Http404
    key = f"{form_class.move.record}:{record.pk}:{form_class.move.name}"
    if request.method == "GET":
        form_class.move.check(record, request.user)
        kept = drafts.find(request.user, key)
        form = form_class(record, request.user, initial={"version": order.version, **_first(kept)})
        return _form(request, form, order, key, saved_at=kept[1] if kept else None)
    form = form_class(record, request.user, request.POST)
    try:
        done = form.run()
    except Stale as stale:
        data = request.POST.copy()
        data["version"] = str(WorkOrder.objects.values_list("version", flat=True).get(pk=order.pk))
        form = form_class(record, request.user, data)
        return _form(request, form, order, key, newer=stale.newer)
    if done is None and form.errors:
        return _form(request, form, order, key)
    drafts.drop(request.user, key)
    if form_class.move is order_workflow.REVEAL:
        return _dossier(request, find(request, order.number), revealed=done)
    if not request.htmx:
        messages.success(request, _("Done: %(move)s.") % {"move": form_class.move.label})
        return redirect(order)
    still = visible_orders(request.user).filter(pk=order.pk).exists()
    if not still:  # a returned referral is no longer theirs to read
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect("desk:home").url
        return answer
    return _dossier(request, find(request, order.number), done=form_class.move.label)


def _first(kept: Any) -> dict[str, Any]:
    """A draft's fields as initial values."""
    if kept is None:
        return {}
    fields = {name: values if len(values) > 1 else values[0] for name, values in kept[0].lists() if values}
    fields.pop("version", None)
    return fields


def _form(
    request: StaffRequest, form: MoveForm, order: WorkOrder, key: str, *, saved_at: Any = None, newer: Any = ()
) -> HttpResponse:
    context = {"form": form, "order": order, "key": key, "saved_at": saved_at, "newer": newer}
    template = "components/move_form.html" if request.htmx else "desk/move.html"
    response = render(request, template, context, status=409 if newer else 422 if form.errors else 200)
    if request.htmx and request.method == "POST":
        response["HX-Retarget"] = "#move"
        response["HX-Reswap"] = "innerHTML"
    return response


INTAKE = "intake"


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_http_methods(["GET", "POST"])
def intake(request: StaffRequest) -> HttpResponse:
    """受理登记: register, answer on the spot or decline, on one screen."""
    if request.method == "GET":
        kept = drafts.find(request.user, INTAKE)
        form = IntakeForm(initial={**_first(kept), **request.GET.dict()})
        return render(request, "desk/intake.html", {"form": form, "saved_at": kept[1] if kept else None})
    form = IntakeForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/intake.html", {"form": form}, status=422)
    order = _register(request, form)
    drafts.drop(request.user, INTAKE)
    return redirect("desk:registered", order.number)


@transaction.atomic
def _register(request: StaffRequest, form: IntakeForm) -> WorkOrder:
    """The appeal and its end are one: an answer that cannot be given leaves no half-registered order."""
    data = form.cleaned_data
    order = actions.register(form.appeal(), by=request.user)
    if data["end"] == "answer":
        order = actions.answer_on_the_spot(order, by=request.user, reply=data["reply"], outcome=data["outcome"])
    elif data["end"] == "decline":
        order = actions.decline(order, by=request.user, reason=data["decline_reason"], explanation=data["reply"])
    return order


@login_required
@require_GET
def registered(request: StaffRequest, number: str) -> HttpResponse:
    """What to say to the caller: number, due day, how the answer will come."""
    return render(request, "desk/registered.html", {"order": find(request, number)})


@login_required
@permission_required("workorders.register_workorder", raise_exception=True)
@require_GET
def intake_help(request: StaffRequest) -> HttpResponse:
    """While typing: who this caller is, and the same matter where it is registered already."""
    phone = "".join(ch for ch in request.GET.get("caller_phone", "") if ch.isdigit())
    known = Caller.by_phone(phone) if len(phone) >= 7 else []
    found = similar(request.GET.get("content", ""), request.GET.get("address", ""))
    return render(request, "desk/intake_help.html", {"known": known, "similar": found})


@login_required
@require_POST
def save_draft(request: StaffRequest, key: str) -> JsonResponse:
    """Keep what is typed so far."""
    if len(request.body) > drafts.LIMIT:
        raise BadRequest("too long for a draft")
    at = drafts.keep(request.user, key, request.POST)
    return JsonResponse({"saved_at": f"{localtime(at):%H:%M}"})


@login_required
@require_POST
def drop_draft(request: StaffRequest, key: str) -> HttpResponse:
    """Throw a draft away."""
    drafts.drop(request.user, key)
    return redirect(request.POST.get("next") or "desk:home") if key != INTAKE else redirect("desk:intake")


@login_required
@require_http_methods(["GET", "POST"])
def notice_list(request: StaffRequest) -> HttpResponse:
    """What this person was told; POST marks all as read."""
    if request.method == "POST":
        notices.read(request.user)
        return redirect("desk:notices")
    rows = Notice.objects.filter(recipient=request.user)[:100]
    return render(request, "desk/notices.html", {"notices": [(notice, words(notice)) for notice in rows]})
