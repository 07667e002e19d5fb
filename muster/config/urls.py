"""Every address: nouns, kebab-case, the school first."""

from django.urls import include, path

from muster.config import health

handler400 = "muster.config.errors.unreadable"
handler403 = "muster.config.errors.forbidden"
handler404 = "muster.config.errors.missing"
handler500 = "muster.config.errors.failed"

urlpatterns = [
    path("health", health.health, name="health"),
    path("", include("muster.people.urls_account")),
    path("", include("muster.pages.urls")),
    path(
        "<slug:school>/",
        include(
            [
                path("", include("muster.people.urls")),
                path("", include("muster.curriculum.urls")),
                path("", include("muster.markbook.urls")),
                path("", include("muster.exchange.urls")),
            ]
        ),
    ),
]
