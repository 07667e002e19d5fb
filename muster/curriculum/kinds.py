"""What kinds of change set curriculum makes, and how each is said where it can be undone."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """The kind of one act."""

    FRAMEWORK_ADDED = "curriculum:framework-added"
    FRAMEWORK_CHANGED = "curriculum:framework-changed"
    FRAMEWORK_RETIRED = "curriculum:framework-retired"
    FRAMEWORK_FILLED = "curriculum:framework-filled"
    SUBJECT_ADDED = "curriculum:subject-added"
    SUBJECT_CHANGED = "curriculum:subject-changed"
    SUBJECT_RETIRED = "curriculum:subject-retired"
    STRAND_ADDED = "curriculum:strand-added"
    STRAND_CHANGED = "curriculum:strand-changed"
    STRAND_RETIRED = "curriculum:strand-retired"
    STAGE_ADDED = "curriculum:stage-added"
    STAGE_CHANGED = "curriculum:stage-changed"
    STAGE_RETIRED = "curriculum:stage-retired"
    OBJECTIVE_ADDED = "curriculum:objective-added"
    OBJECTIVE_CHANGED = "curriculum:objective-changed"
    OBJECTIVE_RETIRED = "curriculum:objective-retired"
    OBJECTIVE_BACK = "curriculum:objective-brought-back"
    OBJECTIVE_SPLIT = "curriculum:objective-split"
    OBJECTIVES_MERGED = "curriculum:objectives-merged"
    MOVED = "curriculum:moved"
    SCALE_ADDED = "curriculum:scale-added"
    SCALE_CHANGED = "curriculum:scale-changed"
    SCALE_RETIRED = "curriculum:scale-retired"
    FRAMEWORK_PUBLISHED = "curriculum:framework-published"
    FRAMEWORK_TAKEN = "curriculum:framework-taken"
    SCALE_GIVEN = "curriculum:scale-given"
    SUMMING_UP_ADDED = "curriculum:summing-up-added"
    SUMMING_UP_CHANGED = "curriculum:summing-up-changed"
    SUMMING_UP_RETIRED = "curriculum:summing-up-retired"
    SNAPSHOTS_ADDED = "curriculum:snapshots-added"
    SNAPSHOT_CHANGED = "curriculum:snapshot-changed"
    SNAPSHOT_RETIRED = "curriculum:snapshot-retired"
    PACE_CHANGED = "curriculum:pace-changed"
    UNDONE = "curriculum:undone"


SAID = {
    Kind.FRAMEWORK_ADDED: _("Framework added."),
    Kind.FRAMEWORK_CHANGED: _("Framework changed."),
    Kind.FRAMEWORK_RETIRED: _("Framework retired. Marks on it are kept."),
    Kind.FRAMEWORK_FILLED: _("Objectives added."),
    Kind.SUBJECT_ADDED: _("Subject added."),
    Kind.SUBJECT_CHANGED: _("Subject changed."),
    Kind.SUBJECT_RETIRED: _("Subject retired. Marks on it are kept."),
    Kind.STRAND_ADDED: _("Strand added."),
    Kind.STRAND_CHANGED: _("Strand changed."),
    Kind.STRAND_RETIRED: _("Strand retired. Marks on it are kept."),
    Kind.STAGE_ADDED: _("Stage added."),
    Kind.STAGE_CHANGED: _("Stage changed."),
    Kind.STAGE_RETIRED: _("Stage retired."),
    Kind.OBJECTIVE_ADDED: _("Objective added."),
    Kind.OBJECTIVE_CHANGED: _("Objective changed."),
    Kind.OBJECTIVE_RETIRED: _("Objective retired. Marks on it are kept."),
    Kind.OBJECTIVE_BACK: _("Objective brought back."),
    Kind.OBJECTIVE_SPLIT: _("Split. Every mark is kept."),
    Kind.OBJECTIVES_MERGED: _("Merged. Every mark is kept."),
    Kind.MOVED: _("Moved."),
    Kind.SCALE_ADDED: _("Scale added."),
    Kind.SCALE_CHANGED: _("Scale changed."),
    Kind.SCALE_RETIRED: _("Scale retired. Marks with its words are kept."),
    Kind.FRAMEWORK_PUBLISHED: _("Published to the schools of your trust."),
    Kind.FRAMEWORK_TAKEN: _("Taken."),
    Kind.SCALE_GIVEN: _("Judged on another scale from now on. Every mark is kept."),
    Kind.SUMMING_UP_ADDED: _("Line added to the summative sheet."),
    Kind.SUMMING_UP_CHANGED: _("Line of the summative sheet changed."),
    Kind.SUMMING_UP_RETIRED: _("Line retired. Marks on it are kept."),
    Kind.SNAPSHOTS_ADDED: _("Added."),
    Kind.SNAPSHOT_CHANGED: _("Changed. No mark was moved."),
    Kind.SNAPSHOT_RETIRED: _("Retired. No mark was touched."),
    Kind.PACE_CHANGED: _("Every workload line counts with that now."),
    Kind.UNDONE: _("Undone."),
}
