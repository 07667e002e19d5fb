"""Planting: rows of the invented trust, in bulk and always the same for the same number of pupils and the same day.

Everything goes in within one transaction, so a planting that is cut short leaves nothing. History gets one entry for
each school, as for any large change: one change set, by nobody.
"""

import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

from django.contrib.auth.hashers import make_password
from django.db import transaction

from muster.config.planting import calendar, words
from muster.config.planting.attending import take_registers
from muster.config.planting.cast import CAST, PASSWORD, TRUST
from muster.config.planting.ground import Ground, Group, saved, stable_uuid
from muster.config.planting.names import MIDDLE, ROADS, SHORTENED, SHOWN, TEACHERS, TREES, children, upn
from muster.config.planting.summing_up import sum_up
from muster.config.planting.teaching import set_apart, teach
from muster.config.refusals import Refused
from muster.config.verbs import Verb
from muster.curriculum.models import Framework, Objective, Scale, Stage, Step, Strand, Subject
from muster.markbook.models import Judgement, Note
from muster.people.access import Role
from muster.people.doors import purpose, record, sealer
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Closure,
    Enrolment,
    GroupStatus,
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
from muster.people.purposes import Purpose, Shows

CLASS_SIZE = 30
KIND = "planting"
TEACHER = "Ngozi Okafor"
OTHER_TEACHERS = [name for name in TEACHERS if name != TEACHER]
YEAR_CODES = ("R", "1", "2", "3", "4", "5", "6")
# Which year groups have classes first, where there are few pupils: the demo's teacher has Year 3.
FILLED_FIRST = (3, 4, 5, 2, 1, 6, 0)


class RealPupils(Refused):
    """There are pupils here already; an invented trust must never stand among them."""


@dataclass
class Planted:
    """What was planted."""

    pupils: int = 0
    judgements: int = 0


def plant(*, pupils: int, at: datetime) -> Planted:
    """Plant the trust as it would stand at `at` (aware), with `pupils` children in its primary school.

    Raises `RealPupils` where there is any pupil already.
    """
    with purpose().using(Purpose.TEACH, Shows.RECORD), transaction.atomic():
        if Pupil.objects.all()[:1]:
            raise RealPupils(
                "There are pupils in this installation. The invented trust is planted in an empty one only."
            )
        trust = Trust.objects.create(name=TRUST)
        accounts = make_accounts(pupils)
        ashgrove = make_school(trust, "ashgrove", "Ashgrove Primary School", at, help_person="Maureen Tilley, office")
        birchwood = make_school(trust, "birchwood", "Birchwood School", at, help_person="Yasmin Daoud, head")
        planted = Planted()
        grow(make_ground(ashgrove, at), accounts, class_plan(pupils), planted, scale=words.SCALE)
        grow(
            make_ground(birchwood, at),
            accounts,
            [(3, "Otters", 12), (5, "Herons", 12)],
            planted,
            scale=words.BIRCHWOOD_SCALE,
        )
    return planted


