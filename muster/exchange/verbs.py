"""What exchange writes in history. A verb is also the kind of its change set."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    CLASS_LIST_IMPORTED = "class-list:imported"
