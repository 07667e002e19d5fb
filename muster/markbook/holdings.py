"""What markbook holds about pupils, and for how long."""

from muster.markbook.models import Judgement, Note
from muster.people.purposes import Purpose
from muster.privacy.holdings import UNTIL_A_YEAR_AFTER_LEAVING, Category, Shred, hold

hold(
    Judgement,
    purposes={Purpose.TEACH, Purpose.COVER, Purpose.PASTORAL, Purpose.SEN, Purpose.OWN_RECORD},
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
        "recorded_at": Category.WHEN,
        "judged_by": Category.WHO,
        "change_set": Category.SYSTEM,
        "over": Category.SYSTEM,
        "beside": Category.SYSTEM,
    },
    disclose="markbook.judgements",
)
hold(
    Note,
    purposes={Purpose.TEACH, Purpose.COVER, Purpose.PASTORAL, Purpose.SEN, Purpose.OWN_RECORD},
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
