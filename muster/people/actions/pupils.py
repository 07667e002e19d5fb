"""Pupils joining, leaving, coming back, and put right."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.reach import all_at, require, require_pupil
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
    ClassMembership,
    Correction,
    Enrolment,
    Guardianship,
    Leaving,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.purposes import Purpose
from muster.people.refusals import Refused
from muster.people.rules.upn import tidy
from muster.people.undoing import offer
from muster.people.verbs import Verb


class CannotEnrol(Refused):
    """A joiner cannot be taken as given."""


class UpnTaken(CannotEnrol):
    """Another pupil of the school has this UPN."""


class NotOnRoll(Refused):
    """The pupil is not on roll that day."""


class AlreadyOnRoll(Refused):
    """The pupil is on roll already."""


class NothingToPutRight(Refused):
    """No fact differs from what is held."""


@dataclass(frozen=True)
class Joiner:
    """A pupil who comes: names as the family writes them; nothing but a name has to be known."""

    surname: str
    forenames: str
    known_as: str = ""
    born_on: date | None = None
    upn: str = ""
    school_class: SchoolClass | None = None
    year_group: YearGroup | None = None
    joined_on: date | None = None
    identifiers: Mapping[str, str] | None = None
    contacts: Mapping[str, str] | None = None


def upn_mark(upn: str) -> bytes:
    """The keyed digest by which a UPN is found."""
    return doors.sealer().fingerprint("upn", tidy(upn))


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def enrol(
    *, school: School, joiners: Sequence[Joiner], by: Account | None, at: datetime
) -> tuple[ChangeSet, list[Pupil]]:
    """Take `joiners` on roll as one change, in their order; those without a day of joining join on the day of `at`.

    A constant number of statements whatever their number. Raises `UpnTaken` for a UPN that another pupil of the
    school has, or two joiners share, and `CannotEnrol` for one without a name.
    """
    require(Permission.PUPIL_EDIT, school=school, by=by, at=at)
    pupils = taken_on_roll(school=school, joiners=joiners, by=by, at=at)
    ids = [pupil.pk for pupil in pupils]
    made = change(Verb.PUPILS_ENROLLED, school=school, by=by, at=at, summary={"pupils": ids})
    doors.record(Verb.PUPILS_ENROLLED, school=school, by=by, at=at, about=made, pupils=ids)
    return made, pupils


def taken_on_roll(*, school: School, joiners: Sequence[Joiner], by: Account | None, at: datetime) -> list[Pupil]:
    """The rows of `joiners`, for an action that joins them as part of something larger and writes its history itself.

    Inside the caller's transaction. Raises as `enrol` does.
    """
    today = school.day(at)
    if not all((joiner.surname + joiner.forenames).strip() for joiner in joiners):
        raise CannotEnrol(_("A pupil needs a name."))
    all_at(school, *(row for joiner in joiners for row in (joiner.school_class, joiner.year_group)))
    _refuse_taken([joiner.upn for joiner in joiners if joiner.upn], school)

    pupils = [
        Pupil(
            school=school,
            key=key,
            names={
                "surname": joiner.surname.strip(),
                "forenames": joiner.forenames.strip(),
                "known_as": joiner.known_as.strip(),
            },
            born_on=joiner.born_on,
            upn=tidy(joiner.upn) or None,
            upn_mark=upn_mark(joiner.upn) if joiner.upn else None,
            identifiers=dict(joiner.identifiers) if joiner.identifiers else None,
            contacts=dict(joiner.contacts) if joiner.contacts else None,
        )
        for joiner, key in zip(joiners, doors.sealer().new_keys(len(joiners)), strict=True)
    ]
    Pupil.objects.bulk_create(pupils)
    Enrolment.objects.bulk_create(
        Enrolment(school=school, pupil=pupil, joined_on=joiner.joined_on or today, recorded_at=at, recorded_by=by)
        for pupil, joiner in zip(pupils, joiners, strict=True)
    )
    ClassMembership.objects.bulk_create(
        ClassMembership(
            school=school, pupil=pupil, school_class=joiner.school_class, starts_on=joiner.joined_on or today
        )
        for pupil, joiner in zip(pupils, joiners, strict=True)
        if joiner.school_class
    )
    years = {year.pk: year for year in AcademicYear.objects.at(school)}
    newest = max(
        (year for year in years.values() if year.first_day <= today),
        key=lambda year: year.first_day,
        default=next(iter(years.values()), None),
    )
    YearPlacement.objects.bulk_create(
        YearPlacement(
            school=school,
            pupil=pupil,
            year=years[joiner.school_class.year_id] if joiner.school_class else newest,
            year_group_id=group,
        )
        for pupil, joiner in zip(pupils, joiners, strict=True)
        if (group := _group_of(joiner)) and newest
    )
    return pupils


def _group_of(joiner: Joiner) -> int | None:
    """The year group a joiner is placed in: the one said, else that of the class."""
    if joiner.year_group:
        return joiner.year_group.pk
    return joiner.school_class.year_group_id if joiner.school_class else None


def _refuse_taken(upns: Collection[str], school: School, besides: Pupil | None = None) -> None:
    """Raise `UpnTaken` when one of `upns` is held by another pupil of `school`, or stands twice among them."""
    marks = [upn_mark(upn) for upn in upns]
    if len(set(marks)) < len(marks):
        raise UpnTaken(_("Two of these pupils have the same UPN. Check which child it is."))
    holders = Pupil.objects.at(school).filter(upn_mark__in=marks, merged_into__isnull=True)
    others = holders.exclude(pk=besides.pk) if besides else holders
    taken = others.first() if marks else None
    if taken:
        school_class = SchoolClass.objects.filter(memberships__pupil=taken, memberships__ends_on__isnull=True).first()
        raise UpnTaken(
            _("This UPN already belongs to another pupil in %(class)s. Check which child it is.")
            % {"class": school_class.name}
            if school_class
            else _("This UPN already belongs to another pupil of the school. Check which child it is.")
        )


def enrolment_on(pupil: Pupil, day: date) -> Enrolment | None:
    """The enrolment that counts on `day`."""
    open_then = Enrolment.objects.filter(pupil=pupil, joined_on__lte=day).exclude(leaving__left_on__lt=day)
    return open_then.order_by("-joined_on").first()


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def leave(*, pupil: Pupil, left_on: date, destination: str = "", by: Account | None, at: datetime) -> ChangeSet:
    """Take `pupil` off roll; `left_on` is the last day on roll. Places in classes end with it, and marks stay.

    Raises `NotOnRoll` when no enrolment is open on that day.
    """
    require_pupil(pupil, by=by, at=at)
    enrolment = enrolment_on(pupil, left_on)
    if enrolment is None or Leaving.objects.filter(enrolment=enrolment).exists():
        raise NotOnRoll(_("This pupil is not on roll on that day, or has a leaving date already."))
    leaving = Leaving(
        school=pupil.school,
        enrolment=enrolment,
        left_on=left_on,
        destination=destination.strip() or None,
        recorded_at=at,
        recorded_by=by,
    )
    leaving.save(force_insert=True)
    ended, taken_out = _end_memberships(ClassMembership.objects.filter(pupil=pupil), last_day=left_on)
    made = change(
        Verb.PUPIL_LEFT,
        school=pupil.school,
        by=by,
        at=at,
        summary={"pupil": pupil.pk, "leaving": leaving.pk, "ended": ended, "taken_out": taken_out},
    )
    doors.record(Verb.PUPIL_LEFT, school=pupil.school, by=by, at=at, about=made, pupils=[pupil.pk])
    return made


def _end_memberships(
    memberships: Iterable[ClassMembership], *, last_day: date
) -> tuple[dict[str, str | None], list[dict[str, object]]]:
    """End every membership that would go on after `last_day`.

    Returns what is needed to put them back: the ends there were, by id, and those that had not begun by then, which
    are taken out.
    """
    ended: dict[str, str | None] = {}
    taken_out: list[dict[str, object]] = []
    for membership in memberships:
        if membership.ends_on is not None and membership.ends_on <= last_day:
            continue
        if membership.starts_on > last_day:
            taken_out.append(_as_kept(membership))
            membership.delete()
            continue
        ended[str(membership.pk)] = membership.ends_on.isoformat() if membership.ends_on else None
        membership.ends_on = last_day
        membership.save(update_fields=["ends_on"])
    return ended, taken_out


def _as_kept(membership: ClassMembership) -> dict[str, object]:
    return {
        "pupil": membership.pupil_id,
        "school_class": membership.school_class_id,
        "starts_on": membership.starts_on.isoformat(),
        "ends_on": membership.ends_on.isoformat() if membership.ends_on else None,
    }


def refuse_joined(pupils: Collection[int]) -> None:
    """Raise `CannotUndo` where one of `pupils` has been joined with another record: its rows may be the other's now."""
    if Pupil.objects.filter(pk__in=pupils, merged_into__isnull=False).exists():
        raise CannotUndo(_("This record has been joined with another since. Undo that first."))


