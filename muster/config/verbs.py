"""What config writes into history."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    DEMO_PLANTED = "demo-planted"
