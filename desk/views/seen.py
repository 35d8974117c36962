"""谁看过: who has seen an order, and what a person has seen; for supervisors."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from desk.views.orders import find
from oversight import handover
from oversight.seen import Mark, Trail
from staff.models import User
from staff.typing import StaffRequest

PAGE_SIZE = 50
FOUND = 20
MAY = ("workorders.view_look", "workorders.view_every_order")


@login_required
@permission_required(MAY, raise_exception=True)
@require_GET
def order_seen(request: StaffRequest, number: str) -> HttpResponse:
    """Everybody who had this order before him; `by` leaves one person."""
    order = find(request, number)
    asked = request.GET.get("by", "")
    who = get_object_or_404(User, username=asked) if asked else None
    page = Trail.of(order, who).page(Mark.read(request.GET.get("at", "")), PAGE_SIZE)
    return render(request, "desk/order_seen.html", {"order": order, "who": who, "page": page})


@login_required
@permission_required(MAY, raise_exception=True)
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """Find the person whose looks are asked for, by name or user name."""
    asked = request.GET.get("q", "").strip().replace("\x00", "")
    context = {"asked": asked, "found": named(asked), "most": FOUND}
    return render(request, "desk/people_seen.html", context)


def named(asked: str) -> list[User]:
    """The first people of this name or user name; of no name, nobody."""
    found = User.objects.filter(Q(username__istartswith=asked) | Q(name__icontains=asked)).select_related("department")
    return list(found[:FOUND]) if asked else []


@login_required
@permission_required(MAY, raise_exception=True)
@require_GET
def person_seen(request: StaffRequest, username: str) -> HttpResponse:
    """What a person had before him, revealed and took along."""
    who = get_object_or_404(User.objects.select_related("department"), username=username)
    page = Trail.of(None, who).page(Mark.read(request.GET.get("at", "")), PAGE_SIZE)
    return render(request, "desk/person_seen.html", {"who": who, "page": page})


@login_required
@permission_required([*MAY, "workorders.export_workorders"], raise_exception=True)
@require_GET
def export_person_seen(request: StaffRequest, username: str) -> HttpResponseBase:
    """The same as CSV, whole; who took it is on record."""
    who = get_object_or_404(User, username=username)
    return handover.looks(request, Trail.of(None, who), who, by=request.user)
