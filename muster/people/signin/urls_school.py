"""Addresses inside a school where access is given. Included by muster/people/urls.py."""

from django.urls import path

from muster.people.signin import views_school

urlpatterns = [
    path("accounts/", views_school.accounts, name="signin-accounts"),
    path("accounts/new/", views_school.invitation, name="signin-invitation"),
    path("accounts/staff/", views_school.staff_new, name="staff-new"),
    path("accounts/staff/<int:staff_id>/leaving/", views_school.staff_leaving, name="staff-leaving"),
    path("accounts/<int:account_id>/", views_school.person, name="signin-person"),
    path("accounts/<int:account_id>/password-links/", views_school.password_link, name="signin-password-link"),
    path("accounts/<int:account_id>/second-factor-resets/", views_school.second_factor_reset, name="signin-reset"),
    path("accounts/<int:account_id>/session-ends/", views_school.session_ends, name="signin-sessions-end"),
    path("accounts/<int:account_id>/posts/<int:post_id>/end/", views_school.post_end, name="signin-post-end"),
    path("accounts/<int:account_id>/posts/<int:post_id>/last-day/", views_school.post_last_day, name="signin-last-day"),
    path("accounts/<int:account_id>/posts/<int:post_id>/role/", views_school.post_role, name="signin-role"),
    path("second-factor-resets/<int:link_id>/agreement/", views_school.agreement, name="signin-agreement"),
    path("day-passes/", views_school.day_passes, name="signin-day-passes"),
    path("day-passes/<int:pass_id>/withdrawal/", views_school.day_pass_withdrawal, name="signin-day-pass-withdrawal"),
]
