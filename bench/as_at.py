"""The markbook's grid as at a year ago against the grid of now, in both modes, with a year of acts on the curriculum."""

from functools import partial

from django.test import Client

from bench import Database, Figure
from bench.grid import opened, signed_in
from bench.school import Grown, a_school, now, settle, widened
from bench.timing import in_turn, statements
from muster.curriculum.kinds import Kind
from muster.people.models import ChangeSet, ClassMembership

LONG = True
ACTS = 400
"""Acts on the curriculum in a year: words changed twice a school day."""
MARKS = 20_000
"""Batches of marks in the same year, which looking back must not read."""


def lived(grown: Grown) -> None:
    """A year of acts behind the grid of now."""
    ChangeSet.objects.bulk_create(
        ChangeSet(
            school=grown.school,
            kind=Kind.OBJECTIVE_CHANGED,
            by=grown.teacher,
            at=now(),
            finished_at=now(),
            summary={
                "changed": [
                    {
                        "of": "objective",
                        "pk": grown.objectives[n % len(grown.objectives)].pk,
                        "before": {"wording": f"Learns a thing, said as in act {n}"},
                        "after": {"wording": f"Learns a thing, said as in act {n + 1}"},
                    }
                ]
            },
        )
        for n in range(ACTS)
    )
    ChangeSet.objects.bulk_create(
        (
            ChangeSet(school=grown.school, kind="marks", by=grown.teacher, at=now(), finished_at=now())
            for _ in range(MARKS)
        ),
        batch_size=2_000,
    )


def looked_back(client: Client, grown: Grown, mode: str) -> None:
    """The whole request for a year ago."""
    day = now().date().replace(year=now().year - 1, day=1)
    response = client.get(f"{grown.unit}?at={day.isoformat()}&as={mode}", secure=True)
    if response.status_code != 200 or response.content.count(b"<tr data-pupil") != len(grown.pupils):
        raise RuntimeError(f"The grid as at {day} answered {response.status_code}.")


def measure(db: Database) -> list[Figure]:
    """Each mode against now."""
    grown = a_school(200)
    begun = now().date().replace(year=now().year - 2, day=1)
    ClassMembership.objects.filter(school_class=grown.school_class).update(starts_on=begun)
    widened(grown)
    lived(grown)
    settle()
    client = signed_in(grown)
    figures = []
    for mode in ("recorded", "known"):
        back = partial(looked_back, client, grown, mode)
        today, then = in_turn(partial(opened, client, grown), back)
        figures += [
            Figure(f"milliseconds.{mode}", then, "ms"),
            Figure(f"times_now.{mode}", then / today, "x"),
            Figure(f"statements.{mode}", statements(back), "statements"),
        ]
    return figures
