"""A school of any size for the figures: classes of thirty, sixty objectives, two years of marks."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from muster.config.jobs import count_rows
from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand, Subject
from muster.markbook.models import Following, Judgement, Taught
from muster.people.access import Role
from muster.people.doors import sealer
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Enrolment,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    Staff,
    Term,
    Trust,
    YearGroup,
)

CLASS = 30
OBJECTIVES = 60
BULK = 2_000
FORENAMES = ("Amina", "Zoë", "Ben", "Siân", "Chidi", "Małgorzata", "Dev", "Eve", "Finn", "Grace")
SURNAMES = ("Ali", "O'Brien", "Evans", "Nguyễn", "Smith-Jones", "Kowalczyk", "Brown", "Patel", "Roberts", "Müller")
STEPS = (
    ("Beginning", "B", "rose"),
    ("Developing", "D", "straw"),
    ("Secure", "S", "leaf"),
    ("Greater depth", "G", "lilac"),
)


@dataclass
class Grown:
    """What the figures ask for by name."""

    school: School
    teacher: Account
    office: Account
    school_class: SchoolClass
    subject: Subject
    stage: Stage
    strand: Strand
    pupils: list[Pupil]
    objectives: list[Objective]
    steps: list[Step]
    change_set: ChangeSet

    @property
    def unit(self) -> str:
        """The address of the class's grid."""
        place = f"{self.subject.pk}/{self.stage.pk}/{self.strand.pk}"
        return f"/{self.school.slug}/classes/{self.school_class.pk}/markbook/{place}/"


def now() -> datetime:
    """The figures are measured on whatever day it is; all dates below count from it."""
    return datetime.now(UTC)


