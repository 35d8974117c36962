"""Every address, and who answers."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from desk.sessions import SignIn, SignInCode
from desk.views.second_factor import second_factor
from desk.views.sign_in_log import end_sessions
from hotline.health import healthz

asked_and_sent = require_http_methods(["GET", "HEAD", "POST"])

handler400 = "hotline.toolarge.misread"
handler500 = "hotline.away.server_error"

urlpatterns = [
    path("", include("desk.urls")),
    path("board/", include("oversight.urls")),
    path("sign-in/", asked_and_sent(SignIn.as_view()), name="login"),
    path("sign-in/code/", asked_and_sent(SignInCode.as_view()), name="login_code"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("password/", asked_and_sent(auth.PasswordChangeView.as_view()), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("second-factor/", asked_and_sent(second_factor), name="second_factor"),
    path("sessions/end/", end_sessions, name="end_sessions"),
    path("language/", require_POST(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("hotline.api")),
    path("healthz", require_safe(healthz), name="healthz"),
]
