"""Config: settings, addresses, entry points."""

from django.apps import AppConfig


class Config(AppConfig):
    """The app that joins the others."""

    name = "muster.config"
    label = "config"
