"""What markbook writes in history."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/markbook.md."""

    JUDGEMENTS_ADDED = "judgements:added"
    NOTES_ADDED = "notes:added"
