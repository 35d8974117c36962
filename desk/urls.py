"""Placeholder"""
app_name = "desk"
urlpatterns: list = []