def put_back_memberships(summary: Mapping[str, Any], school: School) -> None:
    """Undo `_end_memberships` from the `ended` and `taken_out` of a change set's summary.

    Raises `CannotUndo` where a place no longer fits: the pupil is off roll by then, or in another class in its stead.
    """
    places = ClassMembership.objects.filter(pk__in=[int(pk) for pk in summary["ended"]], school=school)
    rows = list(places.select_related("school_class"))
    if len(rows) < len(summary["ended"]):
        raise CannotUndo(_("This pupil's classes have changed since."))
    for row in rows:
        row.ends_on = _day(summary["ended"][str(row.pk)])
    classes = SchoolClass.objects.at(school).in_bulk([kept["school_class"] for kept in summary["taken_out"]])
    for kept in summary["taken_out"]:
        if kept["school_class"] not in classes:
            raise CannotUndo(_("The class has been taken away since."))
        rows.append(
            ClassMembership(
                school=school,
                pupil_id=kept["pupil"],
                school_class=classes[kept["school_class"]],
                starts_on=date.fromisoformat(kept["starts_on"]),
                ends_on=_day(kept["ends_on"]),
            )
        )
    for row in rows:
        _refuse_what_does_not_fit(row, besides=[each.pk for each in rows if each.pk])
        row.save()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refuse_what_does_not_fit(row: ClassMembership, *, besides: Collection[int]) -> None:
    """Raise `CannotUndo` where `row` goes on after the pupil left, or meets another place that stands in its way."""
    enrolments = Enrolment.objects.filter(pupil=row.pupil_id)
    if enrolments.exists() and not enrolments.exclude(leaving__left_on__lt=row.ends_on or date.max).exists():
        raise CannotUndo(_("This pupil has left the school since. Undo that first."))
    meeting = ClassMembership.objects.filter(pupil=row.pupil_id).exclude(pk__in=besides)
    meeting = meeting.exclude(ends_on__lt=row.starts_on)
    if row.ends_on:
        meeting = meeting.filter(starts_on__lte=row.ends_on)
    in_its_way = Q(school_class=row.school_class_id)
    if row.school_class.kind == SchoolClass.Kind.REGISTRATION:
        in_its_way |= Q(school_class__kind=SchoolClass.Kind.REGISTRATION)
    if meeting.filter(in_its_way).exists():
        raise CannotUndo(_("This pupil's classes have changed since."))


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def come_back(
    *, pupil: Pupil, joined_on: date, school_class: SchoolClass | None = None, by: Account | None, at: datetime
) -> ChangeSet:
    """Take a former pupil on roll again from `joined_on`; the record goes on where it stopped.

    Raises `AlreadyOnRoll` when an enrolment is open then or later.
    """
    require_pupil(pupil, by=by, at=at)
    all_at(pupil.school, school_class)
    if Enrolment.objects.filter(pupil=pupil).exclude(leaving__left_on__lt=joined_on).exists():
        raise AlreadyOnRoll(_("This pupil is on roll on that day already."))
    enrolment = Enrolment.objects.create(
        school=pupil.school, pupil=pupil, joined_on=joined_on, recorded_at=at, recorded_by=by
    )
    membership = None
    if school_class:
        membership = ClassMembership.objects.create(
            school=pupil.school, pupil=pupil, school_class=school_class, starts_on=joined_on
        )
    made = change(
        Verb.PUPIL_RETURNED,
        school=pupil.school,
        by=by,
        at=at,
        summary={
            "pupil": pupil.pk,
            "enrolment": enrolment.pk,
            "membership": membership.pk if membership else None,
        },
    )
    doors.record(Verb.PUPIL_RETURNED, school=pupil.school, by=by, at=at, about=made, pupils=[pupil.pk])
    return made


