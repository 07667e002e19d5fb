"""Addresses of privacy, below the school's."""

from django.urls import path

from muster.privacy import views

urlpatterns = [path("history/", views.history, name="history")]
