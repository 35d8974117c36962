"""The board's pages: find, count, answer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from oversight import exports, replica
from oversight.board import Board
from oversight.columns import COLUMNS, order_of, told
from oversight.filters import Asked
from oversight.models import Export
from oversight.rows import Rows, rows_of
from staff.now import now
from staff.paging import page
from staff.typing import StaffRequest
from workorders.filters import WorkOrderFilter
from workorders.paging import chosen

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
    listed = [column for column in COLUMNS[found.record.name] if column.listed]
    shown = page(told(found.record, found.queryset), "-id", request.GET.get("at", ""), PAGE_SIZE)
    lines = [(order_of(row), [(column.label, column.get(row)) for column in listed]) for row in shown.rows]
    context = {
        "asked": asked,
        "found": found,
        "count": found.queryset.count(),
        "columns": listed,
        "lines": lines,
        "page": shown,
        "limit": exports.LIMIT,
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
    return _answer(request, written, Export.What.BOARD)


@login_required
@permission_required(["oversight.view_board", EVERY_ORDER, "workorders.export_workorders"], raise_exception=True)
@require_GET
@replica.report
def export_rows(request: StaffRequest) -> FileResponse:
    """The rows behind one number as a workbook."""
    _asked, found = _asked_rows(request)
    title = " · ".join([found.title, *found.facts])
    written = exports.rows(found.record, found.queryset.order_by("-pk"), title, by=request.user)
    return _answer(request, written, Export.What.ROWS)


@login_required
@permission_required("workorders.export_workorders", raise_exception=True)
@require_GET
def export_orders(request: StaffRequest) -> FileResponse:
    """The list of orders as a workbook, with the list's own parameters."""
    orders = exports.listed(request.user, request.GET.get("queue", ""))
    if orders is None:
        raise Http404
    filters = WorkOrderFilter(request.GET, queryset=orders, request=request)
    ordering = chosen(request.GET.get("sort"))
    written = exports.orders(
        filters.qs.order_by(ordering, "-pk" if ordering.startswith("-") else "pk"), by=request.user
    )
    return _answer(request, written, Export.What.ORDERS)


def _answer(request: StaffRequest, written: exports.Written, what: Export.What) -> FileResponse:
    """Hand the workbook over, and put on record who took it."""
    at = now()
    Export.objects.create(by=request.user, at=at, what=what, asked=request.GET.urlencode(), rows=written.rows)
    name = f"{what}-{localtime(at):%Y%m%d-%H%M}.xlsx"
    return FileResponse(written.file, as_attachment=True, filename=name, content_type=exports.CONTENT_TYPE)
