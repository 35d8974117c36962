"""The board's addresses."""

from django.urls import path

from oversight import views

app_name = "oversight"

urlpatterns = [
    path("", views.board, name="board"),
    path("rows/", views.rows, name="rows"),
    path("board.xlsx", views.export_board, name="export_board"),
    path("rows.xlsx", views.export_rows, name="export_rows"),
    path("orders.xlsx", views.export_orders, name="export_orders"),
]
