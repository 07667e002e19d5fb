"""The one invented trust that every test uses: two schools and the same few people, so that a name tells the answer.

Ashgrove is a primary. Okafor teaches 3 Hazel, where Amina is; Reyes teaches 4 Rowan, where Ben is. Birchwood is the
next school in the trust: nobody there may open anything at Ashgrove. `both` is one account with posts in both.
Nothing here is random. The `world` fixture stops the calendar at `NOW`, a Wednesday morning in the spring term.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password

from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand, Subject
from muster.markbook.models import Judgement
from muster.people.access import Role
from muster.people.doors import sealer
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Enrolment,
    Guardian,
    Guardianship,
    HalfTerm,
    KeyGroup,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    Staff,
    Term,
    Trust,
    YearGroup,
    YearPlacement,
)

NOW = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)
TODAY = NOW.date()
YEAR_BEGINS = date(2025, 9, 1)
PASSWORD = "four brown hens by the gate"


@dataclass
class World:
    """Everybody and everything, by name. People are accounts: `client.force_login(world.okafor)`."""

    now: datetime = NOW
    today: date = TODAY
    cast: dict[str, Account] = field(default_factory=dict)

    trust: Trust = field(init=False)
    ashgrove: School = field(init=False)
    birchwood: School = field(init=False)

    year: AcademicYear = field(init=False)
    autumn: Term = field(init=False)
    spring: Term = field(init=False)
    summer: Term = field(init=False)
    year_3: YearGroup = field(init=False)
    year_4: YearGroup = field(init=False)
    hazel: SchoolClass = field(init=False)
    rowan: SchoolClass = field(init=False)
    birchwood_year: AcademicYear = field(init=False)
    elm: SchoolClass = field(init=False)

    okafor: Account = field(init=False)
    reyes: Account = field(init=False)
    office: Account = field(init=False)
    head: Account = field(init=False)
    senco: Account = field(init=False)
    dsl: Account = field(init=False)
    tutor: Account = field(init=False)
    cover: Account = field(init=False)
    duty: Account = field(init=False)
    governor: Account = field(init=False)
    dpo: Account = field(init=False)
    it: Account = field(init=False)
    guardian: Account = field(init=False)
    amina_herself: Account = field(init=False)
    birchwood_senco: Account = field(init=False)
    birchwood_teacher: Account = field(init=False)
    both: Account = field(init=False)

    amina: Pupil = field(init=False)
    ben: Pupil = field(init=False)
    cora: Pupil = field(init=False)
    mrs_ali: Guardian = field(init=False)

    pupil_premium: KeyGroup = field(init=False)
    eal: KeyGroup = field(init=False)

    scale: Scale = field(init=False)
    steps: dict[str, Step] = field(default_factory=dict)
    framework: Framework = field(init=False)
    maths: Subject = field(init=False)
    number: Strand = field(init=False)
    lower_juniors: Stage = field(init=False)
    objectives: list[Objective] = field(default_factory=list)

    birchwood_scale: Scale = field(init=False)
    birchwood_number: Strand = field(init=False)
    birchwood_objective: Objective = field(init=False)


def a_world() -> World:
    """The trust as it stands on the morning of `NOW`."""
    world = World()
    world.trust = Trust.objects.create(name="Two Trees Trust")
    world.ashgrove = a_school(world, name="Ashgrove Primary School", slug="ashgrove")
    world.birchwood = a_school(world, name="Birchwood School", slug="birchwood")
    _the_year(world)
    world.hazel = a_class(world, name="3 Hazel", year_group=world.year_3)
    world.rowan = a_class(world, name="4 Rowan", year_group=world.year_4)
    world.elm = a_class(world, name="1 Elm", school=world.birchwood)
    _the_cast(world)
    world.amina = a_pupil(world, name="Amina Ali", born_on=date(2018, 1, 9), in_class=world.hazel)
    world.ben = a_pupil(world, name="Ben Carter", born_on=date(2016, 11, 30), in_class=world.rowan)
    world.cora = a_pupil(world, name="Cora Dean", born_on=date(2019, 5, 2), in_class=world.elm)
    _the_family(world)
    world.pupil_premium = KeyGroup.objects.create(
        school=world.ashgrove, code="pupil-premium", name="Pupil premium", position=1
    )
    world.eal = KeyGroup.objects.create(school=world.ashgrove, code="eal", name="EAL", position=2)
    _the_curriculum(world)
    return world


# -- builders: each makes one thing, with a readable default for all that a test does not care about ----------------


def a_school(world: World, *, name: str = "Cedar School", slug: str = "cedar") -> School:
    """Another school of the trust."""
    return School.objects.create(trust=world.trust, slug=slug, name=name, set_up_at=NOW)


def a_year(
    school: School, *, name: str = "2025/26", first_day: date = YEAR_BEGINS, last_day: date = date(2026, 8, 31)
) -> AcademicYear:
    """An academic year without terms."""
    return AcademicYear.objects.create(school=school, name=name, first_day=first_day, last_day=last_day)


def a_term(year: AcademicYear, *, name: str, first_day: date, last_day: date) -> Term:
    """A term of `year`, with its two halves; a week of holiday lies between them."""
    term = Term.objects.create(school=year.school, year=year, name=name, first_day=first_day, last_day=last_day)
    middle = first_day + (last_day - first_day) / 2
    middle -= timedelta(days=middle.weekday())
    for label, begins, ends in (
        (f"{name} 1", first_day, middle - timedelta(days=3)),
        (f"{name} 2", middle + timedelta(days=7), last_day),
    ):
        HalfTerm.objects.create(school=year.school, term=term, name=label, first_day=begins, last_day=ends)
    return term


def a_class(
    world: World,
    *,
    name: str = "5 Oak",
    school: School | None = None,
    year_group: YearGroup | None = None,
    kind: SchoolClass.Kind = SchoolClass.Kind.REGISTRATION,
) -> SchoolClass:
    """A class of this year, without anybody in it."""
    school = school or world.ashgrove
    year = (
        world.birchwood_year if school == world.birchwood else AcademicYear.objects.filter(school=school).latest("pk")
    )
    return SchoolClass.objects.create(school=school, year=year, name=name, kind=kind, year_group=year_group)


def a_pupil(
    world: World,
    *,
    name: str = "Dilys Evans",
    in_class: SchoolClass | None = None,
    school: School | None = None,
    born_on: date | None = date(2017, 12, 1),
    upn: str | None = None,
    joined_on: date = YEAR_BEGINS,
    year_group: YearGroup | None = None,
) -> Pupil:
    """A pupil on roll since the year began; the last word of `name` is the surname."""
    return some_pupils(
        world,
        names=[name],
        in_class=in_class,
        school=school,
        born_on=born_on,
        upn=upn,
        joined_on=joined_on,
        year_group=year_group,
    )[0]


def some_pupils(
    world: World,
    *,
    names: Iterable[str],
    in_class: SchoolClass | None = None,
    school: School | None = None,
    born_on: date | None = date(2017, 12, 1),
    upn: str | None = None,
    joined_on: date = YEAR_BEGINS,
    year_group: YearGroup | None = None,
) -> list[Pupil]:
    """Many pupils at once, in a constant number of statements."""
    names = list(names)
    school = school or (in_class.school if in_class else world.ashgrove)
    pupils = []
    for each, key in zip(names, sealer().new_keys(len(names)), strict=True):
        forenames, _, surname = each.rpartition(" ")
        pupil = Pupil(
            school=school,
            key=key,
            names={"surname": surname, "forenames": forenames, "known_as": ""},
            born_on=born_on,
            upn=upn,
        )
        pupil.upn_mark = sealer().fingerprint("upn", upn) if upn else None
        pupils.append(pupil)
    Pupil.objects.bulk_create(pupils)
    Enrolment.objects.bulk_create(
        Enrolment(school=school, pupil=pupil, joined_on=joined_on, recorded_at=NOW) for pupil in pupils
    )
    if in_class:
        ClassMembership.objects.bulk_create(
            ClassMembership(school=school, pupil=pupil, school_class=in_class, starts_on=joined_on) for pupil in pupils
        )
    group = year_group or (in_class.year_group if in_class else None)
    if group:
        year = in_class.year if in_class else AcademicYear.objects.filter(school=school).latest("pk")
        YearPlacement.objects.bulk_create(
            YearPlacement(school=school, pupil=pupil, year=year, year_group=group) for pupil in pupils
        )
    return pupils


def enrol(world: World, school_class: SchoolClass, *, pupils: int = 28) -> list[Pupil]:
    """As many more pupils in a class: Pupil One, Pupil Two…"""
    before = ClassMembership.objects.filter(school_class=school_class).count()
    names = [f"Pupil{number:03} Member" for number in range(before, before + pupils)]
    return some_pupils(world, names=names, in_class=school_class)


_addresses = count(1)


def an_account(*, name: str = "Sam Vale", email: str | None = None, password: str | None = None) -> Account:
    """An account without a post. Without a password it can only be let in by `client.force_login`."""
    email = email or f"{name.lower().replace(' ', '.')}.{next(_addresses)}@school.example"
    return Account.objects.create_user(email, password, name=name)


def a_post(
    account: Account,
    role: Role,
    school: School,
    *,
    classes: Iterable[SchoolClass] = (),
    starts_on: date = YEAR_BEGINS,
    ends_on: date | None = None,
) -> Post:
    """A post of `account`, reaching `classes`; of the staff, it comes with a staff record."""
    if role not in {Role.PUPIL, Role.GUARDIAN}:
        Staff.objects.get_or_create(school=school, account=account, defaults={"name": account.name})
    post = Post.objects.create(school=school, account=account, role=role, starts_on=starts_on, ends_on=ends_on)
    PostClass.objects.bulk_create(
        PostClass(school=school, post=post, school_class=each, starts_on=starts_on) for each in classes
    )
    return post


def a_teacher(world: World, *, name: str = "Nia Price", of: SchoolClass) -> Account:
    """One more teacher of the class `of`."""
    account = an_account(name=name)
    a_post(account, Role.TEACHER, of.school, classes=[of])
    return account


def a_change_set(
    world: World, *, school: School | None = None, by: Account | None = None, kind: str = "test"
) -> ChangeSet:
    """A finished change set."""
    return ChangeSet.objects.create(
        school=school or world.ashgrove, kind=kind, by=by or world.okafor, at=NOW, finished_at=NOW
    )


def a_judgement(
    world: World,
    *,
    pupil: Pupil | None = None,
    objective: Objective | None = None,
    letter: str | None = "S",
    kind: Judgement.Kind = Judgement.Kind.STEP,
    by: Account | None = None,
    at: datetime = NOW,
) -> Judgement:
    """A judgement written straight into the table, without history: what stood there before the test began."""
    pupil = pupil or world.amina
    by = by or world.okafor
    return Judgement.objects.create(
        school=pupil.school,
        pupil=pupil,
        objective=objective or world.objectives[0],
        kind=kind,
        step=world.steps[letter] if letter and kind == Judgement.Kind.STEP else None,
        act=uuid.uuid4(),
        judged_at=at,
        recorded_at=at,
        judged_by=by,
        change_set=a_change_set(world, school=pupil.school, by=by),
    )


# -- the parts of the trust -----------------------------------------------------------------------------------------


def _the_year(world: World) -> None:
    world.year = a_year(world.ashgrove)
    world.autumn = a_term(world.year, name="Autumn", first_day=date(2025, 9, 1), last_day=date(2025, 12, 19))
    world.spring = a_term(world.year, name="Spring", first_day=date(2026, 1, 5), last_day=date(2026, 3, 27))
    world.summer = a_term(world.year, name="Summer", first_day=date(2026, 4, 13), last_day=date(2026, 7, 21))
    world.year_3 = YearGroup.objects.create(school=world.ashgrove, name="Year 3", code="3", position=3)
    world.year_4 = YearGroup.objects.create(school=world.ashgrove, name="Year 4", code="4", position=4)
    world.birchwood_year = a_year(world.birchwood)
    a_term(world.birchwood_year, name="Spring", first_day=date(2026, 1, 5), last_day=date(2026, 3, 27))


def _the_cast(world: World) -> None:
    people: list[tuple[str, str, Role, School, list[SchoolClass]]] = [
        ("okafor", "Ada Okafor", Role.TEACHER, world.ashgrove, [world.hazel]),
        ("reyes", "Mateo Reyes", Role.TEACHER, world.ashgrove, [world.rowan]),
        ("office", "Olive Marsh", Role.OFFICE, world.ashgrove, []),
        ("head", "Hester Quill", Role.HEAD, world.ashgrove, []),
        ("senco", "Selma Nour", Role.SENCO, world.ashgrove, []),
        ("dsl", "Dora Lund", Role.DSL, world.ashgrove, []),
        ("tutor", "Tom Umber", Role.TUTOR, world.ashgrove, [world.hazel]),
        ("cover", "Cai Verity", Role.COVER, world.ashgrove, [world.hazel]),
        ("duty", "Dee Yates", Role.DUTY, world.ashgrove, []),
        ("governor", "Gwen Orr", Role.GOVERNOR, world.ashgrove, []),
        ("dpo", "Dov Peel", Role.DPO, world.ashgrove, []),
        ("it", "Ines Tam", Role.IT, world.ashgrove, []),
        ("guardian", "Farah Ali", Role.GUARDIAN, world.ashgrove, []),
        ("amina_herself", "Amina Ali", Role.PUPIL, world.ashgrove, []),
        ("birchwood_senco", "Bryn Senn", Role.SENCO, world.birchwood, []),
        ("birchwood_teacher", "Bea Teale", Role.TEACHER, world.birchwood, [world.elm]),
        ("both", "Bo Thorne", Role.TEACHER, world.ashgrove, [world.rowan]),
    ]
    accounts = [
        Account(email=f"{key}@school.example".replace("_", "."), name=name, password=make_password(None))
        for key, name, *_rest in people
    ]
    Account.objects.bulk_create(accounts)
    world.cast = dict(zip((key for key, *_rest in people), accounts, strict=True))
    for key, account in world.cast.items():
        setattr(world, key, account)
    held = [(world.cast[key], role, school, classes) for key, _name, role, school, classes in people]
    held.append((world.both, Role.TEACHER, world.birchwood, [world.elm]))
    Staff.objects.bulk_create(
        Staff(school=school, account=account, name=account.name)
        for account, role, school, _classes in held
        if role not in {Role.PUPIL, Role.GUARDIAN}
    )
    posts = Post.objects.bulk_create(
        Post(school=school, account=account, role=role, starts_on=YEAR_BEGINS) for account, role, school, _each in held
    )
    PostClass.objects.bulk_create(
        PostClass(school=school, post=post, school_class=each, starts_on=YEAR_BEGINS)
        for post, (_account, _role, school, classes) in zip(posts, held, strict=True)
        for each in classes
    )


def _the_family(world: World) -> None:
    world.amina.account = world.amina_herself
    world.amina.save(update_fields=["account"])
    world.mrs_ali = Guardian.objects.create(
        school=world.ashgrove,
        key=sealer().new_keys(1)[0],
        account=world.guardian,
        names={"name": "Farah Ali"},
        contacts={"telephone": "01632 960 001"},
    )
    Guardianship.objects.create(school=world.ashgrove, pupil=world.amina, guardian=world.mrs_ali, relation="Mother")


def _the_curriculum(world: World) -> None:
    world.scale = a_scale(world.ashgrove)
    world.steps = {step.code: step for step in Step.objects.filter(scale=world.scale)}
    world.framework = Framework.objects.create(school=world.ashgrove, name="Ashgrove objectives", scale=world.scale)
    world.lower_juniors = Stage.objects.create(
        school=world.ashgrove, framework=world.framework, name="Years 3 and 4", position=1
    )
    world.lower_juniors.year_groups.set([world.year_3, world.year_4])
    world.maths = Subject.objects.create(school=world.ashgrove, framework=world.framework, name="Maths", position=1)
    world.number = Strand.objects.create(school=world.ashgrove, subject=world.maths, name="Number", position=1)
    wordings = (
        "Counts on and back in steps of 4, 8, 50 and 100",
        "Says what each digit of a three-digit number is worth",
        "Adds two three-digit numbers in columns",
        "Checks an answer by doing the opposite",
    )
    world.objectives = Objective.objects.bulk_create(
        Objective(school=world.ashgrove, strand=world.number, code=f"N{number}", wording=wording, position=number)
        for number, wording in enumerate(wordings, 1)
    )
    world.lower_juniors.objectives.add(*world.objectives)

    world.birchwood_scale = a_scale(world.birchwood)
    framework = Framework.objects.create(
        school=world.birchwood, name="Birchwood objectives", scale=world.birchwood_scale
    )
    maths = Subject.objects.create(school=world.birchwood, framework=framework, name="Maths", position=1)
    world.birchwood_number = Strand.objects.create(school=world.birchwood, subject=maths, name="Number", position=1)
    world.birchwood_objective = an_objective(
        world, strand=world.birchwood_number, code="B1", wording="Counts to twenty and back", stages=[]
    )


def a_scale(school: School, *, name: str = "Four steps") -> Scale:
    """Beginning, Developing, Secure, Greater depth; Secure counts as secure."""
    scale = Scale.objects.create(school=school, name=name)
    Step.objects.bulk_create(
        Step(
            school=school,
            scale=scale,
            position=position,
            word=word,
            code=code,
            digit=position,
            fill=fill,
            place=place,
            secure=position >= 3,
        )
        for position, (word, code, fill, place) in enumerate(
            [
                ("Beginning", "B", "rose", "below"),
                ("Developing", "D", "straw", "below"),
                ("Secure", "S", "leaf", "at"),
                ("Greater depth", "G", "lilac", "above"),
            ],
            1,
        )
    )
    return scale


def an_objective(
    world: World,
    *,
    strand: Strand | None = None,
    code: str = "N5",
    wording: str = "Rounds to the nearest ten",
    stages: Iterable[Stage] | None = None,
) -> Objective:
    """One more objective at the end of a strand (Number, unless told)."""
    strand = strand or world.number
    objective = Objective.objects.create(
        school=strand.school,
        strand=strand,
        code=code,
        wording=wording,
        position=Objective.objects.filter(strand=strand).count() + 1,
    )
    objective.stages.set([world.lower_juniors] if stages is None else stages)
    return objective