def class_plan(pupils: int) -> list[tuple[int, str, int]]:
    """Classes for so many children: stage, name of its tree, and how many are in it."""
    sizes = [CLASS_SIZE] * (pupils // CLASS_SIZE) + ([pupils % CLASS_SIZE] if pupils % CLASS_SIZE else [])
    plan = []
    for index, size in enumerate(sizes):
        stage, row = FILLED_FIRST[index % 7], index // 7
        tree = TREES[stage] if not row else TREES[(7 + stage + 7 * (row - 1)) % len(TREES)]
        again = f" {row // 5 + 1}" if row >= 5 else ""
        plan.append((stage, tree + again, size))
    return sorted(plan)


def make_accounts(pupils: int) -> dict[str, Account]:
    """An account for everyone of the cast and for every class teacher, by address."""
    # One hash serves all: these people are invented and their password is printed.
    password = make_password(PASSWORD)
    people = {part.address: part.name for part in CAST}
    for name in OTHER_TEACHERS[: len(class_plan(pupils))]:
        people[f"{slug(name)}@ashgrove.example"] = name
    rows = saved(Account, [Account(email=address, name=name, password=password) for address, name in people.items()])
    return {account.email: account for account in rows}


def slug(name: str) -> str:
    """A name as part of an address."""
    return "".join(letter for letter in name.lower().replace(" ", ".") if letter.isascii() and letter != "'")


def make_school(trust: Trust, address: str, name: str, at: datetime, *, help_person: str) -> School:
    """A school, set up."""
    return School.objects.create(trust=trust, slug=address, name=name, help_person=help_person, set_up_at=at)


def make_ground(school: School, at: datetime) -> Ground:
    """Years, terms and year groups of `school`, around `at`."""
    today = school.day(at)
    begins = calendar.year_of(today)
    years = []
    for dates in (calendar.school_year(begins - 1), calendar.school_year(begins)):
        year = AcademicYear.objects.create(school=school, name=dates.name, first_day=dates.first, last_day=dates.last)
        for term_dates in dates.terms:
            term = Term.objects.create(
                school=school, year=year, name=term_dates.name, first_day=term_dates.first, last_day=term_dates.last
            )
            saved(
                HalfTerm,
                [
                    HalfTerm(school=school, term=term, name=half.name, first_day=half.first, last_day=half.last)
                    for half in term_dates.halves
                ],
            )
        training = dates.terms[0].halves[1].first
        Closure.objects.create(school=school, on=training, reason="Training day")
        years.append(year)
    groups = saved(
        YearGroup,
        [
            YearGroup(school=school, name=name, code=code, position=position)
            for position, (name, code) in enumerate(zip(words.STAGES, YEAR_CODES, strict=True))
        ],
    )
    change_set = ChangeSet.objects.create(
        school=school, uuid=uuid.uuid5(uuid.NAMESPACE_DNS, f"{school.slug}.example"), kind=KIND, by=None, at=at
    )
    chance = random.Random(f"muster {school.slug}")  # noqa: S311  invented people need no secret
    return Ground(school, at, today, chance, change_set, years[1], years[0], groups)


def grow(
    ground: Ground,
    accounts: dict[str, Account],
    plan: list[tuple[int, str, int]],
    planted: Planted,
    *,
    scale: tuple[tuple[str, str, int, str, str, int | None, bool], ...],
) -> None:
    """Everything of one school, ending with its one entry in history."""
    school, at = ground.school, ground.at
    make_classes(ground, accounts, plan)
    pupils = make_pupils(ground, accounts, plan)
    make_posts(ground, accounts)
    make_group_statuses(ground, pupils)
    steps, units = make_framework(ground, scale)
    set_apart(ground)
    judgements = sum_up(ground) + make_judgements(ground, steps, units)
    teach(ground)
    make_notes(ground, units)
    take_registers(ground)
    ChangeSet.objects.filter(pk=ground.change_set.pk).update(
        finished_at=at, summary={"pupils": len(pupils), "judgements": judgements}
    )
    planted.pupils += len(pupils)
    planted.judgements += judgements
    record(
        Verb.DEMO_PLANTED,
        school=school,
        by=None,
        at=at,
        about=ground.change_set,
        pupils=[pupil.pk for pupil in pupils],
        details={"pupils": len(pupils), "judgements": judgements},
    )


def make_classes(ground: Ground, accounts: dict[str, Account], plan: list[tuple[int, str, int]]) -> None:
    """This year's registration classes, and last year's for the children who were here."""
    school = ground.school
    by_name = {account.name: account for account in accounts.values()}
    for index, (stage, tree, _size) in enumerate(plan):
        if school.slug == "birchwood":
            teacher, name = by_name["Hamish Rutherglen"], tree
        else:
            hers = stage == 3 and tree == TREES[3]
            teacher = by_name[TEACHER if hers else OTHER_TEACHERS[index % len(OTHER_TEACHERS)]]
            name = f"{YEAR_CODES[stage]} {tree}"
        now = SchoolClass.objects.create(
            school=school, year=ground.year, name=name, year_group=ground.year_groups[stage]
        )
        before = None
        if stage:
            earlier = (
                name if school.slug == "birchwood" else f"{YEAR_CODES[stage - 1]} {TREES[(stage - 1)]} {index + 1}"
            )
            before = SchoolClass.objects.create(
                school=school, year=ground.last_year, name=earlier, year_group=ground.year_groups[stage - 1]
            )
        ground.groups.append(Group(stage, tree, teacher, now, before))


def make_pupils(ground: Ground, accounts: dict[str, Account], plan: list[tuple[int, str, int]]) -> list[Pupil]:
    """Children with sealed names and birth dates, on roll, in a class, with their families."""
    school, chance = ground.school, ground.chance
    invented = children(chance)
    keys = iter(sealer().new_keys(sum(size for _, _, size in plan)))
    base = 10_000_000 if school.slug == "ashgrove" else 20_000_000
    rows: list[Pupil] = []
    for group, (stage, _tree, size) in zip(ground.groups, plan, strict=True):
        hers = group.teacher.email.startswith("teacher@ashgrove")
        for child in islice(chain(SHOWN if hers else (), invented), size):
            number = upn(base + len(rows))
            pupil = Pupil(
                school=school,
                key=next(keys),
                names={"surname": child.surname, "forenames": child.forenames, "known_as": child.known_as},
                born_on=birthday(chance, ground.year.first_day.year - 4 - stage),
                upn=number,
                upn_mark=sealer().fingerprint("upn", number),
                contacts={"address": f"{chance.randint(1, 120)} {chance.choice(ROADS)}, Ashgrove"},
            )
            pupil.__dict__["girl"] = child.girl
            group.pupils.append(pupil)
            rows.append(pupil)
    siblings = families(ground, accounts, rows)
    if school.slug == "ashgrove":
        star = next((group for group in ground.groups if group.stage == 6), ground.groups[0]).pupils[0]
        star.account = accounts["pupil@ashgrove.example"]
        Account.objects.filter(pk=star.account.pk).update(name=star.name)
    saved(Pupil, rows)
    place(ground)
    save_families(ground, siblings)
    return rows


def birthday(chance: random.Random, first_september: int) -> date:
    """A day in the year that begins on the first of September of the year given."""
    return date(first_september, 9, 1) + timedelta(days=chance.randrange(365))


def place(ground: Ground) -> None:
    """Put every child on roll and into classes and year groups."""
    school, at = ground.school, ground.at
    enrolments, placements, memberships = [], [], []
    for group in ground.groups:
        for pupil in group.pupils:
            joined = date(ground.year.first_day.year - group.stage, 9, 1)
            enrolments.append(Enrolment(school=school, pupil=pupil, joined_on=joined, recorded_at=at))
            placements.append(
                YearPlacement(school=school, pupil=pupil, year=ground.year, year_group=ground.year_groups[group.stage])
            )
            memberships.append(
                ClassMembership(school=school, pupil=pupil, school_class=group.now, starts_on=ground.year.first_day)
            )
            if group.before:
                placements.append(
                    YearPlacement(
                        school=school,
                        pupil=pupil,
                        year=ground.last_year,
                        year_group=ground.year_groups[group.stage - 1],
                    )
                )
                memberships.append(
                    ClassMembership(
                        school=school,
                        pupil=pupil,
                        school_class=group.before,
                        starts_on=ground.last_year.first_day,
                        ends_on=ground.last_year.last_day,
                    )
                )
    saved(Enrolment, enrolments)
    saved(YearPlacement, placements)
    saved(ClassMembership, memberships)


@dataclass
class Family:
    """Grown-ups and the children they look after."""

    guardians: list[Guardian]
    relations: list[str]
    children: list[Pupil]
    no_contact: bool = False


def families(ground: Ground, accounts: dict[str, Account], pupils: list[Pupil]) -> list[Family]:
    """One family a child, but every fifth child joins the one before: brothers and sisters across classes."""
    chance, school = ground.chance, ground.school
    made: list[Family] = []
    order = sorted(pupils, key=lambda pupil: chance.random())
    hers = SameObjects(next((group for group in ground.groups if group.stage == 3), ground.groups[0]).pupils)
    for index, pupil in enumerate(order):
        if index % 5 == 4:
            made[-1].children.append(pupil)
            names = dict(pupil.names)
            names["surname"] = made[-1].children[0].surname
            pupil.names = names
            continue
        count = 1 if chance.random() < 0.4 else 2
        made.append(Family([Guardian(school=school) for _ in range(count)], ["Mother", "Father"][:count], [pupil]))
    if school.slug == "ashgrove":
        # The guardian who signs in has a child in the teacher's class.
        family = next(
            (family for family in made if len(family.children) > 1 and hers.holds_any(family.children)), made[0]
        )
        family.guardians[0].account = accounts["guardian@ashgrove.example"]
    if len(made) > 7:
        made[7].no_contact = len(made[7].guardians) > 1
    keys = iter(sealer().new_keys(sum(len(family.guardians) for family in made)))
    for family in made:
        for position, guardian in enumerate(family.guardians):
            guardian.key = next(keys)
            first = chance.choice(MIDDLE if position else [*SHORTENED.values()])
            name = "Rosa Lindqvist" if guardian.account_id else f"{first} {family.children[0].surname}"
            guardian.names = {"name": name}
            number = chance.randrange(1000)
            guardian.contacts = {
                "telephone": f"01632 960{number:03d}",
                "email": f"family{number}@home.example",
            }
    return made


class SameObjects:
    """A set of unsaved rows, which cannot be hashed."""

    def __init__(self, rows: list[Pupil]) -> None:
        self._ids = {id(row) for row in rows}

    def holds_any(self, rows: Iterable[Pupil]) -> bool:
        """Whether any of `rows` is one of these."""
        return any(id(row) in self._ids for row in rows)


def save_families(ground: Ground, made: list[Family]) -> None:
    """Insert guardians and who they are to whom."""
    saved(Guardian, [guardian for family in made for guardian in family.guardians])
    saved(
        Guardianship,
        [
            Guardianship(
                school=ground.school,
                pupil=child,
                guardian=guardian,
                relation=relation,
                no_contact=family.no_contact and position == 2,
                responsibility=not (family.no_contact and position == 2),
                position=position,
            )
            for family in made
            for child in family.children
            for position, (guardian, relation) in enumerate(
                zip(family.guardians, family.relations, strict=True), start=1
            )
        ],
    )


def make_posts(ground: Ground, accounts: dict[str, Account]) -> None:
    """Posts of the cast and of every class teacher; staff rows for those who work here."""
    school = ground.school
    begins = ground.last_year.first_day
    posts: list[Post] = []
    reach: list[tuple[Post, Group]] = []
    by_stage = {group.stage: group for group in reversed(ground.groups)}

    def near(stage: int) -> Group:
        return by_stage.get(stage) or ground.groups[-1]

    for part in CAST:
        if school.slug not in part.schools:
            continue
        post = Post(school=school, account=accounts[part.address], role=part.role, starts_on=begins)
        posts.append(post)
        match part.role:
            case Role.COVER:
                reach.append((post, near(4)))
            case Role.TUTOR:
                reach += [(post, near(3)), (post, near(5))] if near(3) is not near(5) else [(post, near(3))]
    held = {post.account_id: post for post in posts if post.role == Role.TEACHER}
    for group in ground.groups:
        if group.teacher.pk not in held:
            held[group.teacher.pk] = Post(school=school, account=group.teacher, role=Role.TEACHER, starts_on=begins)
            posts.append(held[group.teacher.pk])
        reach.append((held[group.teacher.pk], group))
    saved(Post, posts)
    saved(
        PostClass,
        [
            PostClass(school=school, post=post, school_class=group.now, starts_on=ground.year.first_day)
            for post, group in reach
        ],
    )
    working = {post.account_id: post.account for post in posts if post.role not in {Role.PUPIL, Role.GUARDIAN}}
    saved(
        Staff,
        [
            Staff(school=school, account=account, name=account.name, short_name=account.name.split()[0])
            for account in working.values()
        ],
    )


def make_group_statuses(ground: Ground, pupils: list[Pupil]) -> None:
    """Key groups and who is in them; of some children a thing is not known, and then there is no row."""
    school, chance = ground.school, ground.chance
    groups = saved(
        KeyGroup,
        [
            KeyGroup(school=school, code=code, name=name, position=position)
            for position, (code, name, _) in enumerate(words.GROUPS, start=1)
        ],
    )
    rows = []
    for group, (code, _name, share) in zip(groups, words.GROUPS, strict=True):
        for pupil in pupils:
            if share > 0:
                if chance.random() < 0.06:
                    continue
                inside = chance.random() < share
            else:
                girl = bool(pupil.__dict__["girl"])
                inside = {"girls": girl, "boys": not girl}.get(code, pupil.born_on.month in (4, 5, 6, 7, 8))
            rows.append(
                GroupStatus(
                    school=school,
                    pupil=pupil,
                    group=group,
                    answer=GroupStatus.Answer.YES if inside else GroupStatus.Answer.NO,
                    starts_on=ground.last_year.first_day,
                    source="Admission form",
                )
            )
    saved(GroupStatus, rows)


@dataclass
class Unit:
    """A strand at one stage: what a class meets as one grid."""

    strand: Strand
    first: bool
    objectives: list[Objective] = field(default_factory=list)


def make_framework(
    ground: Ground, scale_words: tuple[tuple[str, str, int, str, str, int | None, bool], ...]
) -> tuple[list[Step], dict[int, list[Unit]]]:
    """The school's scale and objectives; the units of each stage."""
    school, chance = ground.school, ground.chance
    scale = Scale.objects.create(school=school, uuid=stable_uuid(chance), name=f"{school.name.split()[0]} steps")
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
                digit=digit,
                fill=fill,
                place=place_,
                number=number,
                secure=secure,
            )
            for position, (word, code, digit, fill, place_, number, secure) in enumerate(scale_words, start=1)
        ],
    )
    framework = Framework.objects.create(
        school=school,
        uuid=stable_uuid(chance),
        name=f"{school.name.split()[0]} objectives",
        scale=scale,
        source="Invented for the demo",
    )
    stages = saved(
        Stage,
        [
            Stage(school=school, uuid=stable_uuid(chance), framework=framework, name=name, position=position)
            for position, name in enumerate(words.STAGES)
        ],
    )
    for stage, year_group in zip(stages, ground.year_groups, strict=True):
        stage.year_groups.add(year_group)
    units: dict[int, list[Unit]] = {place: [] for place in range(len(stages))}
    at_stages = []
    for subject_position, (subject_name, strands) in enumerate(words.SUBJECTS.items()):
        subject = Subject.objects.create(
            school=school,
            uuid=stable_uuid(chance),
            framework=framework,
            name=subject_name,
            position=subject_position,
        )
        for strand_position, strand_words in enumerate(strands):
            strand = Strand.objects.create(
                school=school,
                uuid=stable_uuid(chance),
                subject=subject,
                name=strand_words.name,
                position=strand_position,
            )
            for place, stage in enumerate(stages):
                unit = Unit(strand, first=not subject_position and not strand_position)
                for number, line in enumerate(strand_words.lines, start=1):
                    wording = line.for_stage(place)
                    unit.objectives.append(
                        Objective(
                            school=school,
                            uuid=stable_uuid(chance),
                            strand=strand,
                            code=f"{strand_words.code}{number}",
                            wording=wording,
                            is_key=line.is_key,
                            position=place * 100 + number,
                        )
                    )
                saved(Objective, unit.objectives)
                at_stages += [
                    Objective.stages.through(objective_id=objective.pk, stage_id=stage.pk)
                    for objective in unit.objectives
                ]
                units[place].append(unit)
    saved(Objective.stages.through, at_stages)
    return steps, units


