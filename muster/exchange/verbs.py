"""What exchange writes in history. A verb is also the kind of its change set."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    CLASS_LIST_IMPORTED = "class-list:imported"


told.offer(
    {
        Verb.CLASS_LIST_IMPORTED: gettext_lazy("A class list was brought in from a file."),
    }
)
told.offer_pages({"exchange:class_list": gettext_lazy("Looked at what a class list would change.")})
