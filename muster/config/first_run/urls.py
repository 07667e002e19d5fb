"""Addresses of the first run, below the school's."""

from django.urls import path

from muster.config.first_run import views

urlpatterns = [
    path("first-run/", views.first_run, name="first-run"),
    path("first-run/end/", views.first_run_end, name="first-run-end"),
    path("first-run/<slug:step>/", views.first_run_step, name="first-run-step"),
]
