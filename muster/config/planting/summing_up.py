"""The invented schools sum up three times a year: snapshots, lines to sum up with, and what was said at past ones."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from muster.config.planting import calendar
from muster.config.planting.ground import Ground, Group, saved, stable_uuid
from muster.curriculum.models import Objective, Scale, Snapshot, Step, Strand, Subject
from muster.markbook.models import Judgement
from muster.people.models import AcademicYear

SCALES: dict[str, dict[str, tuple[tuple[str, str, str, str, bool], ...]]] = {
    "ashgrove": {
        "Attainment": (
            ("Needs more time", "N", "straw", "below", False),
            ("Nearly there", "Y", "sky", "below", False),
            ("There", "T", "leaf", "at", True),
            ("Going further", "F", "lilac", "above", True),
        ),
        "Progress": (
            ("Slower than hoped", "L", "sand", "below", False),
            ("As hoped", "H", "aqua", "at", True),
            ("Faster than hoped", "Q", "pink", "above", True),
        ),
    },
    "birchwood": {
        "Attainment": (
            ("Early days", "E", "sand", "below", False),
            ("Coming on", "C", "sky", "at", True),
            ("Well on the way", "W", "aqua", "above", True),
        ),
    },
}
LINES = (("Maths", "Attainment"), ("Maths", "Progress"), ("Reading", "Attainment"), ("Writing", "Attainment"))
STRAND = "Summing up"


def make_snapshots(ground: Ground) -> list[Snapshot]:
    """Three snapshots in each of the two years, on the Friday a week before each term ends."""
    begins = calendar.year_of(ground.today)
    years: list[tuple[AcademicYear, int]] = [(ground.last_year, begins - 1), (ground.year, begins)]
    return saved(
        Snapshot,
        [
            Snapshot(school=ground.school, year=year, name=term.name, on=term.last - timedelta(weeks=1))
            for year, number in years
            for term in calendar.school_year(number).terms
        ],
    )


def make_lines(ground: Ground, chance: random.Random) -> list[tuple[Objective, list[Step]]]:
    """The lines of the school's subjects, each with the steps of its own scale."""
    school = ground.school
    found = []
    steps: dict[str, list[Step]] = {}
    for name, scale_words in SCALES[school.slug].items():
        scale = Scale.objects.create(school=school, uuid=stable_uuid(chance), name=f"{STRAND}: {name}")
        steps[name] = saved(
            Step,
            [
                Step(
                    school=school,
                    uuid=stable_uuid(chance),
                    scale=scale,
                    position=place,
                    word=word,
                    code=code,
                    digit=place,
                    fill=fill,
                    place=place_,
                    secure=secure,
                )
                for place, (word, code, fill, place_, secure) in enumerate(scale_words, start=1)
            ],
        )
    subjects = {subject.name: subject for subject in Subject.objects.at(school)}
    strands: dict[str, Strand] = {}
    for place, (subject_name, name) in enumerate(LINES):
        if name not in steps:
            continue
        if subject_name not in strands:
            strands[subject_name] = Strand.objects.create(
                school=school,
                uuid=stable_uuid(chance),
                subject=subjects[subject_name],
                name=STRAND,
                position=Strand.objects.filter(school=school, subject=subjects[subject_name]).count(),
            )
        line = Objective.objects.create(
            school=school,
            uuid=stable_uuid(chance),
            strand=strands[subject_name],
            wording=name,
            sums_up=True,
            scale=steps[name][0].scale,
            position=place,
        )
        found.append((line, steps[name]))
    return found


def sum_up(ground: Ground) -> int:
    """Snapshots, lines, and what each class's teacher said at every snapshot that has passed; how many judgements."""
    # Luck of its own, so that all the rest stays as it was.
    chance = random.Random(f"muster sums up {ground.school.slug}")  # noqa: S311  invented people need no secret
    snapshots = make_snapshots(ground)
    lines = make_lines(ground, chance)
    able = {pupil.pk: chance.gauss(0.6, 0.22) for group in ground.groups for pupil in group.pupils}
    rows = [
        row
        for snapshot in snapshots
        if snapshot.on < ground.today
        for group in ground.groups
        for row in said_at(ground, snapshot, group, lines, able, chance)
    ]
    saved(Judgement, rows)
    return len(rows)


def said_at(
    ground: Ground,
    snapshot: Snapshot,
    group: Group,
    lines: list[tuple[Objective, list[Step]]],
    able: dict[int, float],
    chance: random.Random,
) -> Iterator[Judgement]:
    """What was said of one class at one snapshot, on the days before it. A few children are left blank."""
    if snapshot.year_id == ground.last_year.pk and group.before is None:
        return
    for line, steps in lines:
        day = snapshot.on - timedelta(days=chance.randrange(4))
        moment = datetime.combine(day, time(15, 30), ground.school.zone) + timedelta(seconds=chance.randrange(3600))
        act = stable_uuid(chance)
        for pupil in group.pupils:
            lot = chance.random()
            if lot < 0.05:
                continue
            level = able[pupil.pk] + chance.gauss(0, 0.1)
            yield Judgement(
                school=ground.school,
                device_key=stable_uuid(chance),
                act=act,
                pupil=pupil,
                objective=line,
                kind=Judgement.Kind.STEP,
                step=steps[max(0, min(len(steps) - 1, int(level * len(steps))))],
                judged_at=moment,
                recorded_at=moment,
                judged_by=group.teacher,
                change_set=ground.change_set,
            )
