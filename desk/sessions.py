"""登录: signing in, and not losing what was typed when a session ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from desk import drafts
from staff.forms import SignInForm
from staff.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# The sign-in page's field that carries a form which was sent without a session.
CARRIED = "carried"
# Who asks without leaving the page: htmx, and our own scripts.
OWN_SCRIPT = "X-Desk-Script"


class SignIn(auth.LoginView):
    """Sign in; a form that was carried here becomes a draft, and its page shows it again."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.redirect_authenticated_user = not in_place(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        carried = QueryDict(self.request.POST.get(CARRIED, ""))  # its own words, sent to himself
        if carried.get(drafts.FIELD):
            drafts.keep(user, carried[drafts.FIELD], carried)
        return JsonResponse({"token": get_token(self.request)}) if in_place(self.request) else response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if in_place(self.request):
            return JsonResponse({"words": " ".join(map(str, form.non_field_errors()))}, status=422)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {CARRIED: self.request.POST.get(CARRIED, "")}


class LostSessionMiddleware:
    """A request whose session has ended: a script is told 401 and asks the person in place; a form that was sent is
    carried to the sign-in page. Anything else goes its usual way, by `login_required`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if isinstance(request.user, User) or match is None or match.app_name != "desk":
            return None
        if in_place(request):
            return HttpResponse(status=401)
        if request.method != "POST":
            return None
        form = AuthenticationForm(request)
        carried = request.POST.copy()
        carried.pop("csrfmiddlewaretoken", None)
        words = _("You were signed out meanwhile. Sign in, and what you typed is there again.")
        next_page = request.path if carried.get(drafts.FIELD) else resolve_url(settings.LOGIN_REDIRECT_URL)
        context = {"form": form, "next": next_page, CARRIED: carried.urlencode(), "words": words}
        context["sign_in"] = resolve_url(settings.LOGIN_URL)
        return render(request, "registration/login.html", context, status=401)


def in_place(request: HttpRequest) -> bool:
    """Whether a script asks, on a page that stays."""
    return bool(getattr(request, "htmx", False)) or OWN_SCRIPT in request.headers
