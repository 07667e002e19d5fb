"""What config writes into history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    DEMO_PLANTED = "demo-planted"


told.offer({Verb.DEMO_PLANTED: gettext_lazy("The demo was planted.")})