class Fact(StrEnum):
    """What of a pupil can be put right."""

    SURNAME = "surname"
    FORENAMES = "forenames"
    KNOWN_AS = "known_as"
    BORN_ON = "born_on"
    UPN = "upn"


def fact_of(pupil: Pupil, fact: Fact) -> str:
    """The fact as text; a date as ISO 8601; empty when not held."""
    match fact:
        case Fact.BORN_ON:
            return pupil.born_on.isoformat() if pupil.born_on else ""
        case Fact.UPN:
            return str(pupil.upn or "")
        case _:
            return str(pupil.names.get(fact.value, ""))


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def correct(*, pupil: Pupil, facts: Mapping[Fact, str], reason: str, by: Account, at: datetime) -> list[Correction]:
    """Put facts about `pupil` right. What was held, what is, why, who and when are kept for good.

    `facts` are as `fact_of` gives them; those that do not differ are passed over. Raises `NothingToPutRight` when
    none differs, `CannotEnrol` for a name left empty and `UpnTaken` for a UPN of another pupil.
    """
    require_pupil(pupil, by=by, at=at)
    corrections = put_right(pupil=pupil, facts=facts, reason=reason, by=by, at=at)
    doors.record(
        Verb.PUPIL_CORRECTED,
        school=pupil.school,
        by=by,
        at=at,
        about=pupil,
        pupils=[pupil.pk],
        details={"facts": [correction.fact for correction in corrections]},
    )
    return corrections


