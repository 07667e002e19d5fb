"""Schools: founded, described, and their years, terms, closures, year groups and words."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.reach import all_at, require
from muster.people.models import (
    AcademicYear,
    Account,
    Closure,
    HalfTerm,
    School,
    SchoolClass,
    Term,
    Trust,
    YearGroup,
    YearPlacement,
)
from muster.people.refusals import Refused
from muster.people.rules.school_days import ProposedYear, Span, TermDates
from muster.people.verbs import Verb


class AddressTaken(Refused):
    """Another school's pages begin with this word."""


class UnknownZone(Refused):
    """No such time zone."""


class YearsMeet(Refused):
    """Two years may not share a day."""


class TermsDoNotFit(Refused):
    """Terms share a day, or lie outside their year."""


class YearGroupInUse(Refused):
    """Pupils or classes are in the year group."""


class YearGroupTaken(Refused):
    """Two year groups may not share a name."""


WORDS_THAT_ARE_PAGES = frozenset({"account", "health", "help", "static", "sign-in", "sign-out", "trust", "admin"})
"""A school cannot have one of these as its address, because a page has it."""


@transaction.atomic
def found_school(
    *,
    trust: Trust | None = None,
    name: str,
    slug: str,
    country: str = "GB-ENG",
    time_zone: str = "Europe/London",
    language: str = "en-gb",
    by: Account | None,
    at: datetime,
) -> School:
    """A school with nobody in it, in `trust` or in a trust of its own name. Only a command does this, not a page."""
    if School.objects.filter(slug=slug).exists() or slug in WORDS_THAT_ARE_PAGES:
        raise AddressTaken(_("The address %(slug)s is taken. Choose another short name.") % {"slug": slug})
    if time_zone not in available_timezones():
        raise UnknownZone(_("There is no time zone called %(zone)s.") % {"zone": time_zone})
    trust = trust or Trust.objects.create(name=name)
    school = School.objects.create(
        trust=trust, slug=slug, name=name, country=country, time_zone=time_zone, language=language
    )
    doors.record(Verb.SCHOOL_FOUNDED, school=school, by=by, at=at, about=school)
    return school


@transaction.atomic
def describe_school(*, school: School, facts: Mapping[str, str], by: Account, at: datetime) -> School:
    """Change what is said of the school: any of name, country, time_zone, language, week and help_person."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    if facts.get("time_zone", school.time_zone) not in available_timezones():
        raise UnknownZone(_("There is no such time zone."))
    before = {}
    for fact in ("name", "country", "time_zone", "language", "week", "help_person"):
        if fact in facts and getattr(school, fact) != facts[fact]:
            before[fact] = getattr(school, fact)
            setattr(school, fact, facts[fact])
    if before:
        school.save(update_fields=list(before))
        doors.record(Verb.SCHOOL_CHANGED, school=school, by=by, at=at, about=school, details={"before": before})
    return school


@transaction.atomic
def finish_set_up(*, school: School, by: Account, at: datetime) -> School:
    """Say that the first run is over; it is no longer offered."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    school.set_up_at = at
    school.save(update_fields=["set_up_at"])
    doors.record(Verb.SCHOOL_SET_UP, school=school, by=by, at=at, about=school)
    return school


@transaction.atomic
def choose_words(*, school: School, words: Mapping[str, object], by: Account, at: datetime) -> School:
    """What the school calls things: overrides of the sixteen terms, or a preset."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    before, school.words = school.words, dict(words)
    school.save(update_fields=["words"])
    doors.record(Verb.WORDS_CHANGED, school=school, by=by, at=at, about=school, details={"before": before})
    return school


def proposed_terms(proposed: ProposedYear) -> list[TermDates]:
    """The terms of a proposed year, as `set_terms` takes them."""
    return [
        TermDates(
            term.name,
            term.span,
            Span(
                date.fromordinal(term.halves[0].last.toordinal() + 1),
                date.fromordinal(term.halves[1].first.toordinal() - 1),
            )
            if len(term.halves) == 2
            else None,
        )
        for term in proposed.terms
    ]


@transaction.atomic
def add_year(
    *, school: School, name: str, span: Span, terms: Sequence[TermDates] = (), by: Account | None, at: datetime
) -> AcademicYear:
    """An academic year with its terms. Raises `YearsMeet` and `TermsDoNotFit`."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    year = made_year(school=school, name=name, span=span, terms=terms)
    doors.record(Verb.YEAR_ADDED, school=school, by=by, at=at, about=year)
    return year


