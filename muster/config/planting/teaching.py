"""What the demo's classes were taught, and two pupils who follow other objectives than theirs."""

from datetime import date, datetime, time, timedelta

from muster.config.planting import calendar
from muster.config.planting.ground import Ground, Group, saved, stable_uuid
from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand, Subject
from muster.markbook.models import Following, Judgement, Taught
from muster.people.doors import reads
from muster.people.models import Pupil
from muster.people.purposes import Purpose

SMALL_STEPS = (
    ("With help", "H", "straw", "", False),
    ("Alone, sometimes", "T", "sky", "", False),
    ("Alone, each time", "A", "leaf", "at", True),
)
SMALL_STEPS_OF = "teacher@ashgrove.example"
"""In whose class one pupil follows them; the other school marks on a scale of its own."""
SMALL_OBJECTIVES = (
    "Matches objects to a picture of them",
    "Puts objects into two groups and says why",
    "Gives one object when asked",
    "Counts to five with a finger on each object",
    "Says which of two plates holds more",
    "Carries on a pattern of two colours",
    "Uses “first” and “then” in play",
    "Finds the numeral for up to three objects",
)


@reads(Purpose.TEACH)
def set_apart(ground: Ground) -> None:
    """Two pupils follow objectives of their own.

    Before the class is marked: what a teacher marked last is where her markbook opens, and that is the class's unit.
    """
    group = next((one for one in ground.groups if one.teacher.email.startswith("teacher@")), None)
    if group is None or len(group.pupils) < 9:
        return
    follow_a_year_up(ground, group, group.pupils[3])
    if group.teacher.email == SMALL_STEPS_OF:
        follow_small_steps(ground, group, group.pupils[8])


@reads(Purpose.TEACH)
def teach(ground: Ground) -> None:
    """Everything marked this year was taught on the day of its first mark."""
    saved(Taught, taught_rows(ground))


def taught_rows(ground: Ground) -> list[Taught]:
    """One row for each class and objective that has a mark of this school year, but for those that have one already."""
    known = set(Taught.objects.filter(school=ground.school).values_list("school_class", "objective"))
    since = ground.school.midnight(ground.year.first_day)
    classes = {pupil.pk: group for group in ground.groups for pupil in group.pupils}
    first: dict[tuple[int, int], datetime] = {}
    marks = Judgement.objects.filter(school=ground.school, judged_at__gte=since, objective__sums_up=False)
    for pupil, objective, judged_at in marks.values_list("pupil", "objective", "judged_at"):
        key = classes[pupil].now.pk, objective
        first[key] = min(judged_at, first.get(key, judged_at))
    teachers = {group.now.pk: group.teacher for group in ground.groups}
    return [
        Taught(
            school=ground.school,
            device_key=stable_uuid(ground.chance),
            school_class_id=school_class,
            objective_id=objective,
            taught_on=ground.school.day(judged_at),
            said_at=judged_at,
            recorded_at=judged_at,
            by=teachers[school_class],
            change_set=ground.change_set,
        )
        for (school_class, objective), judged_at in sorted(first.items())
        if (school_class, objective) not in known
    ]


def follow_a_year_up(ground: Ground, group: Group, pupil: Pupil) -> None:
    """One pupil works at the maths of the year above."""
    framework = Framework.objects.filter(school=ground.school).earliest("pk")
    subject = Subject.objects.filter(framework=framework).earliest("position")
    stage = Stage.objects.filter(framework=framework, position=group.stage + 1).first()
    if stage is None:
        return
    begin(ground, group, pupil, instead_of=subject, subject=subject, stage=stage)
    strand = Strand.objects.filter(subject=subject).earliest("position")
    aims = Objective.objects.filter(strand=strand, stages=stage).order_by("position")[:4]
    steps = list(Step.objects.filter(scale=framework.scale_id).order_by("position"))
    mark(ground, group, pupil, list(aims), steps)


def follow_small_steps(ground: Ground, group: Group, pupil: Pupil) -> None:
    """One pupil follows small steps of a framework of its own, with words of its own."""
    school, chance = ground.school, ground.chance
    scale = Scale.objects.create(school=school, uuid=stable_uuid(chance), name="Small steps")
    steps = saved(
        Step,
        [
            Step(
                school=school,
                uuid=stable_uuid(chance),
                scale=scale,
                position=position,
                word=word,
                code=code,
                digit=position,
                fill=fill,
                place=place,
                secure=secure,
            )
            for position, (word, code, fill, place, secure) in enumerate(SMALL_STEPS, start=1)
        ],
    )
    framework = Framework.objects.create(
        school=school, uuid=stable_uuid(chance), name="Small steps", scale=scale, source="Invented for the demo"
    )
    stage = Stage.objects.create(
        school=school, uuid=stable_uuid(chance), framework=framework, name="Small steps", position=1
    )
    subject = Subject.objects.create(
        school=school, uuid=stable_uuid(chance), framework=framework, name="First maths", position=1
    )
    strand = Strand.objects.create(
        school=school, uuid=stable_uuid(chance), subject=subject, name="Matching and counting", position=1
    )
    aims = saved(
        Objective,
        [
            Objective(
                school=school,
                uuid=stable_uuid(chance),
                strand=strand,
                code=f"F{number}",
                wording=wording,
                position=number,
            )
            for number, wording in enumerate(SMALL_OBJECTIVES, start=1)
        ],
    )
    stage.objectives.add(*aims)
    usual = Framework.objects.filter(school=school).earliest("pk")
    instead_of = Subject.objects.filter(framework=usual).earliest("position")
    begin(ground, group, pupil, instead_of=instead_of, subject=subject, stage=stage)
    mark(ground, group, pupil, aims[:4], steps)


def begin(ground: Ground, group: Group, pupil: Pupil, *, instead_of: Subject, subject: Subject, stage: Stage) -> None:
    """The pupil follows it since the year began."""
    Following.objects.create(
        school=ground.school,
        pupil=pupil,
        instead_of=instead_of,
        subject=subject,
        stage=stage,
        starts_on=ground.year.first_day,
        recorded_at=noon(ground, ground.year.first_day),
        by=group.teacher,
        change_set=ground.change_set,
    )


def mark(ground: Ground, group: Group, pupil: Pupil, aims: list[Objective], steps: list[Step]) -> None:
    """Marks on their own objectives, and what was taught of them, on the days before today."""
    judgements, taught = [], []
    this, _last = calendar.this_and_last_term(ground.today)
    days = calendar.school_days(this, ground.today - timedelta(days=1))
    for number, (aim, day) in enumerate(zip(aims, days[-len(aims) :], strict=False)):
        at = noon(ground, day)
        judgements.append(
            Judgement(
                school=ground.school,
                device_key=stable_uuid(ground.chance),
                act=stable_uuid(ground.chance),
                pupil=pupil,
                objective=aim,
                kind=Judgement.Kind.STEP,
                step=steps[(number + 1) % len(steps)],
                judged_at=at,
                recorded_at=at,
                judged_by=group.teacher,
                change_set=ground.change_set,
            )
        )
        taught.append(
            Taught(
                school=ground.school,
                device_key=stable_uuid(ground.chance),
                school_class=group.now,
                objective=aim,
                taught_on=ground.school.day(at),
                said_at=at,
                recorded_at=at,
                by=group.teacher,
                change_set=ground.change_set,
            )
        )
    saved(Judgement, judgements)
    saved(Taught, taught)


def noon(ground: Ground, day: date) -> datetime:
    """Noon of a day, aware; now, where that is still to come."""
    return min(datetime.combine(day, time(12), ground.school.zone), ground.at)
