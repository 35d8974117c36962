"""The desk's addresses."""

from django.urls import path

from desk.views import attachments, drafts, home, intake, moves, orders, seen, sign_in_log

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("rail/", home.rail, name="rail"),
    path("notices/", home.notice_list, name="notices"),
    path("orders/", orders.order_list, name="list"),
    path("orders/search/", orders.search, name="search"),
    path("orders/<str:number>/", orders.dossier, name="dossier"),
    path("orders/<str:number>/peek/", orders.peek, name="peek"),
    path("orders/<str:number>/printed/", orders.printed, name="printed"),
    path("orders/<str:number>/seen/", seen.order_seen, name="order_seen"),
    path("orders/<str:number>/registered/", intake.registered, name="registered"),
    path("orders/<str:number>/attachments/", attachments.attachments, name="attachments"),
    path("orders/<str:number>/attachments/<int:attachment>/", attachments.attachment, name="attachment"),
    path(
        "orders/<str:number>/attachments/<int:attachment>/remove/",
        attachments.remove_attachment,
        name="remove_attachment",
    ),
    path("orders/<str:number>/<slug:name>/", moves.order_move, name="order_move"),
    path("referrals/<int:pk>/<slug:name>/", moves.referral_move, name="referral_move"),
    path("seen/", seen.people, name="people_seen"),
    path("seen/<str:username>/", seen.person_seen, name="person_seen"),
    path("seen/<str:username>/looks.csv", seen.export_person_seen, name="export_person_seen"),
    path("sign-in-log/", sign_in_log.sign_in_log, name="sign_in_log"),
    path("sign-in-log/mine/", sign_in_log.own_sign_ins, name="own_sign_ins"),
    path("register/", intake.new_intake, name="new_intake"),
    path("register/help/", intake.intake_help, name="intake_help"),
    path("register/questions/", intake.intake_questions, name="intake_questions"),
    path("register/<slug:draft>/", intake.intake, name="intake"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/<str:key>/", drafts.save_draft, name="draft"),
    path("drafts/<str:key>/drop/", drafts.drop_draft, name="drop_draft"),
]