def put_right(*, pupil: Pupil, facts: Mapping[Fact, str], reason: str, by: Account, at: datetime) -> list[Correction]:
    """The rows of a correction, for an action that puts facts right as part of something larger.

    Inside the caller's transaction, which writes history itself. Raises as `correct` does.
    """
    pupil = Pupil.objects.get(pk=pupil.pk)
    new = {fact: tidy(text) if fact is Fact.UPN else text.strip() for fact, text in facts.items()}
    before = {fact: fact_of(pupil, fact) for fact in new}
    different = [fact for fact in new if new[fact] != before[fact]]
    if not different:
        raise NothingToPutRight(_("Nothing is different from what is held."))
    names = {**pupil.names, **{fact.value: new[fact] for fact in different if fact.value in NAMES}}
    if not (names.get("surname", "") + names.get("forenames", "")).strip():
        raise CannotEnrol(_("A pupil needs a name."))
    pupil.names = names
    if Fact.BORN_ON in different:
        pupil.born_on = date.fromisoformat(new[Fact.BORN_ON]) if new[Fact.BORN_ON] else None
    if Fact.UPN in different:
        if new[Fact.UPN]:
            _refuse_taken([new[Fact.UPN]], pupil.school, besides=pupil)
        pupil.upn = new[Fact.UPN] or None
        pupil.upn_mark = upn_mark(new[Fact.UPN]) if new[Fact.UPN] else None
    pupil.save(update_fields=["names", "born_on", "upn", "upn_mark"])
    corrections = [
        Correction(
            school=pupil.school,
            pupil=pupil,
            fact=fact.value,
            before=before[fact] or None,
            after=new[fact] or None,
            reason=reason.strip(),
            by=by,
            at=at,
        )
        for fact in different
    ]
    Correction.objects.bulk_create(corrections)
    return corrections


