"""What curriculum writes in history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


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
    FRAMEWORK_PUBLISHED = "framework:published"
    """A version was offered to the other schools of the trust, or withdrawn by undoing that."""
    FRAMEWORK_TAKEN = "framework:taken"
    """A version another school published was taken into the school's own copy."""
    PACE_CHANGED = "pace:changed"
    """How many seconds a mark takes, for the workload line."""
    SNAPSHOTS_CHANGED = "snapshots:changed"
    """Snapshots of a year were added, renamed, moved to another day or retired."""
    SCALE_ADDED = "scale:added"
    SCALE_CHANGED = "scale:changed"


told.offer(
    {
        Verb.CURRICULUM_CHANGED: gettext_lazy("A framework was changed."),
        Verb.FRAMEWORK_ADDED: gettext_lazy("A framework was added."),
        Verb.FRAMEWORK_FILLED: gettext_lazy("Objectives came in from a list or a file."),
        Verb.OBJECTIVE_SPLIT: gettext_lazy("An objective became several."),
        Verb.OBJECTIVES_MERGED: gettext_lazy("Several objectives became one."),
        Verb.FRAMEWORK_PUBLISHED: gettext_lazy("A framework was published in the trust."),
        Verb.FRAMEWORK_TAKEN: gettext_lazy("A published framework was taken."),
        Verb.PACE_CHANGED: gettext_lazy("How long a mark is reckoned to take was changed."),
        Verb.SNAPSHOTS_CHANGED: gettext_lazy("The snapshots of a year were changed."),
        Verb.SCALE_ADDED: gettext_lazy("A scale was added."),
        Verb.SCALE_CHANGED: gettext_lazy("A scale was changed."),
    }
)
