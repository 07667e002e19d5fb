"""What curriculum writes in history."""

from enum import StrEnum


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md."""

    CURRICULUM_CHANGED = "curriculum:changed"
    """Subjects, strands, stages or objectives of a framework were added, worded anew, moved or retired."""
    FRAMEWORK_ADDED = "framework:added"
    FRAMEWORK_FILLED = "framework:filled"
    """Objectives came in from a pasted list or a file."""
    OBJECTIVE_SPLIT = "objective:split"
    """One objective became several; `pupils` are those whose marks were carried over."""
    OBJECTIVES_MERGED = "objectives:merged"
    """Several objectives became one, likewise."""
    SNAPSHOTS_CHANGED = "snapshots:changed"
    """Snapshots of a year were added, renamed, moved to another day or retired."""
    SCALE_ADDED = "scale:added"
    SCALE_CHANGED = "scale:changed"