NAMES = frozenset({"surname", "forenames", "known_as"})


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def place(
    *, pupil: Pupil, year: AcademicYear, year_group: YearGroup, by: Account | None, at: datetime
) -> YearPlacement:
    """Place `pupil` in `year_group` for `year`, whatever their age."""
    require_pupil(pupil, by=by, at=at)
    all_at(pupil.school, year, year_group)
    placement, _made = YearPlacement.objects.update_or_create(
        school=pupil.school, pupil=pupil, year=year, defaults={"year_group": year_group}
    )
    doors.record(
        Verb.PLACEMENT_MADE,
        school=pupil.school,
        by=by,
        at=at,
        about=placement,
        pupils=[pupil.pk],
        details={"year": year.pk, "year_group": year_group.pk},
    )
    return placement


TAKEN_BACK = frozenset({"enrolments", "memberships", "placements", "guardianships", "merged"})
"""What goes with a joiner who is taken back out. Anything else about them stops it."""


@offer(Verb.PUPILS_ENROLLED, permission=Permission.PUPIL_EDIT)
def _not_enrolled(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take joiners back out: their enrolments and places go, and with them every way to the records.

    Refused once something rests on one of them. The records themselves stay until privacy erases them.
    """
    pupils: list[int] = change_set.summary["pupils"]
    refuse_joined(pupils)
    for related in Pupil._meta.related_objects:
        name = related.get_accessor_name() or ""
        if name in TAKEN_BACK or related.related_model is None:
            continue
        if related.related_model._base_manager.filter(**{f"{related.field.name}__in": pupils}).exists():
            raise CannotUndo(_("Marks or other records of these pupils have been made since. Record a leaver instead."))
    if Leaving.objects.filter(enrolment__pupil__in=pupils).exists():
        raise CannotUndo(_("One of these pupils has left since."))
    Guardianship.objects.filter(pupil__in=pupils).delete()
    ClassMembership.objects.filter(pupil__in=pupils).delete()
    YearPlacement.objects.filter(pupil__in=pupils).delete()
    Enrolment.objects.filter(pupil__in=pupils).delete()
    Pupil.objects.filter(pk__in=pupils).update(upn_mark=None)
    return pupils


@offer(Verb.PUPIL_LEFT, permission=Permission.PUPIL_EDIT)
def _not_left(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Put a leaver back on roll, in the classes they were in."""
    leaving = Leaving.objects.filter(pk=change_set.summary["leaving"]).select_related("enrolment").first()
    pupil: int = change_set.summary["pupil"]
    later = Enrolment.objects.filter(pupil=pupil, joined_on__gt=leaving.left_on).exists() if leaving else True
    if leaving is None or later:
        raise CannotUndo(_("This pupil has come back since."))
    refuse_joined([pupil])
    leaving.delete()
    put_back_memberships(change_set.summary, change_set.school)
    return [pupil]


@offer(Verb.PUPIL_RETURNED, permission=Permission.PUPIL_EDIT)
def _not_returned(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take back a return that was recorded by mistake."""
    summary = change_set.summary
    if Leaving.objects.filter(enrolment=summary["enrolment"]).exists():
        raise CannotUndo(_("This pupil has left again since."))
    refuse_joined([summary["pupil"]])
    back = Enrolment.objects.get(pk=summary["enrolment"])
    places = ClassMembership.objects.filter(pupil=summary["pupil"]).exclude(ends_on__lt=back.joined_on)
    if places.exclude(pk=summary["membership"]).exists() or places.filter(ends_on__isnull=False).exists():
        raise CannotUndo(_("This pupil's classes have changed since. Record a leaver instead."))
    places.delete()
    Enrolment.objects.filter(pk=summary["enrolment"]).delete()
    return [summary["pupil"]]


__all__ = [
    "AlreadyOnRoll",
    "CannotEnrol",
    "Fact",
    "Joiner",
    "NotOnRoll",
    "NothingToPutRight",
    "UpnTaken",
    "come_back",
    "correct",
    "enrol",
    "enrolment_on",
    "fact_of",
    "leave",
    "place",
    "put_back_memberships",
    "put_right",
    "refuse_joined",
    "taken_on_roll",
]
