"""What markbook holds about pupils, and for how long."""

from muster.markbook.models import (
    Brought,
    Following,
    GoldenRuleChange,
    Judgement,
    Note,
    ObjectiveRead,
    Picture,
    Practice,
    PracticeMark,
    Taught,
)
from muster.people.purposes import Purpose
from muster.privacy.holdings import UNTIL_A_YEAR_AFTER_LEAVING, WITH_THE_SCHOOL, Category, Life, Shred, classify, hold

LEARNING_PURPOSES = {Purpose.TEACH, Purpose.COVER, Purpose.PASTORAL, Purpose.SEN, Purpose.OWN_RECORD}
PRACTICE_DAYS = Life("until discarded, at most 14 days unused")

hold(
    Judgement,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.DELETE,
    fields={
        "device_key": Category.SYSTEM,
        "act": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "objective": Category.LEARNING,
        "kind": Category.LEARNING,
        "step": Category.LEARNING,
        "judged_at": Category.WHEN,
        "earlier_at": Category.WHEN,
        "recorded_at": Category.WHEN,
        "judged_by": Category.WHO,
        "change_set": Category.SYSTEM,
        "over": Category.SYSTEM,
        "beside": Category.SYSTEM,
        "copied_from": Category.SYSTEM,
    },
    disclose="markbook.judgements",
)
hold(
    Brought,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.KEY,
    fields={
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "origin": Category.WHERE,
        "framework": Category.LEARNING,
        "subject": Category.LEARNING,
        "wording": Category.LEARNING,
        "is_note": Category.LEARNING,
        "said": Category.FREE_TEXT,
        "judged_at": Category.WHEN,
        "judged_by": Category.WHO,
        "change_set": Category.SYSTEM,
    },
    disclose="markbook.brought",
)
hold(
    Note,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.KEY,
    fields={
        "device_key": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "objective": Category.LEARNING,
        "text": Category.FREE_TEXT,
        "written_at": Category.WHEN,
        "recorded_at": Category.WHEN,
        "written_by": Category.WHO,
        "change_set": Category.SYSTEM,
    },
    disclose="markbook.notes",
)
hold(
    Picture,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.KEY,
    fields={
        "row": Category.SYSTEM,
        "note": Category.IDENTITY,
        "image": Category.LEARNING,
        "thumbnail": Category.LEARNING,
        "width": Category.SYSTEM,
        "height": Category.SYSTEM,
        "added_at": Category.WHEN,
        "added_by": Category.WHO,
        "change_set": Category.SYSTEM,
    },
    disclose="markbook.pictures",
)
hold(
    Taught,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.DELETE,
    fields={
        "device_key": Category.SYSTEM,
        "school_class": Category.LEARNING,
        "objective": Category.LEARNING,
        "pupil": Category.IDENTITY,
        "taught_on": Category.WHEN,
        "said_at": Category.WHEN,
        "recorded_at": Category.WHEN,
        "by": Category.WHO,
        "change_set": Category.SYSTEM,
    },
    disclose="markbook.taught",
)
hold(
    Following,
    purposes=LEARNING_PURPOSES,
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.DELETE,
    fields={
        "pupil": Category.IDENTITY,
        "instead_of": Category.LEARNING,
        "subject": Category.LEARNING,
        "stage": Category.LEARNING,
        "scale": Category.LEARNING,
        "starts_on": Category.WHEN,
        "ends_on": Category.WHEN,
        "recorded_at": Category.WHEN,
        "by": Category.WHO,
        "change_set": Category.SYSTEM,
        "over": Category.SYSTEM,
        "taken_back": Category.LEARNING,
    },
    disclose="markbook.followings",
)
hold(
    Practice,
    purposes={Purpose.TEACH},
    keep=PRACTICE_DAYS,
    shred=Shred.DELETE,
    fields={
        "account": Category.WHO,
        "school_class": Category.SYSTEM,
        "made_at": Category.WHEN,
        "used_at": Category.WHEN,
    },
    disclose="It says nothing about a pupil.",
)
hold(
    PracticeMark,
    purposes={Purpose.TEACH},
    keep=PRACTICE_DAYS,
    shred=Shred.DELETE,
    fields={
        "device_key": Category.SYSTEM,
        "practice": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "objective": Category.SYSTEM,
        "kind": Category.SYSTEM,
        "step": Category.SYSTEM,
        "judged_at": Category.WHEN,
    },
    disclose="Practice marks are invented and say nothing about a pupil.",
)
hold(
    GoldenRuleChange,
    purposes=set(Purpose),
    keep=WITH_THE_SCHOOL,
    shred=Shred.STAYS,
    fields={
        "rule": Category.SCHOOL,
        "is_on": Category.SCHOOL,
        "reason": Category.SCHOOL,
        "by": Category.WHO,
        "at": Category.WHEN,
    },
    disclose="It says what the school decided, and who decided it.",
    why_it_stays="Any of the staff may ask why a rule was switched on, and who did.",
)
classify(ObjectiveRead, Category.SCHOOL, keep=WITH_THE_SCHOOL)
