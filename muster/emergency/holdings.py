"""What emergency holds about people, and for how long."""

from datetime import timedelta

from muster.emergency.models import (
    Amendment,
    Card,
    CardStep,
    Incident,
    IncidentPerson,
    Listed,
    MustKnow,
    Phone,
    RollCall,
    SecondHalf,
    Tick,
)
from muster.people.purposes import Purpose
from muster.privacy.holdings import A_YEAR_AFTER_THE_POST, Category, Life, Shred, classify, hold

IN_AN_EMERGENCY = {Purpose.EMERGENCY, Purpose.SAFEGUARDING, Purpose.MAINTENANCE}
OF_INCIDENTS = {Purpose.SAFEGUARDING, Purpose.EMERGENCY}
SIX_YEARS = Life("six years", timedelta(days=6 * 365), "the end of the roll call")
NAMES_30_DAYS = Life(
    "names and words 30 days after the roll call ended, counts and times six years",
    timedelta(days=30),
    "the end of the roll call",
)
WHILE_HELD = Life("while the incident is held, reviewed every year", None, "the last review")

classify(
    RollCall,
    {
        "uuid": Category.SYSTEM,
        "key": Category.SYSTEM,
        "kind": Category.SCHOOL,
        "mode": Category.SCHOOL,
        "started_at": Category.WHEN,
        "received_at": Category.WHEN,
        "started_by": Category.WHO,
        "list_at": Category.WHEN,
        "version": Category.SYSTEM,
        "ended_at": Category.WHEN,
        "ended_by": Category.WHO,
        "ended_version": Category.SYSTEM,
        "joined": Category.SYSTEM,
        "names_gone_at": Category.WHEN,
        "halves_alone": Category.SYSTEM,
    },
    keep=SIX_YEARS,
    note="When there was a roll call and of what kind; whoever was on its list stands in Listed.",
)
hold(
    Listed,
    purposes=IN_AN_EMERGENCY,
    keep=NAMES_30_DAYS,
    shred=Shred.KEY,
    disclose="emergency.listed",
    fields={
        "roll_call": Category.SYSTEM,
        "row": Category.SYSTEM,
        "kind": Category.IDENTITY,
        "pupil": Category.IDENTITY,
        "staff": Category.IDENTITY,
        "visitor": Category.IDENTITY,
        "name": Category.IDENTITY,
        "group": Category.WHERE,
        "expected": Category.WHERE,
        "status": Category.CIRCUMSTANCE,
        "added_at": Category.WHEN,
    },
)
hold(
    Tick,
    purposes=IN_AN_EMERGENCY,
    keep=NAMES_30_DAYS,
    shred=Shred.KEY,
    disclose="emergency.ticks",
    fields={
        "device_key": Category.SYSTEM,
        "roll_call": Category.SYSTEM,
        "number": Category.SYSTEM,
        "listed": Category.IDENTITY,
        "extra": Category.SYSTEM,
        "claim": Category.WHERE,
        "by": Category.WHO,
        "made_at": Category.WHEN,
        "device_at": Category.WHEN,
        "received_at": Category.WHEN,
        "device": Category.SYSTEM,
        "seq": Category.SYSTEM,
        "over": Category.SYSTEM,
        "group": Category.WHERE,
        "count": Category.WHERE,
        "late": Category.SYSTEM,
        "place": Category.WHERE,
        "text": Category.FREE_TEXT,
    },
)
hold(
    Phone,
    purposes={Purpose.EMERGENCY},
    keep=A_YEAR_AFTER_THE_POST,
    shred=Shred.DELETE,
    disclose="About a member of staff's own device; part of their own copy.",
    fields={
        "account": Category.WHO,
        "device": Category.SYSTEM,
        "list_at": Category.WHEN,
        "told_at": Category.WHEN,
    },
)
hold(
    Incident,
    purposes=OF_INCIDENTS,
    keep=WHILE_HELD,
    shred=Shred.KEY,
    disclose="emergency.incidents",
    fields={
        "uuid": Category.SYSTEM,
        "key": Category.SYSTEM,
        "happened_at": Category.WHEN,
        "place": Category.WHERE,
        "what": Category.FREE_TEXT,
        "done": Category.FREE_TEXT,
        "follow_up": Category.FREE_TEXT,
        "written_by": Category.WHO,
        "written_at": Category.WHEN,
    },
)
hold(
    IncidentPerson,
    purposes=OF_INCIDENTS,
    keep=WHILE_HELD,
    shred=Shred.KEY,
    disclose="emergency.incidents",
    fields={
        "incident": Category.SYSTEM,
        "row": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "staff": Category.IDENTITY,
        "name": Category.IDENTITY,
        "added_by": Category.WHO,
        "added_at": Category.WHEN,
    },
)
hold(
    MustKnow,
    purposes=OF_INCIDENTS,
    keep=WHILE_HELD,
    shred=Shred.DELETE,
    disclose="Who was told of an incident; part of their own copy, not the pupil's.",
    fields={
        "incident": Category.SYSTEM,
        "account": Category.WHO,
        "added_by": Category.WHO,
        "added_at": Category.WHEN,
    },
)
hold(
    Amendment,
    purposes=OF_INCIDENTS,
    keep=WHILE_HELD,
    shred=Shred.KEY,
    disclose="emergency.incidents",
    fields={
        "uuid": Category.SYSTEM,
        "incident": Category.SYSTEM,
        "text": Category.FREE_TEXT,
        "written_by": Category.WHO,
        "written_at": Category.WHEN,
    },
)
hold(
    Card,
    purposes=IN_AN_EMERGENCY,
    keep=NAMES_30_DAYS,
    shred=Shred.KEY,
    disclose="emergency.cards",
    fields={
        "uuid": Category.SYSTEM,
        "roll_call": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "guardianship": Category.IDENTITY,
        "adult": Category.IDENTITY,
        "greeted_by": Category.WHO,
        "greeted_at": Category.WHEN,
    },
)
hold(
    CardStep,
    purposes=IN_AN_EMERGENCY,
    keep=NAMES_30_DAYS,
    shred=Shred.KEY,
    disclose="emergency.cards",
    fields={
        "card": Category.SYSTEM,
        "row": Category.SYSTEM,
        "step": Category.SYSTEM,
        "answer": Category.CIRCUMSTANCE,
        "words": Category.FREE_TEXT,
        "by": Category.WHO,
        "at": Category.WHEN,
    },
)
hold(
    SecondHalf,
    purposes=IN_AN_EMERGENCY,
    keep=NAMES_30_DAYS,
    shred=Shred.KEY,
    disclose="emergency.cards",
    fields={
        "uuid": Category.SYSTEM,
        "roll_call": Category.SYSTEM,
        "pupil": Category.IDENTITY,
        "adult": Category.IDENTITY,
        "seen_by": Category.WHO,
        "seen_at": Category.WHEN,
    },
)
