"""Turning this school year into the next: what is said beforehand, the turning itself, what is left to say, and undoing.

One short transaction turns the year, whatever the size of the school: it writes no name and opens none. What it did
appears in one instant, or not at all.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError, Q
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo
from muster.people.actions.classes import move_class, teach
from muster.people.actions.pupils import refuse_joined
from muster.people.actions.reach import all_at, require
from muster.people.actions.schools import made_year
from muster.people.coming_year import Coming, Dates, coming, posts_for, term_as_text, turned
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Closure,
    Enrolment,
    HalfTerm,
    Leaving,
    NextPlace,
    NextYear,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    Term,
    YearGroup,
    YearPlacement,
)
from muster.people.next_year import companions
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.rules.next_year import Goes, Said, folded_name
from muster.people.undoing import offer
from muster.people.verbs import Verb

MAY = Permission.YEAR_TURN
DAY = timedelta(days=1)
LONGEST_NAME = 60


class AlreadyTurned(Refused):
    """The year has been turned."""


class LooksDifferent(Refused):
    """What would happen is not what was shown."""


class NothingToTurn(Refused):
    """Nobody is in a class of the year."""


class DatesDoNotFit(Refused):
    """The days of the next year cannot be these."""


# -- beforehand ------------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(*, year: AcademicYear, said: Mapping[str, Any], by: Account, at: datetime) -> NextYear:
    """Keep what was `said` of the year after `year`, beside what was said before. A value of None takes it back.

    Raises `AlreadyTurned` once the year is turned.
    """
    require(MAY, school=year.school, by=by, at=at)
    _refuse_turned(year)
    kept, _made = NextYear.objects.get_or_create(school=year.school, year=year)
    choices = {**kept.choices, **said}
    kept.choices = {name: value for name, value in choices.items() if value is not None}
    kept.save(update_fields=["choices"])
    doors.record(Verb.YEAR_PREPARED, school=year.school, by=by, at=at, about=kept, details={"said": sorted(said)})
    return kept


def prepare_dates(*, year: AcademicYear, dates: Dates, by: Account, at: datetime) -> NextYear:
    """Keep the days of the next year. Raises `DatesDoNotFit`; the terms are tried when the year is turned."""
    if dates.span.first <= year.last_day:
        raise DatesDoNotFit(_("The next year begins after this one ends."))
    if not year.first_day <= dates.leave_on < dates.span.first:
        raise DatesDoNotFit(_("Those who leave have their last day in this year."))
    said = {
        "name": dates.name,
        "first_day": dates.span.first.isoformat(),
        "last_day": dates.span.last.isoformat(),
        "leave_on": dates.leave_on.isoformat(),
        "terms": [term_as_text(term) for term in dates.terms],
        "closures": [[day.isoformat(), reason] for day, reason in dates.closures],
    }
    return prepare(year=year, said={"dates": said}, by=by, at=at)


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def prepare_pupils(
    *, year: AcademicYear, places: Mapping[Pupil, Said | None], by: Account, at: datetime
) -> list[NextPlace]:
    """Keep what was said of single pupils; None: they do as their class does. Raises `AlreadyTurned`."""
    school = year.school
    require(MAY, school=school, by=by, at=at)
    _refuse_turned(year)
    all_at(school, *places)
    groups = YearGroup.objects.at(school).in_bulk([said.group for said in places.values() if said and said.group])
    NextPlace.objects.filter(school=school, year=year, pupil__in=places).delete()
    made = NextPlace.objects.bulk_create(
        NextPlace(
            school=school,
            year=year,
            pupil=pupil,
            goes=said.goes.value,
            name=" ".join(said.name.split())[:LONGEST_NAME] if said.goes is Goes.TO else "",
            year_group=groups.get(said.group) if said.group else None,
        )
        for pupil, said in places.items()
        if said is not None
    )
    doors.record(
        Verb.YEAR_PREPARED, school=school, by=by, at=at, about=year, pupils=sorted(pupil.pk for pupil in places)
    )
    return made


def _refuse_turned(year: AcademicYear) -> None:
    if turned(year) is not None:
        raise AlreadyTurned(_("This year has been turned into the next already."))


# -- the turning -----------------------------------------------------------------------------------------------------


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def turn_year(*, year: AcademicYear, shown: str, by: Account | None, at: datetime) -> ChangeSet:
    """Turn `year` into the next: its days and classes are made, pupils move up or leave, teachers reach their classes.

    `shown` is the mark of the plan that somebody said yes to; it is made again here, alone with the school, and
    applied only if it is the same. Everything counts from the first day of the next year; until then nothing of today
    is different. Those who have a class there already stay as they are. Raises `LooksDifferent`, `AlreadyTurned`,
    `NothingToTurn`, and as `add_year` does.
    """
    school = year.school
    require(MAY, school=school, by=by, at=at)
    _refuse_turned(year)
    found = coming(year)
    if found.mark != shown:
        raise LooksDifferent(_("Something has changed since this was shown. Look at it again; nothing was done."))
    if not found.plan.moves:
        raise NothingToTurn(_("Nobody is left in a class of %(year)s, so there is nobody to move up.") % {"year": year})
    made: dict[str, Any] = {"from": year.pk}
    into = _the_year(found, made)
    classes = _the_classes(found, into, made)
    _end_the_old(found, made)
    _leave(found, made, by=by, at=at)
    _move_up(found, into, classes, made)
    _teach(found, into, classes, made)
    carried = {
        name: dict(companion.carry(found.turning, to=into, by=by, at=at)) for name, companion in companions().items()
    }
    change_set = ChangeSet.objects.create(
        school=school,
        kind=Verb.YEAR_TURNED,
        by=by,
        at=at,
        finished_at=at,
        summary={**made, "to": into.pk, "carried": carried},
    )
    doors.record(
        Verb.YEAR_TURNED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted(move.pupil for move in found.plan.moves),
        details={"from": year.pk, "to": into.pk, "leaving": len(made["leavings"]), "classes": len(made["classes"])},
    )
    return change_set


def _the_year(found: Coming, made: dict[str, Any]) -> AcademicYear:
    """The next year with its terms and days closed, or the one that is there already."""
    made |= {"year": None, "closures": []}
    if found.into is not None:
        return found.into
    dates = found.dates
    into = made_year(school=found.school, name=dates.name, span=dates.span, terms=dates.terms)
    days = [day for day, _reason in dates.closures]
    closed = set(Closure.objects.at(found.school).filter(on__in=days).values_list("on", flat=True))
    rows = Closure.objects.bulk_create(
        Closure(school=found.school, on=day, reason=reason)
        for day, reason in dict(dates.closures).items()
        if day not in closed
    )
    made |= {"year": into.pk, "closures": [row.pk for row in rows]}
    return into


def _the_classes(found: Coming, into: AcademicYear, made: dict[str, Any]) -> dict[str, SchoolClass]:
    """The classes of the next year by key; those that are there already are taken as they are."""
    registration, teaching = SchoolClass.Kind.REGISTRATION, SchoolClass.Kind.TEACHING
    standing = SchoolClass.objects.at(found.school).in_bulk([each.stands for each in found.plan.classes if each.stands])
    rows = SchoolClass.objects.bulk_create(
        SchoolClass(
            school=found.school,
            year=into,
            name=each.name[:LONGEST_NAME],
            kind=teaching if each.carries else registration,
            year_group_id=each.group,
        )
        for each in found.plan.classes
        if each.stands is None
    )
    made["classes"] = [row.pk for row in rows]
    return {folded_name(row.name): row for row in (*standing.values(), *rows)}


def _end_the_old(found: Coming, made: dict[str, Any]) -> None:
    """End every place in a class of the year on the day before the next one begins, or when the leavers leave.

    Ends that were known already are kept in the change set, and places begun since are taken out.
    """
    first = found.dates.span.first
    places = ClassMembership.objects.filter(school=found.school, school_class__year=found.year)
    going_on = places.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    begun_since = going_on.filter(starts_on__gte=first)
    made["taken_out"] = [
        [pupil, school_class, begins.isoformat(), ends and ends.isoformat()]
        for pupil, school_class, begins, ends in begun_since.values_list(
            "pupil", "school_class", "starts_on", "ends_on"
        )
    ]
    begun_since.delete()
    leaving = {move.pupil for move in found.plan.going(Goes.LEAVES) if move.until is None}
    ended: dict[str, list[int]] = defaultdict(list)
    early: list[int] = []
    rest: list[int] = []
    for pk, pupil, begins, ends in going_on.values_list("pk", "pupil", "starts_on", "ends_on"):
        ended[ends.isoformat() if ends else ""].append(pk)
        (early if pupil in leaving and begins <= found.dates.leave_on else rest).append(pk)
    ClassMembership.objects.filter(pk__in=early).update(ends_on=found.dates.leave_on)
    ClassMembership.objects.filter(pk__in=rest).update(ends_on=first - DAY)
    made["ended"] = dict(ended)
    counts = Counter({found.dates.leave_on.isoformat(): len(early)})
    counts.update({(first - DAY).isoformat(): len(rest)})
    made["ended_on"] = dict(counts)


def _leave(found: Coming, made: dict[str, Any], *, by: Account | None, at: datetime) -> None:
    """The last year group leaves; whose last day is known already keeps it."""
    leaving = [move.pupil for move in found.plan.going(Goes.LEAVES) if move.until is None]
    open_now = dict(
        Enrolment.objects.filter(school=found.school, pupil__in=leaving, leaving__isnull=True)
        .order_by("joined_on")
        .values_list("pupil", "pk")
    )
    Leaving.objects.bulk_create(
        Leaving(
            school=found.school,
            enrolment_id=enrolment,
            left_on=found.dates.leave_on,
            recorded_at=at,
            recorded_by=by,
        )
        for enrolment in open_now.values()
    )
    made["leavings"] = sorted(open_now.values())


def _move_up(found: Coming, into: AcademicYear, classes: Mapping[str, SchoolClass], made: dict[str, Any]) -> None:
    """A class and a year group for everybody who stays; and the members of groups that go on."""
    first = found.dates.span.first
    staying = [move for move in found.plan.moves if move.goes is not Goes.LEAVES]
    rows = [
        ClassMembership(
            school=found.school,
            pupil_id=move.pupil,
            school_class=classes[folded_name(move.name)],
            starts_on=first,
            ends_on=move.until,
        )
        for move in staying
        if move.goes is Goes.TO
    ]
    on = {move.pupil: move.until for move in staying}
    carries = {each.carries: classes[each.key] for each in found.plan.classes if each.carries}
    inside = ClassMembership.objects.filter(
        pk__in=made["ended"].get("", ()), school_class__in=list(carries)
    ).values_list("pupil", "school_class")
    rows += [
        ClassMembership(
            school=found.school, pupil_id=pupil, school_class=carries[old], starts_on=first, ends_on=on[pupil]
        )
        for pupil, old in inside
        if pupil in on
    ]
    ClassMembership.objects.bulk_create(rows)
    made["places"] = [row.pk for row in rows]
    placed = set(YearPlacement.objects.filter(school=found.school, year=into).values_list("pupil", flat=True))
    placements = YearPlacement.objects.bulk_create(
        YearPlacement(school=found.school, pupil_id=move.pupil, year=into, year_group_id=move.group)
        for move in staying
        if move.group and move.pupil not in placed
    )
    made["placements"] = [row.pk for row in placements]


def _teach(found: Coming, into: AcademicYear, classes: Mapping[str, SchoolClass], made: dict[str, Any]) -> None:
    """Who was said to teach a class reaches it from the first day, or from when their post begins."""
    posts = {post.pk: post for post in posts_for(found.school, found.dates.span)}
    wanted = {(classes[key].pk, post) for key, post in found.teachers.items() if key in classes and post in posts}
    going_on = {each.carries: classes[each.key].pk for each in found.plan.classes if each.carries}
    carried = PostClass.objects.filter(school_class__in=list(going_on), ends_on__isnull=True, post__in=list(posts))
    wanted |= {(going_on[old], post) for old, post in carried.values_list("school_class", "post")}
    there = set(
        PostClass.objects.filter(school=found.school, school_class__year=into).values_list("school_class", "post")
    )
    rows = PostClass.objects.bulk_create(
        PostClass(
            school=found.school,
            post_id=post,
            school_class_id=school_class,
            starts_on=max(found.dates.span.first, posts[post].starts_on),
        )
        for school_class, post in sorted(wanted - there)
    )
    made["teaching"] = [row.pk for row in rows]


# -- what was left to say --------------------------------------------------------------------------------------------


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def settle(
    *,
    school: School,
    day: date,
    teachers: Mapping[SchoolClass, Post],
    places: Mapping[Pupil, SchoolClass],
    by: Account,
    at: datetime,
) -> int:
    """Say the teachers and classes that nobody had said when the year was turned, from `day`. Answers how many.

    Raises as `teach` and `move_class` do; then nothing is kept.
    """
    require(MAY, school=school, by=by, at=at)
    for school_class, post in teachers.items():
        teach(post=post, school_class=school_class, on=max(day, post.starts_on), by=by, at=at)
    placed = set(
        YearPlacement.objects.filter(
            pupil__in=list(places), year__in={each.year_id for each in places.values()}
        ).values_list("pupil", flat=True)
    )
    for pupil, school_class in places.items():
        move_class(pupil=pupil, to=school_class, on=day, by=by, at=at)
        if pupil.pk not in placed and school_class.year_group_id:
            YearPlacement.objects.create(
                school=school, pupil=pupil, year_id=school_class.year_id, year_group_id=school_class.year_group_id
            )
    return len(teachers) + len(places)


# -- undoing ---------------------------------------------------------------------------------------------------------


@offer(Verb.YEAR_TURNED, permission=MAY)
def _not_turned(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put everybody back where they were, and take the next year away again.

    Refused once something newer rests on it: a pupil who moved, left or joined since, or anything kept about a class.
    """
    made, school = change_set.summary, change_set.school
    try:
        with transaction.atomic():
            return _turned_back(change_set, made, school)
    except ProtectedError as problem:
        raise CannotUndo(_("Next year’s classes have been used since, so they stay. Change them by hand.")) from problem


