"""Lists of orders and the order itself: narrowed by the address, found through the person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from desk import queues
from desk.chips import chips
from desk.dossier import gather, owed
from desk.owed import listed, rows
from desk.selects import selects
from staff.models import Area, User
from staff.paging import page
from staff.reading import among, columns, read
from staff.typing import StaffRequest
from workorders.filters import WorkOrderFilter
from workorders.looks import look
from workorders.models import Category, Look, WorkOrder
from workorders.paging import chosen
from workorders.scope import visible_orders
from workorders.standing import STANDING, TOLD
from workorders.typed import seal

PAGE_SIZE = 50

# An order with its standing and with what every page about it names.
BESIDE: dict[str, type[Model]] = {"category": Category, "area": Area, "registered_by": User}
FOUND = f"""
SELECT {columns(WorkOrder, "workorders_workorder")}, {STANDING}, {columns(Category, "kind", "category")},
       {columns(Area, "place", "area")}, {columns(User, "agent", "registered_by")}
FROM workorders_workorder JOIN workorders_category AS kind ON kind.id = workorders_workorder.category_id
LEFT JOIN staff_area AS place ON place.id = workorders_workorder.area_id
LEFT JOIN staff_user AS agent ON agent.id = workorders_workorder.registered_by_id
"""  # noqa: S608  columns of models and the facts of the law


@login_required
@require_GET
def order_list(request: StaffRequest) -> HttpResponse:
    """Orders, narrowed by what the address says."""
    kind = queues.BY_KEY.get(request.GET.get("queue", ""))
    if kind is not None and kind not in queues.queues_of(request.user):
        raise Http404
    orders = queues.rows(kind, request.user) if kind else visible_orders(request.user)
    filters = WorkOrderFilter(request.GET, queryset=orders, request=request)
    ordering = chosen(request.GET.get("sort") or (kind.sort if kind else None))
    found = page(listed(filters.qs), ordering, request.GET.get("at", ""), PAGE_SIZE)
    context = {
        "kind": kind,
        "filter": filters,
        "page": found,
        "rows": rows(found.rows, request.user),
        "ordering": ordering,
        "chips": chips(request.GET, filters),
        "selects": selects(request.GET),
    }
    return render(request, "desk/list.html", context)


@login_required
@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """A search comes by a form, and leads to an address in which nobody reads whom or what it was for."""
    query = request.POST.copy()
    query.pop("csrfmiddlewaretoken", None)
    if words := query.pop("q", [""])[0].strip():
        query["q"] = seal(words)
    return redirect(f"{reverse('desk:list')}?{query.urlencode()}")


def find(request: StaffRequest, number: str) -> WorkOrder:
    """The order, or 404 for one that is not there and for one that is not theirs alike."""
    ids, params = among(visible_orders(request.user).filter(number=number))
    found = read(WorkOrder, f"{FOUND} WHERE workorders_workorder.id IN ({ids})", [*TOLD, *params], BESIDE)
    if not found:
        raise Http404
    return found[0]


@login_required
@require_GET
def dossier(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about one order."""
    return show(request, find(request, number))


@login_required
@require_GET
def peek(request: StaffRequest, number: str) -> HttpResponse:
    """The order in a side panel, for a look from the list."""
    order = find(request, number)
    context = {"order": order, "steps": owed(order, request.user)}
    kept = look(order, Look.Door.PEEK, by=request.user, request=request)
    return render(request, "desk/peek.html", {**context, "unkept": not kept})


@login_required
@require_POST
def printed(request: StaffRequest, number: str) -> HttpResponse:
    """The browser is about to print the order."""
    look(find(request, number), Look.Door.PRINT, by=request.user, request=request)
    return HttpResponse(status=204)


def show(request: StaffRequest, order: WorkOrder, **more: Any) -> HttpResponse:
    """The dossier: the page, or the very piece of it that takes the place of the old one."""
    template = "desk/dossier_body.html" if request.htmx and not request.htmx.boosted else "desk/dossier.html"
    gathered = gather(order, request.user)
    kept = look(order, Look.Door.PAGE, by=request.user, request=request)
    return render(request, template, {"dossier": gathered, "unkept": not kept, **more})
