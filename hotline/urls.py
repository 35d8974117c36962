"""Every address, and who answers."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.i18n import set_language

from desk.sessions import SignIn
from hotline.health import healthz

urlpatterns = [
    path("", include("desk.urls")),
    path("board/", include("oversight.urls")),
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("hotline.api")),
    path("healthz", healthz, name="healthz"),
]
