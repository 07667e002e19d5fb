"""Attendance between two days, as a page shows it: by pupil, class, year group and key group, each an exact fraction."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Count

from muster.attendance.counted import tallies
from muster.attendance.days import plan_on
from muster.attendance.marks import standing
from muster.attendance.models import RegisterMark
from muster.attendance.rules.codes import CodeSet, Counts, Session
from muster.attendance.rules.patterns import Pattern, in_weeks, pattern
from muster.attendance.rules.rates import Tally, ten_in_ten_weeks
from muster.people.access import Permission
from muster.people.calendar import school_days, year_at
from muster.people.models import ClassMembership, GroupStatus, Pupil, School, SchoolClass
from muster.people.models.accounts import Viewer
from muster.people.models.classes import on_day
from muster.people.models.pupils import by_name


@dataclass(frozen=True)
class OfPupil:
    """One pupil's attendance."""

    pupil: Pupil
    school_class: str
    tally: Tally


@dataclass(frozen=True)
class OfGroup:
    """The attendance of some pupils together: how many they are, and the sum of their sessions."""

    name: str
    pupils: int
    tally: Tally


@dataclass(frozen=True)
class Summary:
    """Attendance from `first` to `last`, both counting."""

    first: date
    last: date
    every: OfGroup
    pupils: tuple[OfPupil, ...]
    classes: tuple[OfGroup, ...]
    years: tuple[OfGroup, ...]
    groups: tuple[OfGroup, ...] = ()

    @property
    def persistent(self) -> list[OfPupil]:
        """Those absent for a tenth of their sessions or more, most absent first."""
        return most_absent(each for each in self.pupils if each.tally.persistent)

    @property
    def severe(self) -> list[OfPupil]:
        """Those absent for half of their sessions or more."""
        return most_absent(each for each in self.pupils if each.tally.severe)


def most_absent(pupils: Iterable[OfPupil]) -> list[OfPupil]:
    """Most absent first; equals by name."""
    return sorted(pupils, key=lambda each: (-(each.tally.absence or Fraction(0)), each.pupil.sort_key))


def together(name: str, tallied: Iterable[Tally]) -> OfGroup:
    """A group: the sum, never a mean."""
    known = list(tallied)
    return OfGroup(name, len(known), sum(known, Tally()))


def summary(school: School, viewer: Viewer, *, first: date, last: date, today: date) -> Summary:
    """Attendance of those whose attendance `viewer` may see, in the classes of `today`. Constant statements: nine."""
    codes = plan_on(school, last).codes
    mine = Pupil.objects.visible_to(viewer, may=Permission.ATTENDANCE_VIEW).filter(school=school).on_roll(today)
    pupils = by_name(mine.only("key", "names", "school", "merged_into"))
    of_pupil = tallies(school, first, last, codes=codes, pupils=[pupil.pk for pupil in pupils])
    places = (
        ClassMembership.objects.at(school)
        .filter(on_day(today), school_class__kind=SchoolClass.Kind.REGISTRATION)
        .order_by("school_class__year_group__position", "school_class__name")
        .values_list("pupil", "school_class__name", "school_class__year_group__name")
    )
    inside = {pupil: (school_class, year or "") for pupil, school_class, year in places}
    rows = tuple(OfPupil(pupil, inside.get(pupil.pk, ("", ""))[0], of_pupil.get(pupil.pk, Tally())) for pupil in pupils)
    by_class: dict[str, list[Tally]] = {school_class: [] for school_class, _year in inside.values()}
    by_year: dict[str, list[Tally]] = {year: [] for _class, year in inside.values() if year}
    for row in rows:
        school_class, year = inside.get(row.pupil.pk, ("", ""))
        if school_class:
            by_class[school_class].append(row.tally)
        if year:
            by_year[year].append(row.tally)
    by_group: dict[str, list[Tally]] = defaultdict(list)
    answers = (
        GroupStatus.objects.at(school)
        .filter(on_day(today), answer=GroupStatus.Answer.YES, group__retired_on__isnull=True)
        .order_by("group__position")
        .values_list("pupil", "group__name")
    )
    known = {row.pupil.pk: row.tally for row in rows}
    for pupil, group in answers:
        if pupil in known:
            by_group[group].append(known[pupil])
    return Summary(
        first,
        last,
        together("", (row.tally for row in rows)),
        rows,
        tuple(together(name, tallied) for name, tallied in by_class.items() if tallied),
        tuple(together(name, tallied) for name, tallied in by_year.items() if tallied),
        tuple(together(name, tallied) for name, tallied in by_group.items()),
    )


@dataclass(frozen=True)
class Noticed:
    """Pupils worth a conversation: patterns, and for the attendance lead who reached ten unauthorised sessions, and when."""

    patterns: dict[int, Pattern] = field(default_factory=dict)
    ten: dict[int, date] = field(default_factory=dict)


def noticed(school: School, *, first: date, last: date, today: date, codes: CodeSet) -> Noticed:
    """What stands out in the absences between two days, by pupil (id). Constant statements: six, whatever the school."""
    year = year_at(school, today)
    days = [day for day in school_days(year) if first <= day <= last] if year else []
    absences = standing_absences(school, first, last, codes=codes)
    weeks = sorted(in_weeks(days))
    unauthorised = set(codes.counting_as(Counts.UNAUTHORISED))
    found = Noticed()
    open_days = set(days)
    for pupil, marks in absences.items():
        seen = pattern({day for day, _session, _code in marks}, school_days=open_days)
        if seen:
            found.patterns[pupil] = seen
        reached = ten_in_ten_weeks(
            ((day, session) for day, session, code in marks if code in unauthorised), school_weeks=weeks
        )
        if reached is not None:
            found.ten[pupil] = reached
    return found


def standing_absences(
    school: School, first: date, last: date, *, codes: CodeSet
) -> dict[int, list[tuple[date, Session, str]]]:
    """Every session that stands as an absence, by pupil (id), in order. Two statements.

    Pupils with too few absences for anything to stand out are not read at all.
    """
    absent = codes.counting_as(Counts.AUTHORISED, Counts.UNAUTHORISED)
    in_question = RegisterMark.objects.at(school).filter(
        on__range=(first, last), session__in=["am", "pm"], pupil__in=ever_absent(school, first, last, absent)
    )
    wanted = set(absent)
    found: dict[int, list[tuple[date, Session, str]]] = {}
    for (pupil, on, session, _period), mark in standing(in_question).items():
        if mark.code in wanted:
            found.setdefault(pupil, []).append((on, session, mark.code))
    return {pupil: sorted(marks) for pupil, marks in found.items()}


def ever_absent(school: School, first: date, last: date, absent: list[str]) -> list[int]:
    """Pupils with enough absences for anything to stand out: three sessions or more. One statement."""
    rows = (
        RegisterMark.objects.at(school)
        .filter(on__range=(first, last), session__in=["am", "pm"], code__in=absent)
        .values_list("pupil")
        .annotate(times=Count("pk"))
        .filter(times__gte=3)
        .order_by()
    )
    return [pupil for pupil, _times in rows]