def made_year(*, school: School, name: str, span: Span, terms: Sequence[TermDates] = ()) -> AcademicYear:
    """The rows of a year, for an action that makes one as part of something larger. Raises as `add_year` does."""
    if span.first >= span.last:
        raise TermsDoNotFit(_("A year begins before it ends."))
    for year in AcademicYear.objects.at(school):
        if year.name.casefold() == name.strip().casefold() or Span(year.first_day, year.last_day).meets(span):
            raise YearsMeet(_("The year %(year)s covers some of these days already.") % {"year": year.name})
    year = AcademicYear.objects.create(school=school, name=name.strip(), first_day=span.first, last_day=span.last)
    _write_terms(year, terms)
    return year


@transaction.atomic
def set_terms(*, year: AcademicYear, terms: Sequence[TermDates], by: Account | None, at: datetime) -> AcademicYear:
    """Give `year` these terms and no others; those of the same name keep their place. Raises `TermsDoNotFit`."""
    require(Permission.SCHOOL_SETTINGS, school=year.school, by=by, at=at)
    before = [
        [term.name, term.first_day.isoformat(), term.last_day.isoformat()]
        for term in Term.objects.filter(school=year.school, year=year).order_by("first_day")
    ]
    _write_terms(year, terms)
    doors.record(Verb.YEAR_CHANGED, school=year.school, by=by, at=at, about=year, details={"before": before})
    return year


def _write_terms(year: AcademicYear, terms: Sequence[TermDates]) -> None:
    within = Span(year.first_day, year.last_day)
    ordered = sorted(terms, key=lambda term: term.span.first)
    names = [term.name.strip().casefold() for term in ordered]
    for term in ordered:
        if term.span.first > term.span.last or term.span.first not in within or term.span.last not in within:
            raise TermsDoNotFit(
                _("%(term)s does not lie within the year %(year)s.") % {"term": term.name, "year": year.name}
            )
        if term.holiday and not term.span.first < term.holiday.first <= term.holiday.last < term.span.last:
            raise TermsDoNotFit(_("The half-term holiday of %(term)s lies outside it.") % {"term": term.name})
    if len(set(names)) < len(names) or any(
        one.span.meets(next_one.span) for one, next_one in itertools.pairwise(ordered)
    ):
        raise TermsDoNotFit(_("Two terms share a name or a day."))
    HalfTerm.objects.filter(school=year.school, term__year=year).delete()
    Term.objects.filter(school=year.school, year=year).exclude(
        name__in=[term.name.strip() for term in ordered]
    ).delete()
    for term in ordered:
        row, _made = Term.objects.update_or_create(
            school=year.school,
            year=year,
            name=term.name.strip(),
            defaults={"first_day": term.span.first, "last_day": term.span.last},
        )
        HalfTerm.objects.bulk_create(
            HalfTerm(
                school=year.school,
                term=row,
                name=f"{term.name.strip()[:36]} {number}",
                first_day=half.first,
                last_day=half.last,
            )
            for number, half in enumerate(term.halves(), 1)
        )


