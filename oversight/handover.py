"""A file is handed over, and it is put on record who took it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from oversight import exports, replica, streams
from oversight.models import Export
from oversight.records import Record
from staff.models import User
from staff.now import now
from workorders.errors import NotAllowed


def workbook(request: HttpRequest, written: exports.Written, what: Export.What, *, by: User) -> FileResponse:
    """A finished workbook."""
    taken = _taken(request, what, by)
    taken.rows = written.rows
    taken.save()
    name = f"{_name(taken)}.xlsx"
    return FileResponse(written.file, as_attachment=True, filename=name, content_type=exports.CONTENT_TYPE)


def stream(
    request: HttpRequest, record: Record, queryset: QuerySet[Any], what: Export.What, *, by: User
) -> StreamingHttpResponse:
    """Rows on their way; who took them is on record before the first one leaves, how many when the last one has.

    Raises NotAllowed where a stream that breaks off would look like one that ended.
    """
    if request.META.get("SERVER_PROTOCOL") == "HTTP/1.0":
        raise NotAllowed(_("A list can be sent by HTTP/1.1 only: the proxy before this server has to speak it."))
    taken = _taken(request, what, by)
    lines = streams.lines(record, queryset, partial(_all, taken))
    taken.save()
    answer = StreamingHttpResponse(lines, content_type=streams.CONTENT_TYPE)
    name = f"{_name(taken)}-{by}.csv"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _taken(request: HttpRequest, what: Export.What, by: User) -> Export:
    """On record is that something was searched for, not what: it may have been a caller's number."""
    asked = request.GET.copy()
    if asked.get("q"):
        asked["q"] = "*"
    return Export(by=by, at=now(), what=what, asked=asked.urlencode())


def _all(taken: Export, rows: int) -> None:
    """It was taken to the end."""
    taken.rows = rows
    taken.save(update_fields=["rows"])


def _name(taken: Export) -> str:
    """What it is, and as of when."""
    return f"{taken.what}-{localtime(replica.as_of() or taken.at):%Y%m%d-%H%M}"
