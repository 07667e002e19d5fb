"""Every address: nouns, kebab-case, the school first."""

from django.urls import include, path

from muster.config import browser, health, trust
from muster.people.views.help import help_signing_in
from muster.people.views.today import front

handler400 = "muster.config.errors.unreadable"
handler403 = "muster.config.errors.forbidden"
handler404 = "muster.config.errors.missing"
handler500 = "muster.config.errors.failed"

urlpatterns = [
    path("health", health.health, name="health"),
    path("service-worker.js", browser.service_worker, name="service-worker"),
    path("trust/", trust.trust, name="trust"),
    path("trust/muster-authority.crt", trust.trust_file, name="trust-file"),
    path("", front, name="front"),
    path("help/", help_signing_in, name="help-signing-in"),
    path("", include("muster.people.urls_account")),
    path(
        "<slug:school>/",
        include(
            [
                # Sixty phones ask every two seconds while a roll call goes on.
                path("", include("muster.emergency.urls")),
                path("", include("muster.people.urls_frame")),
                path("", include("muster.people.urls")),
                path("", include("muster.config.first_run.urls")),
                path("", include("muster.privacy.urls")),
                path("", include("muster.curriculum.urls")),
                path("", include("muster.markbook.urls")),
                path("", include("muster.attendance.urls")),
                path("", include("muster.exchange.urls")),
            ]
        ),
    ),
]
