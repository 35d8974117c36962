"""What lies before a person: his queues with their counts, his drafts, what he was told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from desk import drafts, queues
from desk.owed import rows
from notices import actions as notices
from notices.models import Notice
from notices.words import words
from staff.calendars import calendar_warnings
from staff.typing import StaffRequest

ROWS = 5


@login_required
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The role's home: the person's queues, and what is most urgent in each.

    Who can mend the calendar, and who answers for the limits, reads here what is missing from it.
    """
    counted = queues.counted(request.user)
    heads = queues.heads(counted, request.user, ROWS)
    shown = {row.order.pk: row for row in rows([order for _queue, first in heads for order in first], request.user)}
    tables = [(queue, [shown[order.pk] for order in first]) for queue, first in heads]
    may_mend = request.user.has_perm("staff.change_calendaryear")
    told = may_mend or request.user.has_perm("workorders.supervise_workorder")
    context = {"queues": counted, "tables": tables, "may_mend": may_mend}
    return render(request, "desk/home.html", {**context, "warnings": calendar_warnings() if told else []})


@login_required
@require_GET
def rail(request: StaffRequest) -> HttpResponse:
    """The rail's live counts."""
    context = {
        "queues": queues.counted(request.user),
        "here": request.GET.get("here", ""),
        "unread": Notice.objects.filter(recipient=request.user, read_at=None).count(),
        "drafts": drafts.count(request.user),
    }
    return render(request, "shell/rail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def notice_list(request: StaffRequest) -> HttpResponse:
    """What this person was told; POST marks all as read."""
    if request.method == "POST":
        notices.read(request.user)
        return redirect("desk:notices")
    told = Notice.objects.filter(recipient=request.user)[:100]
    return render(request, "desk/notices.html", {"notices": [(notice, words(notice)) for notice in told]})
