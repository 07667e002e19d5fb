"""Small things that many pages pay for, and the largest single change: what each costs by itself."""

import statistics
from typing import Any

from django.conf import settings
from django.db import transaction

from bench import Database, Figure
from bench.school import Grown, a_school, now
from bench.timing import milliseconds
from muster.markbook.verbs import Verb
from muster.people.actions.changes import undo
from muster.people.actions.next_year import turn_year
from muster.people.coming_year import coming
from muster.people.doors import record
from muster.people.models import YearGroup
from muster.people.purposes import Purpose, Shows
from muster.privacy import fuse
from muster.privacy.keystore import KeyStore

PUPILS = 1_000
ROUNDS = 5


def keys_warm() -> float:
    """Milliseconds to have the keys of a thousand pupils at hand, in a process that has opened the store before."""
    store = KeyStore(settings.KEYSTORE, settings.KEYS)
    keys = list(store.all_keys())
    store.close()
    took = []
    for _ in range(ROUNDS):
        elsewhere = KeyStore(settings.KEYSTORE, settings.KEYS)
        elsewhere.all_keys()
        took.append(milliseconds(lambda: elsewhere.warm(keys[:PUPILS])))  # noqa: B023  called at once
        elsewhere.close()
    return statistics.median(took)


def entry(grown: Grown) -> float:
    """Milliseconds to write one entry of history about thirty pupils, its commit left out."""
    pupils = [pupil.pk for pupil in grown.pupils]
    took = []
    for _ in range(60):
        with transaction.atomic():
            kept: Any = {"school": grown.school, "by": grown.teacher, "at": now(), "pupils": pupils}
            took.append(milliseconds(lambda: record(Verb.JUDGEMENTS_ADDED, **kept)))  # noqa: B023  called at once
    return statistics.median(took)


def year_turned(grown: Grown) -> float:
    """Milliseconds of the one transaction in which a school of a thousand goes from one year to the next."""
    YearGroup.objects.create(school=grown.school, name="Year 4", code="4", position=4)
    year = grown.school_class.year
    by = grown.office
    took = []
    for _ in range(ROUNDS):
        shown = coming(year).mark
        made: Any = None

        def turned() -> None:
            nonlocal made
            made = turn_year(year=year, shown=shown, by=by, at=now())  # noqa: B023  called at once

        took.append(milliseconds(turned))
        undo(change_set=made, by=by, at=now())
    return statistics.median(took)


def measure(db: Database) -> list[Figure]:
    """Each by itself."""
    grown = a_school(PUPILS, marked=False)
    with fuse.using(Purpose.ADMINISTER, Shows.RECORD):
        return [
            Figure("keys_warm", keys_warm(), "ms"),
            Figure("entry", entry(grown), "ms"),
            Figure("year_turned", year_turned(grown), "ms"),
        ]
