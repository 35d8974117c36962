"""登录: signing in, and not losing what was typed when a session ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from desk import drafts
from staff import second_factor, sign_in_log
from staff.forms import CodeForm, SignInForm
from staff.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# The sign-in page's field that carries a form which was sent without a session.
CARRIED = "carried"
# Who asks without leaving the page: htmx, and our own scripts.
OWN_SCRIPT = "X-Desk-Script"
ASKS_FOR_PASSWORD, ASKS_FOR_CODE = "registration/login.html", "registration/code.html"
# What is open to whose role needs a second factor before he has set it up.
OPEN = {"second_factor", "login", "login_code", "logout", "set_language", "healthz"}


class SignIn(auth.LoginView):
    """Sign in; a form that was carried here becomes a draft, and its page shows it again. Who has a second factor is
    not signed in yet: the next step asks for its code, and carries the form on."""

    template_name = ASKS_FOR_PASSWORD
    authentication_form: Any = SignInForm
    redirect_authenticated_user = True
    code_given = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.redirect_authenticated_user = not in_place(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not self.code_given and second_factor.of(user):
            return self.ask_for_code(user)
        sign_in_log.enter(sign_in_log.What.IN, user.username, self.request, form.factor)
        response = super().form_valid(form)
        self.request.session[second_factor.GIVEN] = self.code_given
        carried = QueryDict(self.request.POST.get(CARRIED, ""))  # its own words, sent to himself
        if carried.get(drafts.FIELD):
            drafts.keep(user, carried[drafts.FIELD], carried)
        if not in_place(self.request):
            return response
        told = {"token": get_token(self.request)}
        if second_factor.is_owed(self.request):
            told |= {"words": owed_words(), "set_up": reverse("second_factor")}
        return JsonResponse(told)

    def ask_for_code(self, user: User) -> HttpResponse:
        ticket = second_factor.ticket(user)
        if in_place(self.request):
            return JsonResponse({"ticket": ticket})
        context = self.get_context_data(form=CodeForm(initial={"ticket": ticket}))
        return render(self.request, ASKS_FOR_CODE, context)

    def form_invalid(self, form: Any) -> HttpResponse:
        if in_place(self.request):
            return JsonResponse({"words": said(form)}, status=422)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {CARRIED: self.request.POST.get(CARRIED, "")}


class SignInCode(SignIn):
    """The second step: the code. What was proved and typed before comes along in the form."""

    authentication_form = CodeForm
    template_name = ASKS_FOR_CODE
    code_given = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("login")  # there is nothing to come back to

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.person:
            return super().form_invalid(form)
        if in_place(self.request):
            return JsonResponse({"words": said(form), "again": True}, status=422)
        context = self.get_context_data(form=SignInForm(self.request), words=said(form), sign_in=reverse("login"))
        return render(self.request, ASKS_FOR_PASSWORD, context)


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
        return render(request, ASKS_FOR_PASSWORD, context, status=401)


class SecondFactorMiddleware:
    """Whose role needs a second factor sets it up before anything else. Programs have no session and are not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in OPEN or not second_factor.is_owed(request):
            return None
        if match.route.startswith("api/"):
            return JsonResponse({"detail": owed_words(), "errors": {}}, status=403)
        if in_place(request):
            return HttpResponse(status=401)
        back, key = request.get_full_path(), request.POST.get(drafts.FIELD)
        if request.method == "POST":
            back = request.path if key else resolve_url(settings.LOGIN_REDIRECT_URL)
            if key and isinstance(request.user, User):
                drafts.keep(request.user, key, request.POST)
        return redirect(f"{reverse('second_factor')}?{urlencode({'next': back})}")


def owed_words() -> str:
    return _("Your role needs a second factor. Set it up first.")


def said(form: Form) -> str:
    """What is wrong with it, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def in_place(request: HttpRequest) -> bool:
    """Whether a script asks, on a page that stays."""
    return bool(getattr(request, "htmx", False)) or OWN_SCRIPT in request.headers