def make_judgements(ground: Ground, steps: list[Step], units: dict[int, list[Unit]]) -> int:
    """Two terms of marks: the last one, and this one as far as it has come. The teacher has a unit still to mark."""
    this, last = calendar.this_and_last_term(ground.today)
    last_days = calendar.school_days(last, last.last)
    yesterday = ground.today - timedelta(days=1)
    this_days = calendar.school_days(this, yesterday)
    another_year = last.first < ground.year.first_day
    earlier = list(judged_in(ground, steps, units, last_days, progress=-0.3, share=0.45, another_year=another_year))
    earlier.sort(key=lambda row: row.judged_at)
    saved(Judgement, earlier)
    newest = {(row.pupil_id, row.objective_id): row for row in earlier}
    now = list(judged_in(ground, steps, units, this_days, progress=0.25, share=0.6)) if this_days else []
    now.sort(key=lambda row: row.judged_at)
    for row in now:
        row.over = newest.get((row.pupil_id, row.objective_id))
    saved(Judgement, now)
    return len(earlier) + len(now)


def judged_in(
    ground: Ground,
    steps: list[Step],
    units: dict[int, list[Unit]],
    days: list[date],
    *,
    progress: float,
    share: float,
    another_year: bool = False,
) -> Iterator[Judgement]:
    """Marks of one term: each class, unit by unit, on the days it taught them."""
    chance, school = ground.chance, ground.school
    this_term = progress > 0
    for group in ground.groups:
        taught = [(unit, share) for unit in units[group.stage]]
        if another_year:
            # At the end of the summer: the old year's objectives, and a first look at the coming ones.
            taught = [(unit, share * 0.5) for unit in units[group.stage]]
            if group.before:
                taught += [(unit, share) for unit in units[group.stage - 1]]
            else:
                continue
        able = {pupil.pk: chance.gauss(0, 0.8) for pupil in group.pupils}
        for unit, part in taught:
            if this_term and unit.first and group.teacher.email.startswith("teacher@"):
                continue
            reached = max(2, round(len(unit.objectives) * part))
            for objective in unit.objectives[:reached]:
                moment = afternoon(ground, chance.choice(days), chance)
                act = stable_uuid(chance)
                ease = chance.gauss(0, 0.4) + progress
                for pupil in group.pupils:
                    lot = chance.random()
                    if lot < 0.07:
                        continue
                    kind, step = Judgement.Kind.STEP, None
                    if lot < 0.085:
                        kind = Judgement.Kind.ABSENT
                    else:
                        level = 0.52 + 0.22 * (able[pupil.pk] + ease + chance.gauss(0, 0.5))
                        step = steps[max(0, min(len(steps) - 1, int(level * len(steps))))]
                    yield Judgement(
                        school=school,
                        device_key=stable_uuid(chance),
                        act=act,
                        pupil=pupil,
                        objective=objective,
                        kind=kind,
                        step=step,
                        judged_at=moment,
                        recorded_at=moment,
                        judged_by=group.teacher,
                        change_set=ground.change_set,
                    )


def afternoon(ground: Ground, day: date, chance: random.Random) -> datetime:
    """Some time between two and half past three of a school day, aware."""
    return datetime.combine(day, time(14), ground.school.zone) + timedelta(seconds=chance.randrange(5400))


NOTES = (
    "Explained it to a partner with counters, then without.",
    "Sure when talking; needs the number line to write it.",
    "Read this to the whole class today. Very proud.",
    "Mixed up b and d twice; put both right unasked.",
    "Wants more of this. Gave the harder set.",
    "Away for the first lesson; caught up with Mrs Tilley's group.",
)


def make_notes(ground: Ground, units: dict[int, list[Unit]]) -> None:
    """A few words in every class."""
    moment = ground.at - timedelta(days=1)
    rows = []
    for group in ground.groups:
        objective = units[group.stage][1].objectives[0]
        rows += [
            Note(
                school=ground.school,
                device_key=stable_uuid(ground.chance),
                pupil=pupil,
                objective=objective,
                text=text,
                written_at=moment,
                recorded_at=moment,
                written_by=group.teacher,
                change_set=ground.change_set,
            )
            for pupil, text in zip(group.pupils[::5], NOTES, strict=False)
        ]
    saved(Note, rows)