@transaction.atomic
def close(*, school: School, days: Span, reason: str, by: Account, at: datetime) -> list[Closure]:
    """Close the school on each of `days` that is a day of its week; those closed already stay as they are."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    have = set(Closure.objects.at(school).filter(on__range=(days.first, days.last)).values_list("on", flat=True))
    made = Closure.objects.bulk_create(
        Closure(school=school, on=day, reason=reason.strip())
        for day in days.days()
        if day not in have and str(day.isoweekday()) in school.week
    )
    doors.record(
        Verb.CLOSURE_ADDED, school=school, by=by, at=at, details={"days": [row.on.isoformat() for row in made]}
    )
    return made


@transaction.atomic
def reopen(*, closure: Closure, by: Account, at: datetime) -> None:
    """Open the school on a day that was to be closed."""
    require(Permission.SCHOOL_SETTINGS, school=closure.school, by=by, at=at)
    all_at(closure.school, closure)
    school, details = closure.school, {"day": closure.on, "reason": closure.reason}
    closure.delete()
    doors.record(Verb.CLOSURE_REMOVED, school=school, by=by, at=at, details=details)


USUAL_YEAR_GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "primary": (("N", "Nursery"), ("R", "Reception"), *((str(year), f"Year {year}") for year in range(1, 7))),
    "secondary": tuple((str(year), f"Year {year}") for year in range(7, 14)),
    "all-through": (("R", "Reception"), *((str(year), f"Year {year}") for year in range(1, 14))),
}


@transaction.atomic
def add_year_groups(
    *, school: School, groups: Sequence[tuple[str, str]], by: Account | None, at: datetime
) -> list[YearGroup]:
    """Year groups (code, name), youngest first, after those there are; codes there are already are left out."""
    require(Permission.SCHOOL_SETTINGS, school=school, by=by, at=at)
    standing = list(YearGroup.objects.at(school))
    codes = {group.code.casefold() for group in standing}
    names = {group.name.casefold() for group in standing}
    last = max((group.position for group in standing), default=0)
    new = [
        (code.strip(), name.strip())
        for code, name in groups
        if code.strip().casefold() not in codes and name.strip().casefold() not in names
    ]
    if groups and not new and len(groups) == 1:
        raise YearGroupTaken(_("There is such a year group already."))
    made = YearGroup.objects.bulk_create(
        YearGroup(school=school, code=code, name=name, position=last + number)
        for number, (code, name) in enumerate(new, 1)
    )
    doors.record(Verb.YEAR_GROUPS_CHANGED, school=school, by=by, at=at, details={"added": [group.pk for group in made]})
    return made


@transaction.atomic
def rename_year_group(*, year_group: YearGroup, name: str, code: str, by: Account, at: datetime) -> YearGroup:
    """Call a year group something else. Raises `YearGroupTaken`."""
    require(Permission.SCHOOL_SETTINGS, school=year_group.school, by=by, at=at)
    all_at(year_group.school, year_group)
    others = YearGroup.objects.at(year_group.school).exclude(pk=year_group.pk)
    if others.filter(code__iexact=code.strip()).exists() or others.filter(name__iexact=name.strip()).exists():
        raise YearGroupTaken(_("There is such a year group already."))
    before = {"name": year_group.name, "code": year_group.code}
    year_group.name, year_group.code = name.strip(), code.strip()
    year_group.save(update_fields=["name", "code"])
    doors.record(
        Verb.YEAR_GROUPS_CHANGED, school=year_group.school, by=by, at=at, about=year_group, details={"before": before}
    )
    return year_group


@transaction.atomic
def remove_year_group(*, year_group: YearGroup, by: Account, at: datetime) -> None:
    """Take away a year group nobody is in. Raises `YearGroupInUse`."""
    require(Permission.SCHOOL_SETTINGS, school=year_group.school, by=by, at=at)
    all_at(year_group.school, year_group)
    used = (
        SchoolClass.objects.filter(year_group=year_group).exists()
        or YearPlacement.objects.filter(year_group=year_group).exists()
    )
    if used:
        raise YearGroupInUse(_("%(name)s has classes or pupils, so it stays.") % {"name": year_group.name})
    school, details = year_group.school, {"removed": year_group.pk, "name": year_group.name}
    year_group.delete()
    doors.record(Verb.YEAR_GROUPS_CHANGED, school=school, by=by, at=at, details=details)
