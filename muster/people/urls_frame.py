"""Addresses every page leads to: Today, More, the jump box, help, the outbox."""

from django.urls import path

from muster.people.views import help as helping
from muster.people.views import jump, sync, today

urlpatterns = [
    path("", today.today, name="today"),
    path("more/", today.more, name="more"),
    path("own/", today.own, name="own"),
    path("jump/", jump.jump, name="jump"),
    path("help/", helping.help_page, name="help"),
    path("sync/", sync.sync, name="sync"),
]
