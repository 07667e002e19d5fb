"""What markbook writes in history."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/markbook.md."""

    GOLDEN_RULE_SWITCHED = "golden-rule:switched"
    JUDGEMENTS_ADDED = "judgements:added"
    NOTES_ADDED = "notes:added"
    PICTURE_ADDED = "picture:added"
    PICTURE_REMOVED = "picture:removed"
