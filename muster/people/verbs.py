"""What people writes in history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/verbs.md. Also the kind of the change set, where there is one."""

    CHANGE_UNDONE = "change:undone"
    CLASS_ADDED = "class:added"
    CLASS_REMOVED = "class:removed"
    CLASS_RENAMED = "class:renamed"
    CLOSURE_ADDED = "closure:added"
    CLOSURE_REMOVED = "closure:removed"
    GROUP_ADDED = "group:added"
    GROUP_RENAMED = "group:renamed"
    GROUP_RETIRED = "group:retired"
    GUARDIAN_ADDED = "guardian:added"
    GUARDIAN_CHANGED = "guardian:changed"
    PLACEMENT_MADE = "placement:made"
    POST_CHANGED = "post:changed"
    POST_ENDED = "post:ended"
    POST_GIVEN = "post:given"
    PUPIL_CORRECTED = "pupil:corrected"
    PUPIL_JOINED_CLASS = "pupil:joined-class"
    PUPIL_LEFT = "pupil:left"
    PUPIL_LEFT_CLASS = "pupil:left-class"
    PUPIL_MOVED = "pupil:moved"
    PUPIL_RETURNED = "pupil:returned"
    PUPILS_ENROLLED = "pupils:enrolled"
    PUPILS_MERGED = "pupils:merged"
    RECORD_ACCEPTED = "record:accepted"
    RECORD_SENT = "record:sent"
    RECORD_TAKEN_BACK = "record:taken-back"
    SCHOOL_CHANGED = "school:changed"
    SCHOOL_FOUNDED = "school:founded"
    SCHOOL_SET_UP = "school:set-up"
    STAFF_ADDED = "staff:added"
    STAFF_LEFT = "staff:left"
    STAFF_RETURNED = "staff:returned"
    STATUS_SET = "status:set"
    TEACHING_BEGUN = "teaching:begun"
    TEACHING_ENDED = "teaching:ended"
    TEACHING_GROUP_MADE = "teaching-group:made"
    TEACHING_HANDED_OVER = "teaching:handed-over"
    WORDS_CHANGED = "words:changed"
    YEAR_ADDED = "year:added"
    YEAR_CHANGED = "year:changed"
    YEAR_GROUPS_CHANGED = "year-groups:changed"
    YEAR_PREPARED = "year:prepared"
    YEAR_TURNED = "year:turned"


told.offer(
    {
        Verb.CHANGE_UNDONE: gettext_lazy("A change was undone."),
        Verb.CLASS_ADDED: gettext_lazy("A class was made."),
        Verb.CLASS_REMOVED: gettext_lazy("A class was removed."),
        Verb.CLASS_RENAMED: gettext_lazy("A class was renamed."),
        Verb.CLOSURE_ADDED: gettext_lazy("Days were closed."),
        Verb.CLOSURE_REMOVED: gettext_lazy("Closed days were opened again."),
        Verb.GROUP_ADDED: gettext_lazy("A key group was added."),
        Verb.GROUP_RENAMED: gettext_lazy("A key group was renamed."),
        Verb.GROUP_RETIRED: gettext_lazy("A key group was put away, or taken up again."),
        Verb.GUARDIAN_ADDED: gettext_lazy("A parent or carer was added."),
        Verb.GUARDIAN_CHANGED: gettext_lazy("What is known of a parent or carer was changed."),
        Verb.PLACEMENT_MADE: gettext_lazy("A pupil was placed in a year group."),
        Verb.POST_CHANGED: gettext_lazy("The last day or the role of a member of staff’s post was changed."),
        Verb.POST_ENDED: gettext_lazy("A member of staff’s post was ended."),
        Verb.POST_GIVEN: gettext_lazy("A member of staff was given a post."),
        Verb.PUPIL_CORRECTED: gettext_lazy("A pupil’s record was put right."),
        Verb.PUPIL_JOINED_CLASS: gettext_lazy("Pupils joined a class."),
        Verb.PUPIL_LEFT: gettext_lazy("A pupil left the school."),
        Verb.PUPIL_LEFT_CLASS: gettext_lazy("A pupil left a class."),
        Verb.PUPIL_MOVED: gettext_lazy("A pupil moved to another class."),
        Verb.PUPIL_RETURNED: gettext_lazy("A pupil came back."),
        Verb.PUPILS_ENROLLED: gettext_lazy("Pupils joined the school."),
        Verb.PUPILS_MERGED: gettext_lazy("Two records of one pupil were joined."),
        Verb.RECORD_ACCEPTED: gettext_lazy("A record sent within the trust was accepted."),
        Verb.RECORD_SENT: gettext_lazy("A pupil’s record was sent to another school of the trust."),
        Verb.RECORD_TAKEN_BACK: gettext_lazy("A record sent within the trust was taken back."),
        Verb.SCHOOL_CHANGED: gettext_lazy("The school’s details were changed."),
        Verb.SCHOOL_FOUNDED: gettext_lazy("The school was added."),
        Verb.SCHOOL_SET_UP: gettext_lazy("The school was set up."),
        Verb.STAFF_ADDED: gettext_lazy("Somebody who works here and does not sign in was written down."),
        Verb.STAFF_LEFT: gettext_lazy("Somebody who does not sign in left the staff."),
        Verb.STAFF_RETURNED: gettext_lazy("Somebody who does not sign in works here again."),
        Verb.STATUS_SET: gettext_lazy("It was said whether a pupil is in a key group."),
        Verb.TEACHING_BEGUN: gettext_lazy("Somebody began to teach a class."),
        Verb.TEACHING_ENDED: gettext_lazy("Somebody no longer teaches a class."),
        Verb.TEACHING_GROUP_MADE: gettext_lazy("A teaching group was made."),
        Verb.TEACHING_HANDED_OVER: gettext_lazy("A class was handed over from one of the staff to another."),
        Verb.WORDS_CHANGED: gettext_lazy("The school’s own words were changed."),
        Verb.YEAR_ADDED: gettext_lazy("A school year was added."),
        Verb.YEAR_CHANGED: gettext_lazy("The dates of a school year were changed."),
        Verb.YEAR_GROUPS_CHANGED: gettext_lazy("Year groups were changed."),
        Verb.YEAR_PREPARED: gettext_lazy("It was said what is to become of classes or pupils next year."),
        Verb.YEAR_TURNED: gettext_lazy("The school year was turned into the next: pupils moved up or left."),
    }
)
told.offer_pages(
    {
        "own": gettext_lazy("Looked at what Muster knows of them or their child."),
        "pupil": gettext_lazy("Looked at a pupil’s page."),
        "correction": gettext_lazy("Looked at a pupil’s record to put it right."),
        "group-status": gettext_lazy("Looked at a pupil’s key groups."),
        "guardian": gettext_lazy("Looked at a parent or carer."),
        "sending": gettext_lazy("Looked at a pupil’s record to send it to another school."),
        "merge": gettext_lazy("Looked at two records side by side."),
    }
)
