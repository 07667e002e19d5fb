"""What markbook writes in history."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from muster.people import told


class Verb(StrEnum):
    """Each is described in docs/how-it-works/markbook.md."""

    GOLDEN_RULE_SWITCHED = "golden-rule:switched"
    JUDGEMENTS_ADDED = "judgements:added"
    NOTES_ADDED = "notes:added"
    PICTURE_ADDED = "picture:added"
    PICTURE_REMOVED = "picture:removed"
    FOLLOWING_ENDED = "following:ended"
    FOLLOWING_STARTED = "following:started"
    FOLLOWING_TAKEN_BACK = "following:taken-back"
    TAUGHT_SAID = "taught:said"


told.offer(
    {
        Verb.FOLLOWING_ENDED: gettext_lazy("A pupil no longer follows another framework."),
        Verb.FOLLOWING_STARTED: gettext_lazy("A pupil began to follow another framework."),
        Verb.FOLLOWING_TAKEN_BACK: gettext_lazy("It was taken back that a pupil follows another framework."),
        Verb.GOLDEN_RULE_SWITCHED: gettext_lazy("A golden rule was switched."),
        Verb.JUDGEMENTS_ADDED: gettext_lazy("Marks were made."),
        Verb.NOTES_ADDED: gettext_lazy("Notes were written."),
        Verb.PICTURE_ADDED: gettext_lazy("A picture was added."),
        Verb.PICTURE_REMOVED: gettext_lazy("A picture was taken away."),
        Verb.TAUGHT_SAID: gettext_lazy("It was said what was taught."),
    }
)
told.offer_pages(
    {
        "unit": gettext_lazy("Looked at a class’s marks."),
        "objective-marks": gettext_lazy("Looked at a class’s marks in one objective."),
        "gaps": gettext_lazy("Looked at who is yet to learn an objective."),
        "cell": gettext_lazy("Looked at a pupil’s marks in one objective."),
        "sheet": gettext_lazy("Looked at a class’s summative sheet."),
        "sheet-line": gettext_lazy("Looked at a class in one objective of its summative sheet."),
        "sheet-gaps": gettext_lazy("Looked at who was yet to learn an objective."),
        "class-next": gettext_lazy("Looked at what a class needs next."),
        "year-next": gettext_lazy("Looked at what a year group needs next."),
        "class-learning": gettext_lazy("Looked at how a class is getting on."),
        "brought": gettext_lazy("Looked at what a pupil brought along from another school."),
        "pupil-learning": gettext_lazy("Looked at how a pupil is getting on."),
        "picture": gettext_lazy("Looked at a picture."),
    }
)
