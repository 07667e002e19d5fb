from django.apps import AppConfig
from django.utils.translation import gettext

from muster.pages.rules.said import Tongue


class PagesConfig(AppConfig):
    name = "muster.pages"
    label = "pages"

    def ready(self) -> None:
        Tongue.translate = staticmethod(gettext)