def a_school(
    pupils: int, *, objectives: int = OBJECTIVES, marked: bool = True, slug: str = "", class_size: int = CLASS
) -> Grown:
    """A school of so many pupils. The first class has two years of marks on every objective, three in each cell;
    everybody else has as many marks as one year brings."""
    at = now()
    today = at.date()
    trust = Trust.objects.create(name="Measured Trust")
    school = School.objects.create(
        trust=trust, slug=slug or f"school-{pupils}", name=f"School of {pupils}", set_up_at=at
    )
    begins = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    year = AcademicYear.objects.create(
        school=school, name="This year", first_day=begins, last_day=begins + timedelta(days=364)
    )
    Term.objects.create(school=school, year=year, name="Term", first_day=begins, last_day=begins + timedelta(days=360))
    group = YearGroup.objects.create(school=school, name="Year 3", code="3", position=3)
    scale = Scale.objects.create(school=school, name="Four steps")
    steps = Step.objects.bulk_create(
        Step(school=school, scale=scale, position=n, word=word, code=code, digit=n, fill=fill, secure=n >= 3)
        for n, (word, code, fill) in enumerate(STEPS, 1)
    )
    framework = Framework.objects.create(school=school, name="Our objectives", scale=scale)
    stage = Stage.objects.create(school=school, framework=framework, name="Year 3", position=1)
    stage.year_groups.add(group)
    subject = Subject.objects.create(school=school, framework=framework, name="Maths", position=1)
    strand = Strand.objects.create(school=school, subject=subject, name="Number", position=1)
    aims = Objective.objects.bulk_create(
        Objective(
            school=school,
            strand=strand,
            code=f"N{n}",
            wording=f"Says aloud, writes and explains thing number {n} with objects, pictures and symbols",
            position=n,
        )
        for n in range(1, objectives + 1)
    )
    through = Objective.stages.through
    through.objects.bulk_create(through(objective_id=aim.pk, stage_id=stage.pk) for aim in aims)
    teacher, office = (
        Account.objects.create_user(f"{who}@{school.slug}.example", None, name=who.title())
        for who in ("teacher", "office")
    )
    Staff.objects.create(school=school, account=teacher, name="Teacher")
    post = Post.objects.create(school=school, account=teacher, role=Role.TEACHER, starts_on=begins)
    Post.objects.create(school=school, account=office, role=Role.OFFICE, starts_on=begins)
    classes = SchoolClass.objects.bulk_create(
        SchoolClass(school=school, year=year, name=f"Class {n}", year_group=group)
        for n in range(1, -(-pupils // class_size) + 1)
    )
    PostClass.objects.create(school=school, post=post, school_class=classes[0], starts_on=begins)
    children = [
        Pupil(
            school=school,
            key=key,
            names={"surname": SURNAMES[n % 10], "forenames": f"{FORENAMES[n // 10 % 10]} {n}", "known_as": ""},
            born_on=date(2018, 1, 1) + timedelta(days=n % 360),
        )
        for n, key in enumerate(sealer().new_keys(pupils))
    ]
    Pupil.objects.bulk_create(children, batch_size=BULK)
    Enrolment.objects.bulk_create(
        (Enrolment(school=school, pupil=child, joined_on=begins, recorded_at=at) for child in children), batch_size=BULK
    )
    ClassMembership.objects.bulk_create(
        (
            ClassMembership(school=school, pupil=child, school_class=classes[n // class_size], starts_on=begins)
            for n, child in enumerate(children)
        ),
        batch_size=BULK,
    )
    change_set = ChangeSet.objects.create(school=school, kind="planted", by=teacher, at=at, finished_at=at)
    grown = Grown(
        school, teacher, office, classes[0], subject, stage, strand, children[:class_size], aims, steps, change_set
    )
    if marked:
        times = [at - timedelta(days=days) for days in (600, 300, 1)]
        Judgement.objects.bulk_create(
            (
                a_judgement(grown, child, aim, when, n)
                for n, child in enumerate(children[:class_size])
                for aim in aims
                for when in times
            ),
            batch_size=BULK,
        )
        Judgement.objects.bulk_create(
            (
                a_judgement(grown, child, aim, at - timedelta(days=2), n)
                for n, child in enumerate(children[class_size:])
                for aim in aims
            ),
            batch_size=BULK,
        )
    settle()
    return grown


def settle() -> None:
    """Have the database do at once what so many new rows leave it to do later.

    A server writes them out and counts them in the minutes after, which a page measured meanwhile waits for: on
    PostgreSQL the commit of its look, behind a checkpoint of three hundred thousand rows.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            count_rows(now())
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def a_judgement(grown: Grown, pupil: Pupil, objective: Objective, at: datetime, n: int) -> Judgement:
    """One judgement, on a step that varies."""
    return Judgement(
        school=grown.school,
        device_key=uuid.uuid4(),
        act=grown.change_set.uuid,
        pupil=pupil,
        objective=objective,
        kind="step",
        step=grown.steps[(n + objective.position) % 4],
        judged_at=at,
        recorded_at=at,
        judged_by=grown.teacher,
        change_set=grown.change_set,
    )


def widened(grown: Grown) -> list[Objective]:
    """Forty objectives taught, and three pupils who follow another framework's; its ten objectives are the answer."""
    at = now() - timedelta(days=500)
    school = grown.school
    scale = Scale.objects.create(school=school, name="Small steps")
    steps = Step.objects.bulk_create(
        Step(school=school, scale=scale, position=n, word=word, code=code, digit=n, fill=fill, secure=n >= 3)
        for n, (word, code, fill) in enumerate(STEPS, 1)
    )
    framework = Framework.objects.create(school=school, name="Small steps", scale=scale)
    stage = Stage.objects.create(school=school, framework=framework, name="Small steps", position=1)
    subject = Subject.objects.create(school=school, framework=framework, name="First maths", position=1)
    strand = Strand.objects.create(school=school, subject=subject, name="Counting", position=1)
    aims = Objective.objects.bulk_create(
        Objective(school=school, strand=strand, code=f"F{n}", wording=f"Counts to {n}", position=n)
        for n in range(1, 11)
    )
    stage.objectives.add(*aims)
    own = replace(grown, steps=steps)
    for pupil in grown.pupils[:3]:
        Following.objects.create(
            school=school,
            pupil=pupil,
            instead_of=grown.subject,
            subject=subject,
            stage=stage,
            starts_on=at.date(),
            recorded_at=at,
            by=grown.teacher,
            change_set=grown.change_set,
        )
        Judgement.objects.bulk_create(a_judgement(own, pupil, aim, at, aim.position) for aim in aims)
    begun = grown.school_class.year.first_day
    Taught.objects.bulk_create(
        Taught(
            school=school,
            school_class=grown.school_class,
            objective=aim,
            taught_on=begun,
            said_at=at,
            recorded_at=at,
            by=grown.teacher,
            change_set=grown.change_set,
        )
        for aim in (*grown.objectives[:40], *aims[:5])
    )
    return aims
