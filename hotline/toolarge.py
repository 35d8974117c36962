"""What is sent is more than is taken: said as that, and what to do.

Django refuses it while reading, as something that was misread, and asks `handler400`.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from desk.refusals import place

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def misread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 for what is too much, beside the form where a page stays; else Django's own 400."""
    if not isinstance(exception, TOO_MUCH):
        return defaults.bad_request(request, exception)
    if not getattr(request, "htmx", False):
        return render(request, "413.html", status=413)
    reason = _("That is more than can be sent at once. Shorten it and send it again.")
    response = render(request, "components/refusal.html", {"reason": reason}, status=413)
    response["HX-Retarget"], response["HX-Reswap"] = place(request), "innerHTML"
    return response
