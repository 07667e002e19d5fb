"""What exchange writes in history. A verb is also the kind of its change set."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    FILE_IMPORTED = "file:imported"


told.offer(
    {
        Verb.FILE_IMPORTED: gettext_lazy("A file of people and classes was brought in."),
    }
)
told.offer_pages({"exchange:upload": gettext_lazy("Looked at what a file would change.")})
told.offer_pages({"exchange:refused": gettext_lazy("Took out the rows of a file that stayed out.")})
