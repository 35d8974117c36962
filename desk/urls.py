"""The desk's addresses."""

from django.urls import path

from desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("rail/", views.rail, name="rail"),
    path("orders/", views.order_list, name="list"),
    path("orders/<str:number>/", views.dossier, name="dossier"),
    path("orders/<str:number>/peek/", views.peek, name="peek"),
    path("orders/<str:number>/registered/", views.registered, name="registered"),
    path("orders/<str:number>/<slug:name>/", views.order_move, name="order_move"),
    path("referrals/<int:pk>/<slug:name>/", views.referral_move, name="referral_move"),
    path("register/", views.intake, name="intake"),
    path("register/help/", views.intake_help, name="intake_help"),
    path("drafts/<str:key>/", views.save_draft, name="draft"),
    path("drafts/<str:key>/drop/", views.drop_draft, name="drop_draft"),
    path("notices/", views.notice_list, name="notices"),
]
