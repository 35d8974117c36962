"""When the database does not answer, takes nothing, or has no room: said plainly, and what was typed comes back.

In one place for every request, whatever part of it was reached: Django calls `server_error` for each error nobody
answered. Nothing here asks the database, so it has an answer when there is none.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg2
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError
from django.forms import CharField, Field
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from desk.forms import IntakeForm
from desk.refusals import place
from workorders.moves import form_for


class Trouble(NamedTuple):
    """Why nothing can be done, and after how many seconds it is worth trying again."""

    words: str | Promise
    seconds: int


AWAY = Trouble(_("The database does not answer: try again soon."), 5)
READ_ONLY = Trouble(_("Nothing can be saved now: the database is open for reading only. Try again later."), 60)
FULL = Trouble(_("Nothing can be saved: the disk of the database is full. Tell the administrator, then try again."), 60)
# By PostgreSQL's own codes: an appointed pause, and no room left.
BY_CODE = {"25006": READ_ONLY, "53100": FULL}
UNREACHED = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
HEADER = "Retry-After"


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What is wrong with the database, where the error says that something is; other errors are our own."""
    cause = error.__cause__ if isinstance(error, Error) else error
    if isinstance(cause, psycopg2.Error) and (trouble := BY_CODE.get(cause.pgcode or "")):
        return trouble
    return AWAY if isinstance(error, UNREACHED) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """An error nobody answered: 503 where the database is to blame, else 500; a page, a piece, or the API's object."""
    trouble = trouble_of(sys.exc_info()[1])
    status = 503 if trouble else 500
    if request.path_info.startswith("/api/"):
        words = trouble.words if trouble else _("Something went wrong; the fault is on record.")
        response: HttpResponse = JsonResponse({"detail": str(words), "errors": {}}, status=status)
    elif trouble is None:
        response = HttpResponse(render_to_string("500.html"), status=status)
    elif getattr(request, "htmx", False):
        response = _piece(request, trouble)
    else:
        response = _page(request, trouble)
    if trouble:
        response[HEADER] = str(trouble.seconds)
    return response


def _piece(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Beside the form, which stays as it was typed; nothing else on the page is touched."""
    response = HttpResponse(render_to_string("components/refusal.html", {"reason": trouble.words}), status=503)
    response["HX-Retarget"] = place(request)
    response["HX-Reswap"] = "innerHTML" if request.method == "POST" else "none"
    return response


def _page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """A page of its own in every language: who reads it could not be looked up. The form that was sent is on it."""
    told = []
    for code, _name in reversed(settings.LANGUAGES):
        with override(code):
            title, again, home = _t("Just now this does not work"), _t("Send again"), _t("Back to my work")
            kept = _t("Nothing is lost: what you typed stands here. Send it again from this page.")
            words = str(trouble.words)
            told.append({"code": code, "title": title, "words": words, "kept": kept, "again": again, "home": home})
    context = {"told": told, "action": request.get_full_path(), "token": get_token(request), **_typed(request)}
    return HttpResponse(render_to_string("503.html", context), status=503)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The fields of one of the desk's forms as they were sent: texts to be read and mended, the rest as it is."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.app_name != "desk":
        return {"texts": [], "others": []}
    fields, texts, others = _fields(match.url_name or "", match.kwargs), [], []
    for name, values in request.POST.lists():
        field = fields.get(name)
        for value in values:
            if isinstance(field, CharField) and not field.widget.is_hidden and value:
                texts.append({"name": name, "label": field.label, "value": value})
            elif name != "csrfmiddlewaretoken":
                others.append({"name": name, "value": value})
    return {"texts": texts, "others": others}


def _fields(address: str, kwargs: Mapping[str, Any]) -> Mapping[str, Field]:
    """The fields of the form behind an address of the desk."""
    if address == "intake":
        return IntakeForm.base_fields
    record = {"order_move": "workorder", "referral_move": "referral"}.get(address, "")
    form = form_for(record, str(kwargs.get("name", "")))
    return form.base_fields if form else {}