def _turned_back(change_set: ChangeSet, made: Mapping[str, Any], school: School) -> Collection[int]:
    places = ClassMembership.objects.filter(school=school, pk__in=made["places"])
    pupils = set(places.values_list("pupil", flat=True))
    leaving = set(Enrolment.objects.filter(pk__in=made["leavings"]).values_list("pupil", flat=True))
    refuse_joined(pupils | leaving)
    _refuse_what_is_newer(change_set, made, school, pupils | leaving)
    places.delete()
    Leaving.objects.filter(school=school, enrolment__in=made["leavings"]).delete()
    YearPlacement.objects.filter(school=school, pk__in=made["placements"]).delete()
    PostClass.objects.filter(school=school, pk__in=made["teaching"]).delete()
    for name, kept in made["carried"].items():
        if name in companions():
            companions()[name].turn_back(kept, change_set=change_set)
    SchoolClass.objects.at(school).filter(pk__in=made["classes"]).delete()
    Closure.objects.at(school).filter(pk__in=made["closures"]).delete()
    if made["year"]:
        HalfTerm.objects.at(school).filter(term__year=made["year"]).delete()
        Term.objects.at(school).filter(year=made["year"]).delete()
        AcademicYear.objects.at(school).filter(pk=made["year"]).delete()
    for ends, rows in made["ended"].items():
        ClassMembership.objects.filter(school=school, pk__in=rows).update(
            ends_on=date.fromisoformat(ends) if ends else None
        )
    ClassMembership.objects.bulk_create(
        ClassMembership(
            school=school,
            pupil_id=pupil,
            school_class_id=school_class,
            starts_on=date.fromisoformat(begins),
            ends_on=date.fromisoformat(ends) if ends else None,
        )
        for pupil, school_class, begins, ends in made["taken_out"]
    )
    return sorted(pupils | leaving)


