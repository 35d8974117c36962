"""附件: files are added and removed beside the order, and fetched one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk.files import files_of
from desk.timeline import entries_of, timeline
from desk.views.orders import find
from staff.explain import listed
from staff.typing import StaffRequest
from workorders import actions, workflow
from workorders.errors import Invalid
from workorders.files.names import clean
from workorders.files.serving import served
from workorders.forms import RemovalForm
from workorders.looks import look
from workorders.models import Attachment, Look, WorkOrder


@login_required
@require_http_methods(["GET", "POST"])
def attachments(request: StaffRequest, number: str) -> HttpResponse:
    """The files of an order; several are added at once, and each that cannot be is named with the reason."""
    order = find(request, number)
    if request.method == "GET":
        look(order, Look.Door.FILE, by=request.user, request=request)
        return _page(request, order)
    workflow.ATTACH.check(order, request.user)
    sent, shown = request.FILES.getlist("file"), "for_departments" in request.POST
    added, refused = [], [] if sent else [("", _("Choose a file."))]
    for file in sent:
        try:
            added.append(actions.attach(order, by=request.user, file=file, for_departments=shown).name)
        except Invalid as invalid:
            refused += [(clean(file.name or ""), str(words)) for words in invalid.errors.values()]
    done = _("Added: %(names)s.") % {"names": listed(added)} if added else ""
    return _answer(request, order, done, refused=refused, shown=shown)


@login_required
@require_GET
def attachment(request: StaffRequest, number: str, attachment: int) -> Any:
    """The file itself, to be saved."""
    order = find(request, number)
    answer = served(_one(request, order, attachment))
    look(order, Look.Door.FILE, by=request.user, request=request)
    return answer


@login_required
@require_POST
def remove_attachment(request: StaffRequest, number: str, attachment: int) -> HttpResponse:
    """The file goes; its record stays."""
    order = find(request, number)
    found = _one(request, order, attachment)
    actions.check_detach(order, found, request.user)
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return _answer(request, order, "", removal=form, removing=found.pk)
    actions.detach(found, by=request.user, reason=form.cleaned_data["reason"])
    return _answer(request, order, _("Removed: %(name)s.") % {"name": found.name})


def _one(request: StaffRequest, order: WorkOrder, pk: int) -> Attachment:
    return get_object_or_404(Attachment.objects.filter(order=order).kept().visible_to(request.user), pk=pk)


def _answer(request: StaffRequest, order: WorkOrder, done: str, **wrong: Any) -> HttpResponse:
    """In place: the files and the timeline as they are now. On a page of its own: only what has to be mended."""
    is_wrong = bool(wrong.get("refused") or wrong.get("removal"))
    if not request.htmx and not is_wrong:
        messages.success(request, done)
        return redirect(f"{order.get_absolute_url()}#attachments")
    return _page(request, order, status=422 if is_wrong else 200, changed=done, **wrong)


def _page(request: StaffRequest, order: WorkOrder, *, status: int = 200, **more: Any) -> HttpResponse:
    events = entries_of(order)
    files = files_of(order, request.user, events)
    context = {"order": order, "files": files, "entries": timeline(events, files.names), **more}
    template = "desk/attachments_changed.html" if request.htmx else "desk/attachments_page.html"
    return render(request, template, context, status=status)
