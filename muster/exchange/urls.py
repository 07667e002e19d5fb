"""Addresses of exchange, inside a school."""

from django.urls import path

from muster.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/new/", views.class_list, name="class_list"),
    path("frameworks/<int:framework_id>/file/", views.framework_file, name="framework_file"),
    path("frameworks/<int:framework_id>/objectives.csv", views.framework_rows_out, name="framework_rows"),
]
