"""A file is handed over, and it is put on record who took it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from oversight import exports, replica, seen, streams, taken
from oversight.models import Export
from oversight.records import Record
from oversight.seen import Trail
from staff.models import User
from staff.now import now
from workorders.errors import NotAllowed

# What is in a person's name and must not be in a file's, nor in a header.
NO_WORD = re.compile(r"\W+")


def workbook(
    request: HttpRequest, written: exports.Written, what: Export.What, *, by: User, orders: Iterable[str] = ()
) -> FileResponse:
    """A finished workbook; `orders` are those it may hold, as often as they were asked (`oversight.taken`)."""
    export = _export(what, _asked(request), by)
    export.rows = written.rows
    with transaction.atomic():
        export.save()
        for held in orders:
            taken.keep(export, held)
    name = f"{_name(export)}.xlsx"
    return FileResponse(written.file, as_attachment=True, filename=name, content_type=exports.CONTENT_TYPE)


def stream(
    request: HttpRequest, record: Record, queryset: QuerySet[Any], what: Export.What, *, by: User
) -> StreamingHttpResponse:
    """Rows on their way; who took them is on record before the first one leaves, how many when the last one has.

    Raises NotAllowed where a stream that breaks off would look like one that ended.
    """
    _speaks_in_chunks(request)
    listed = queryset.using(queryset.db)  # the rows are asked once more when the report is over
    held = taken.held(record, listed)
    export = _export(what, _asked(request), by)

    def done(rows: int) -> None:
        taken.keep(export, taken.held(record, listed))
        _all(export, rows)

    lines = streams.lines(record, listed, done)
    with transaction.atomic():
        export.save()
        taken.keep(export, held)
    return _sent(lines, export)


def looks(request: HttpRequest, trail: Trail, person: User, *, by: User) -> StreamingHttpResponse:
    """What a person has seen, the latest first. Raises NotAllowed as `stream` does."""
    _speaks_in_chunks(request)
    export = _export(Export.What.LOOKS, urlencode({"person": person.username}), by)
    export.save()
    return _sent(seen.lines(trail, partial(_all, export)), export)


def _speaks_in_chunks(request: HttpRequest) -> None:
    if request.META.get("SERVER_PROTOCOL") == "HTTP/1.0":
        raise NotAllowed(_("A list can be sent by HTTP/1.1 only: the proxy before this server has to speak it."))


def _sent(lines: Iterator[bytes], export: Export) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=streams.CONTENT_TYPE)
    name = f"{_name(export)}.csv"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _export(what: Export.What, asked: str, by: User) -> Export:
    return Export(by=by, at=now(), what=what, asked=asked)


def _asked(request: HttpRequest) -> str:
    """On record is that something was searched for, not what: it may have been a caller's number."""
    asked = request.GET.copy()
    if asked.get("q"):
        asked["q"] = "*"
    return asked.urlencode()


def _all(export: Export, rows: int) -> None:
    """It was taken to the end."""
    export.rows = rows
    export.save(update_fields=["rows"])


def _name(export: Export) -> str:
    """What it is, as of when, and who took it."""
    when = localtime(replica.as_of() or export.at)
    return f"{export.what}-{when:%Y%m%d-%H%M}-{NO_WORD.sub('-', str(export.by))}"
