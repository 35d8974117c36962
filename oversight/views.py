"""The board's pages: find, count, answer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from oversight import exports, handover, replica, taken
from oversight.board import Board
from oversight.columns import columns_of, order_of, told
from oversight.filters import Asked
from oversight.lists import in_order, listed
from oversight.models import Export
from oversight.records import ORDER, Record
from oversight.rows import Rows, rows_of
from staff.paging import page
from staff.typing import StaffRequest
from workorders.filters import WorkOrderFilter

PAGE_SIZE = 50
EVERY_ORDER = "workorders.view_every_order"


@login_required
@permission_required("oversight.view_board", raise_exception=True)
@require_GET
@replica.report
def board(request: StaffRequest) -> HttpResponse:
    """How the hotline does in a period: a sentence, tiles, the trend, the league table, open cases."""
    return render(request, "oversight/board.html", {"board": Board(Asked.of(request.GET)), "as_of": replica.as_of()})


@login_required
@permission_required(["oversight.view_board", EVERY_ORDER], raise_exception=True)
@require_GET
@replica.report
def rows(request: StaffRequest) -> HttpResponse:
    """The rows behind one number."""
    asked, found = _asked_rows(request)
    columns = columns_of(found.record, listed=True)
    listed_rows = found.listed()
    with_order = listed_rows.select_related("order") if found.record.order else listed_rows
    shown = page(told(with_order, columns), found.ordering, request.GET.get("at", ""), PAGE_SIZE)
    lines = [
        (order_of(row), [(column.label, getattr(row, name)) for name, column in columns.items()]) for row in shown.rows
    ]
    context = {
        "asked": asked,
        "found": found,
        "count": found.count,
        "columns": columns.values(),
        "lines": lines,
        "page": shown,
        "as_of": replica.as_of(),
    }
    return render(request, "oversight/rows.html", context)


def _asked_rows(request: StaffRequest) -> tuple[Asked, Rows]:
    asked = Asked.of(request.GET)
    found = rows_of(asked, request.GET)
    if found is None:
        raise Http404
    return asked, found


@login_required
@permission_required(["oversight.view_board", "oversight.export_board"], raise_exception=True)
@require_GET
@replica.report
def export_board(request: StaffRequest) -> FileResponse:
    """The board as a workbook: figures, what they are made of, definitions."""
    written = exports.board(Board(Asked.of(request.GET)), by=request.user)
    return handover.workbook(request, written, Export.What.BOARD, by=request.user)


@login_required
@permission_required(["oversight.view_board", EVERY_ORDER, "workorders.export_workorders"], raise_exception=True)
@require_GET
@replica.report
def export_rows(request: StaffRequest, form: str) -> HttpResponseBase:
    """The rows behind one number."""
    _asked, found = _asked_rows(request)
    title = " · ".join([found.title, *found.facts])
    return _export(request, form, found.record, found.listed().order_by("-pk"), title, Export.What.ROWS)


@login_required
@permission_required("workorders.export_workorders", raise_exception=True)
@require_GET
def export_orders(request: StaffRequest, form: str) -> HttpResponseBase:
    """A list of orders, with the list's own parameters."""
    orders = listed(request.user, request.GET.get("queue", ""))
    if orders is None:
        raise Http404
    filters = WorkOrderFilter(request.GET, queryset=orders, request=request)
    found = in_order(filters.qs, request.GET.get("sort"))
    return _export(request, form, ORDER, found, _("Orders"), Export.What.ORDERS)


def _export(
    request: StaffRequest, form: str, record: Record, queryset: QuerySet[Any], title: str, what: Export.What
) -> HttpResponseBase:
    if form == "csv":
        return handover.stream(request, record, queryset, what, by=request.user)
    if not exports.fits(queryset):
        asked, page = request.GET.urlencode(), "desk:list" if what is Export.What.ORDERS else "oversight:rows"
        csv, back = f"{request.path.removesuffix(form)}csv?{asked}", f"{reverse(page)}?{asked}"
        context = {"limit": exports.LIMIT, "csv": csv, "back": back}
        return render(request, "oversight/too_long.html", context, status=409)
    before = taken.held(record, queryset)
    written = exports.rows(record, queryset, title, by=request.user)
    orders = (before, taken.held(record, queryset))
    return handover.workbook(request, written, what, by=request.user, orders=orders)