def _refuse_what_is_newer(change_set: ChangeSet, made: Mapping[str, Any], school: School, pupils: set[int]) -> None:
    """Raise `CannotUndo` where rows are not as the turning left them, or others came to stand beside them."""
    moved = CannotUndo(_("Pupils have moved, left or joined since. Put right by hand what is wrong, one by one."))
    places = ClassMembership.objects.filter(school=school)
    if places.filter(pk__in=made["places"]).count() < len(made["places"]):
        raise moved
    unknown_end = Leaving.objects.filter(school=school, enrolment__pupil__in=pupils).exclude(
        enrolment__in=made["leavings"]
    )
    if unknown_end.filter(recorded_at__gt=change_set.at).exists():
        raise moved
    if Leaving.objects.filter(school=school, enrolment__in=made["leavings"]).count() < len(made["leavings"]):
        raise moved
    if Enrolment.objects.filter(school=school, pupil__in=pupils, recorded_at__gt=change_set.at).exists():
        raise moved
    if places.filter(school_class__in=made["classes"]).exclude(pk__in=made["places"]).exists():
        raise moved
    newest = places.filter(pupil__in=pupils).aggregate(pk=Max("pk"))["pk"]
    if made["places"] and newest is not None and newest > max(made["places"]):
        raise moved
    rows = [pk for pks in made["ended"].values() for pk in pks]
    for ends_on, count in made["ended_on"].items():
        if places.filter(pk__in=rows, ends_on=ends_on).count() < count:
            raise moved
    for related in SchoolClass._meta.related_objects:
        if related.related_model in {ClassMembership, PostClass} or isinstance(related.related_model, str):
            continue
        # Asked without a purpose, as whether there is any: it is nothing about anybody.
        kept = related.related_model._base_manager.filter(**{f"{related.field.name}__in": made["classes"]})
        if kept.exists():
            raise CannotUndo(_("Next year’s classes have been used since, so they stay. Change them by hand."))
    teaching = PostClass.objects.filter(school=school, school_class__in=made["classes"])
    if teaching.exclude(pk__in=made["teaching"]).exists() or teaching.filter(ends_on__isnull=False).exists():
        raise CannotUndo(_("Next year’s classes have been given to somebody since. Take that back first."))


__all__: Sequence[str] = [
    "AlreadyTurned",
    "DatesDoNotFit",
    "LooksDifferent",
    "NothingToTurn",
    "prepare",
    "prepare_dates",
    "prepare_pupils",
    "settle",
    "turn_year",
]
