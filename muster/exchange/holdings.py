"""What exchange holds about people, and for how long."""

from muster.exchange.models import CameWith, Layout, SourceId, Upload
from muster.people.purposes import Purpose
from muster.privacy.holdings import (
    THIRTY_DAYS,
    UNTIL_A_YEAR_AFTER_LEAVING,
    WITH_THE_SCHOOL,
    Category,
    Shred,
    classify,
    hold,
)

hold(
    Upload,
    purposes={Purpose.ADMINISTER, Purpose.MAINTENANCE},
    keep=THIRTY_DAYS,
    shred=Shred.DELETE,
    disclose="A file as it came; what Muster took from it is in the copy of each person's own record.",
    fields={
        "uuid": Category.SYSTEM,
        "key": Category.SYSTEM,
        "name": Category.FREE_TEXT,
        "data": Category.FREE_TEXT,
        "settings": Category.FREE_TEXT,
        "shown": Category.FREE_TEXT,
        "state": Category.SYSTEM,
        "mark": Category.SYSTEM,
        "headings": Category.SYSTEM,
        "done": Category.SYSTEM,
        "of": Category.SYSTEM,
        "said": Category.SYSTEM,
        "by": Category.WHO,
        "at": Category.WHEN,
        "change_set": Category.SYSTEM,
    },
)
hold(
    SourceId,
    purposes={Purpose.ADMINISTER},
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.DELETE,
    disclose="exchange.source_ids",
    fields={
        "source": Category.SYSTEM,
        "of": Category.SYSTEM,
        "mark": Category.IDENTITY,
        "pupil": Category.IDENTITY,
        "staff": Category.IDENTITY,
        "guardian": Category.IDENTITY,
        "school_class": Category.SYSTEM,
    },
)
hold(
    CameWith,
    purposes={Purpose.ADMINISTER, Purpose.TEACH, Purpose.PASTORAL, Purpose.SEN, Purpose.OWN_RECORD},
    keep=UNTIL_A_YEAR_AFTER_LEAVING,
    shred=Shred.KEY,
    disclose="exchange.came_with",
    fields={
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "said": Category.LEARNING,
        "change_set": Category.SYSTEM,
    },
)
classify(Layout, Category.SCHOOL, keep=WITH_THE_SCHOOL, note="Headings of files and what was said of them; no rows.")
