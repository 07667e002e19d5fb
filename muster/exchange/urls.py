"""Addresses of exchange, inside a school."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
