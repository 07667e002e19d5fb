"""Addresses of signing in and of one's own account, which belong to no school.

The names beginning with `account_` and `mfa_` are those django-allauth asks for.
"""

from django.urls import path

from muster.people.signin import views, views_account, views_links

urlpatterns = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/passkey/", views.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("sign-in/second-factor/", views.second_factor, name="mfa_authenticate"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("forgotten-password/", views_links.forgotten_password, name="account_reset_password"),
    path("sign-in-links/<str:token>/", views_links.sign_in_link, name="signin-link"),
    path("day-pass/", views_links.day_pass, name="signin-day-pass"),
    path("account/", views_account.account, name="signin-account"),
    path("account/name/", views_account.name, name="signin-name"),
    path("account/password/", views_account.password, name="account_change_password"),
    path("account/proof/", views_account.proof, name="account_reauthenticate"),
    path("account/second-factor/", views_account.second_factor, name="mfa_index"),
    path("account/authenticator/", views_account.authenticator, name="mfa_activate_totp"),
    path("account/authenticator/removal/", views_account.authenticator_removal, name="mfa_deactivate_totp"),
    path("account/passkeys/new/", views_account.new_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:number>/removal/", views_account.passkey_removal, name="mfa_remove_webauthn"),
    path("account/recovery-codes/", views_account.recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/sessions/<int:number>/end/", views_account.session_end, name="signin-session-end"),
    path("account/other-sessions/end/", views_account.other_sessions_end, name="signin-other-sessions-end"),
]
