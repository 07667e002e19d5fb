"""What the seven screens do, each in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from muster.curriculum import actions as curriculum
from muster.curriculum.models import Framework, Scale
from muster.curriculum.rules.outline import Outline
from muster.curriculum.rules.pasting import wanted_from
from muster.people.access import Role
from muster.people.actions import classes, pupils, schools
from muster.people.models import AcademicYear, Account, School, SchoolClass, YearGroup
from muster.people.rules.class_lists import Name
from muster.people.signin import actions as signin
from muster.people.signin.links import FreshLink

ZONES = {"IE": "Europe/Dublin", "US": "America/New_York"}


@transaction.atomic
def choose_country(*, school: School, country: str, by: Account, at: datetime) -> School:
    """Set the country, and the time zone most of it keeps."""
    facts = {"country": country, "time_zone": ZONES.get(country, "Europe/London")}
    if country == "XX":
        facts.pop("time_zone")
    return schools.describe_school(school=school, facts=facts, by=by, at=at)


@transaction.atomic
def leave_naming_for_later(*, school: School, by: Account, at: datetime) -> None:
    """Give a school without year groups those most have, so that classes and stages have something to stand on."""
    if not YearGroup.objects.at(school).exists():
        schools.add_year_groups(school=school, groups=schools.USUAL_YEAR_GROUPS[kind_of(school.name)], by=by, at=at)


def kind_of(name: str) -> str:
    """What kind of school one of that name usually is; primary where the name does not say."""
    words = name.casefold()
    if "all-through" in words or "all through" in words:
        return "all-through"
    return "secondary" if any(word in words for word in ("secondary", "high school", "upper school")) else "primary"


@transaction.atomic
def name_school(
    *,
    school: School,
    name: str,
    kind: str,
    help_person: str,
    head_name: str,
    head_email: str,
    by: Account,
    at: datetime,
) -> FreshLink | None:
    """Name the school and its year groups, and let its head in where that is somebody else. Their link, if any."""
    schools.describe_school(school=school, facts={"name": name, "help_person": help_person}, by=by, at=at)
    if kind and not YearGroup.objects.at(school).exists():
        schools.add_year_groups(school=school, groups=schools.USUAL_YEAR_GROUPS[kind], by=by, at=at)
    if not head_email:
        return None
    return signin.invite(
        name=head_name, email=head_email, role=Role.HEAD, school=school, starts_on=school.day(at), by=by, at=at
    )


@transaction.atomic
def paste_class(
    *,
    year: AcademicYear,
    name: str,
    year_group: YearGroup | None,
    names: Sequence[Name],
    mine: bool,
    by: Account,
    at: datetime,
) -> SchoolClass:
    """Make a class with its pupils, on roll since the year began; `mine` lets its maker mark it as its teacher."""
    made = classes.add_class(year=year, name=name, year_group=year_group, by=by, at=at)
    since = min(year.first_day, year.school.day(at))
    if names:
        joiners = [pupils.Joiner(each.surname, each.forenames, school_class=made, joined_on=since) for each in names]
        pupils.enrol(school=year.school, joiners=joiners, by=by, at=at)
    if mine:
        give_to_oneself(school_class=made, by=by, at=at)
    return made


def give_to_oneself(*, school_class: SchoolClass, by: Account, at: datetime) -> None:
    """Make `by` the teacher of a class: with the teacher's post they hold here already, or a new one."""
    school, today = school_class.school, school_class.school.day(at)
    held = [post for post in by.viewer(at).posts if post.school_id == school.pk and post.role == Role.TEACHER]
    post = held[0] if held else by.posts.filter(school=school, role=Role.TEACHER, ends_on__isnull=True).first()
    if post is not None:
        classes.teach(post=post, school_class=school_class, on=today, by=by, at=at)
        return
    signin.invite(
        name=by.name,
        email=by.email,
        role=Role.TEACHER,
        school=school,
        classes=[school_class],
        starts_on=today,
        by=by,
        at=at,
    )


@transaction.atomic
def paste_objectives(
    *, school: School, scale: Scale, outline: Outline, stage: str, by: Account, at: datetime
) -> Framework:
    """Put one subject's objectives into the school's framework for that scale, made where there is none."""
    framework = Framework.objects.at(school).live().filter(scale=scale).order_by("pk").first()
    if framework is None:
        name = _("%(school)s objectives") % {"school": school.name}
        framework = curriculum.add_framework(school=school, name=name[:120], scale=scale, by=by, at=at)
    wanted = wanted_from(outline, stages=(stage,) if stage else ())
    curriculum.fill_framework(framework=framework, plan=curriculum.plan_for(framework, wanted), by=by, at=at)
    return framework
