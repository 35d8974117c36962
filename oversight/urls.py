"""The board's addresses."""

from django.urls import path

from oversight import views

app_name = "oversight"

FORMS = ("xlsx", "csv")

urlpatterns = [
    path("", views.board, name="board"),
    path("rows/", views.rows, name="rows"),
    path("board.xlsx", views.export_board, name="export_board"),
    *(path(f"rows.{form}", views.export_rows, {"form": form}, name="export_rows") for form in FORMS),
    *(path(f"orders.{form}", views.export_orders, {"form": form}, name="export_orders") for form in FORMS),
]
