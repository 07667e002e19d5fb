"""Addresses of attendance, below the school's."""

from django.urls import path

from muster.attendance import views

urlpatterns = [
    path("registers/", views.registers, name="registers"),
    path("classes/<int:class_id>/register/", views.register_now, name="register-now"),
    path("classes/<int:class_id>/registers/<slug:on>/<slug:session>/", views.register, name="register"),
]
