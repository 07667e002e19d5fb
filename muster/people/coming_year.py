"""The school year that comes next: what is proposed, what was said instead, and what would come of it.

Reading only. `actions/next_year.py` writes, and plans again before it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from muster.people import doors
from muster.people.access import OWN_CLASSES, Role
from muster.people.calendar import terms_of, year_at
from muster.people.models import (
    AcademicYear,
    ChangeSet,
    ClassMembership,
    Closure,
    Enrolment,
    NextPlace,
    NextYear,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.models.classes import on_day
from muster.people.next_year import Turning
from muster.people.purposes import Purpose
from muster.people.rules.next_year import (
    Choices,
    ClassNow,
    Goes,
    Group,
    PupilNow,
    Said,
    YearPlan,
    folded_name,
    moved_closures,
    moved_terms,
    next_span,
    next_year_name,
    planned,
)
from muster.people.rules.school_days import Span, TermDates, usual_year
from muster.people.verbs import Verb

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dates:
    """The days of the next year. `leave_on` is the last day on roll of those who leave."""

    name: str
    span: Span
    terms: tuple[TermDates, ...]
    closures: tuple[tuple[date, str], ...]
    leave_on: date


@dataclass(frozen=True)
class Coming:
    """The turning of `year` as it stands. `into` is the next year where it is there already.

    `teachers` holds the post that is to reach a class, by the class's key.
    """

    school: School
    year: AcademicYear
    into: AcademicYear | None
    dates: Dates
    groups: tuple[Group, ...]
    classes: tuple[ClassNow, ...]
    pupils: tuple[PupilNow, ...]
    plan: YearPlan
    teachers: Mapping[str, int]
    settled: int
    """Pupils who have a class in the next year already."""

    @property
    def turning(self) -> Turning:
        """As other apps need to know it."""
        return Turning(self.school, self.year, self.dates.span, self.dates.terms, self.plan)

    @cached_property
    def proposed(self) -> YearPlan:
        """What would come of it had nobody said anything."""
        return planned(self.groups, self.classes, self.pupils, Choices())

    @cached_property
    def mark(self) -> str:
        """What tells this turning from another one."""
        return self.plan.mark(self.year.pk, self.into and self.into.pk, self.dates, sorted(self.teachers.items()))


def year_to_turn(school: School, today: date) -> AcademicYear | None:
    """The year whose classes move up next: this one, or after 1 September the last, while pupils are still in it.

    At most three statements.
    """
    now = year_at(school, today)
    if now is None:
        return None
    before = AcademicYear.objects.at(school).filter(last_day__lt=now.first_day).order_by("-first_day").first()
    if before is not None and left_behind(school, before, now.first_day).exists():
        return before
    return now


def left_behind(school: School, year: AcademicYear, day: date) -> Any:
    """Places in registration classes of `year` that still count on `day`, after it, of pupils on roll then."""
    return ClassMembership.objects.filter(
        on_day(day),
        school=school,
        school_class__year=year,
        school_class__kind=SchoolClass.Kind.REGISTRATION,
        pupil__in=Pupil.objects.filter(school=school).on_roll(day),
    )


def turned(year: AcademicYear) -> ChangeSet | None:
    """The change that turned `year` into the next; None where nobody has, or it was undone."""
    made = ChangeSet.objects.filter(
        school=year.school_id, kind=Verb.YEAR_TURNED, finished_at__isnull=False, undone_by__isnull=True
    )
    return next((each for each in made.order_by("-pk") if each.summary.get("from") == year.pk), None)


def year_after(year: AcademicYear) -> AcademicYear | None:
    """The year that follows, where it is there already."""
    later = AcademicYear.objects.at(year.school).filter(first_day__gt=year.last_day)
    return later.order_by("first_day").first()


def coming(year: AcademicYear) -> Coming:
    """What turning `year` would do now. A constant number of statements, whatever the size of the school."""
    school = year.school
    into = year_after(year)
    kept = NextYear.objects.at(school).filter(year=year).first()
    choices: Mapping[str, Any] = kept.choices if kept else {}
    dates = dates_of(year, into, choices)
    groups = tuple(Group(*row) for row in YearGroup.objects.at(school).values_list("pk", "name", "code", "position"))
    classes = tuple(
        ClassNow(pk, name, group, kind == SchoolClass.Kind.TEACHING)
        for pk, name, group, kind in SchoolClass.objects.at(school)
        .filter(year=year)
        .order_by("year_group__position", "name", "pk")
        .values_list("pk", "name", "year_group", "kind")
    )
    standing = {
        folded_name(name): pk
        for pk, name in SchoolClass.objects.at(school).filter(year=into).values_list("pk", "name")
        if into is not None
    }
    there = settled_in(into, dates.span.first)
    pupils = [pupil for pupil in pupils_to_move(year, dates.span.first) if pupil.pk not in there]
    said = said_of(year, choices, groups)
    return Coming(
        school=school,
        year=year,
        into=into,
        dates=dates,
        groups=groups,
        classes=classes,
        pupils=tuple(pupils),
        plan=planned(groups, classes, pupils, said, standing=standing),
        teachers={key: int(post) for key, post in choices.get("teachers", {}).items()},
        settled=len(there),
    )


def settled_in(into: AcademicYear | None, day: date) -> set[int]:
    """Pupils who have a registration class in the next year already."""
    if into is None:
        return set()
    places = ClassMembership.objects.filter(
        school=into.school_id, school_class__year=into, school_class__kind=SchoolClass.Kind.REGISTRATION
    )
    return set(places.exclude(ends_on__lt=day).values_list("pupil", flat=True))


@doors.reads(Purpose.ADMINISTER)
def pupils_to_move(year: AcademicYear, first_day: date) -> list[PupilNow]:
    """Pupils in a registration class of `year` at its end, or since, who are on roll when the next one begins.

    Three statements. They decide who moves; a page shows of it no more than names and classes.
    """
    school = year.school_id
    until = dict(
        Enrolment.objects.filter(school=school, joined_on__lte=first_day)
        .filter(Q(leaving__isnull=True) | Q(leaving__left_on__gte=first_day), pupil__merged_into__isnull=True)
        .order_by("joined_on")
        .values_list("pupil", "leaving__left_on")
    )
    placed = dict(YearPlacement.objects.filter(school=school, year=year).values_list("pupil", "year_group"))
    rows = ClassMembership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=F("school_class__year__last_day")),
        school=school,
        school_class__year=year,
        school_class__kind=SchoolClass.Kind.REGISTRATION,
    )
    # Of several places the one begun last speaks.
    inside = dict(rows.order_by("starts_on", "pk").values_list("pupil", "school_class"))
    return [
        PupilNow(pupil, school_class, placed.get(pupil), until[pupil])
        for pupil, school_class in sorted(inside.items())
        if pupil in until
    ]


def said_of(year: AcademicYear, choices: Mapping[str, Any], groups: tuple[Group, ...]) -> Choices:
    """What was said, as the rules take it. One statement."""
    places = NextPlace.objects.filter(school=year.school_id, year=year)
    known = {group.pk for group in groups}
    besides = choices.get("besides")
    return Choices(
        lines={key: Said(Goes(goes), name) for key, (goes, name) in choices.get("lines", {}).items()},
        pupils={
            pupil: Said(Goes(goes), name, group)
            for pupil, goes, name, group in places.values_list("pupil", "goes", "name", "year_group")
        },
        besides=None
        if besides is None
        else tuple((name, group if group in known else None) for name, group in besides),
        carried=frozenset(choices.get("carried", ())),
    )


def dates_of(year: AcademicYear, into: AcademicYear | None, choices: Mapping[str, Any]) -> Dates:
    """The days of the next year: those it has where it is there, else those that were said, else those proposed."""
    said = choices.get("dates")
    leave_on = date.fromisoformat(said["leave_on"]) if said else year.last_day
    if into is not None:
        closed = Closure.objects.at(year.school).filter(on__range=(into.first_day, into.last_day)).order_by("on")
        span = Span(into.first_day, into.last_day)
        return Dates(into.name, span, tuple(terms_of(into)), tuple(closed.values_list("on", "reason")), leave_on)
    if said:
        return Dates(
            said["name"],
            Span(date.fromisoformat(said["first_day"]), date.fromisoformat(said["last_day"])),
            tuple(term_from(each) for each in said["terms"]),
            tuple((date.fromisoformat(day), reason) for day, reason in said["closures"]),
            leave_on,
        )
    span = next_span(Span(year.first_day, year.last_day))
    now = terms_of(year)
    terms = moved_terms(now, within=span) if now else usual_terms(span)
    closed = Closure.objects.at(year.school).filter(on__range=(year.first_day, year.last_day))
    closures = moved_closures(closed.values_list("on", "reason"), terms=terms)
    return Dates(next_year_name(year.name, span), span, tuple(terms), tuple(closures), leave_on)


def usual_terms(span: Span) -> list[TermDates]:
    """The terms most schools have, for a school whose year has none; none where its year is another one."""
    from muster.people.actions.schools import proposed_terms  # the action reads nothing; the word for a term is its own

    return [
        term for term in proposed_terms(usual_year(span.first)) if term.span.first in span and term.span.last in span
    ]


def term_as_text(term: TermDates) -> list[str]:
    """A term as it rests in what was said."""
    days = [term.span.first, term.span.last, *((term.holiday.first, term.holiday.last) if term.holiday else ())]
    return [term.name, *(day.isoformat() for day in days)]


def term_from(text: list[str]) -> TermDates:
    """The way back of `term_as_text`."""
    name, first, last, *holiday = text
    return TermDates(
        name,
        Span(date.fromisoformat(first), date.fromisoformat(last)),
        Span(date.fromisoformat(holiday[0]), date.fromisoformat(holiday[1])) if holiday else None,
    )


def posts_for(school: School, span: Span) -> list[Post]:
    """Posts that go by classes and count on some day of `span`, cover apart, by name."""
    rows = (
        Post.objects.at(school)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=span.first), ends_at__isnull=True, starts_on__lte=span.last)
        .filter(role__in=OWN_CLASSES - {Role.COVER})
        .select_related("account")
    )
    return sorted(rows, key=lambda post: (post.account.name.casefold(), post.pk))


@dataclass(frozen=True)
class Open:
    """What nobody has said yet of a year that was turned: classes without a teacher, pupils without a class."""

    year: AcademicYear
    day: date
    classes: tuple[SchoolClass, ...]
    pupils: tuple[int, ...]


def still_open(school: School, today: date) -> Open | None:
    """What is still to be said of the year turned last; None where none was, or it is over. Four statements at most."""
    made = (
        ChangeSet.objects.at(school)
        .filter(kind=Verb.YEAR_TURNED, finished_at__isnull=False, undone_by__isnull=True)
        .order_by("-pk")
        .first()
    )
    year = AcademicYear.objects.at(school).filter(pk=made.summary["to"]).first() if made else None
    if year is None or year.last_day < today:
        return None
    day = max(today, year.first_day)
    registration = SchoolClass.Kind.REGISTRATION
    reached = PostClass.objects.filter(school=school, school_class__year=year).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        Q(post__ends_on__isnull=True) | Q(post__ends_on__gte=day),
        post__ends_at__isnull=True,
        post__role__in=OWN_CLASSES - {Role.COVER},
    )
    without = (
        SchoolClass.objects.at(school)
        .filter(year=year, kind=registration)
        .exclude(pk__in=reached.values("school_class"))
    )
    inside = ClassMembership.objects.filter(
        on_day(day), school=school, school_class__year=year, school_class__kind=registration
    )
    nowhere = Pupil.objects.filter(school=school).on_roll(day).exclude(pk__in=inside.values("pupil"))
    return Open(
        year,
        day,
        tuple(without.select_related("year_group", "year", "school").order_by("year_group__position", "name")),
        tuple(nowhere.order_by("pk").values_list("pk", flat=True)),
    )
