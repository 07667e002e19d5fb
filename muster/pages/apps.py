from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "muster.pages"
    label = "pages"
