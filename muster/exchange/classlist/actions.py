"""Bringing a class list in, as its plan says, and turning that back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from muster.exchange.classlist.held import SchoolHeld, held_at, number_of
from muster.exchange.rules.pupils import ClassList, GuardianRow, PupilChange, PupilRow, folded
from muster.exchange.verbs import Verb
from muster.people import doors
from muster.people.access import Permission
from muster.people.actions.changes import CannotUndo, change
from muster.people.actions.classes import moved_to
from muster.people.actions.pupils import Fact, Joiner, fact_of, put_back_memberships, put_right, taken_on_roll
from muster.people.actions.reach import require
from muster.people.models import (
    Account,
    ChangeSet,
    ClassMembership,
    Correction,
    Guardian,
    Guardianship,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.purposes import Purpose
from muster.people.refusals import PlanIsStale
from muster.people.undoing import offer, undoable
from muster.people.verbs import Verb as PeopleVerb

REASON = "Class list"
NAMELESS = "Parent or carer"


@doors.reads(Purpose.ADMINISTER)
@transaction.atomic
def import_class_list(*, plan: ClassList, school: School, by: Account | None, at: datetime) -> ChangeSet | None:
    """Do what `plan` says: one transaction, one change set, one entry of history. None when it changes nothing.

    Whoever is not in the list is left as they are. Raises `PlanIsStale`.
    """
    require(Permission.PUPIL_EDIT, school=school, by=by, at=at)
    if plan.is_empty:
        return None
    day = school.day(at)
    held = held_at(school, day)
    made_groups = make_year_groups(plan, school, held)
    made_classes = make_classes(plan, school, held)
    pupils = take_on(plan.add, school, held, by=by, at=at)
    before = [
        apply_change(pk, differs, school, held, day=day, by=by, at=at) for pk, differs in sorted(plan.change.items())
    ]
    rows = {row.number: pupil for row, pupil in zip(plan.add, pupils, strict=True)}
    added_guardians = add_guardians(
        [(rows[row.number], row.guardians) for row in plan.add if row.guardians]
        + [(found(pk, school), differs.guardians) for pk, differs in plan.change.items() if differs.guardians],
        school,
    )
    ids = [pupil.pk for pupil in pupils]
    change_set = change(
        Verb.CLASS_LIST_IMPORTED,
        school=school,
        by=by,
        at=at,
        summary={
            "pupils": ids,
            "changed": before,
            "guardianships": added_guardians,
            "classes": made_classes,
            "year_groups": made_groups,
        },
    )
    doors.record(
        Verb.CLASS_LIST_IMPORTED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=[*ids, *plan.change],
        details={"added": len(ids), "changed": len(plan.change), "classes": len(made_classes)},
    )
    return change_set


def make_year_groups(plan: ClassList, school: School, held: SchoolHeld) -> list[int]:
    """Year groups the list names and the school lacks, each in its place by age; their ids."""
    made = []
    for number in plan.new_year_groups:
        older = [group for known, group in held.year_groups.items() if known > number]
        last = max((group.position for group in YearGroup.objects.at(school)), default=0)
        position = min((group.position for group in older), default=last + 1)
        # Make room from the top down, so that no two ever share a place.
        for group in YearGroup.objects.at(school).filter(position__gte=position).order_by("-position"):
            YearGroup.objects.filter(pk=group.pk).update(position=group.position + 1)
        name, code = {0: ("Reception", "R"), -1: ("Nursery", "N")}.get(number, (f"Year {number}", f"Y{number}"))
        group = YearGroup.objects.create(school=school, name=name, code=code, position=position)
        held.year_groups[number] = group
        for each in YearGroup.objects.at(school):
            known = number_of(each)
            if known is not None:
                held.year_groups[known] = each
        made.append(group.pk)
    return made


def group_of(text: str, held: SchoolHeld) -> YearGroup | None:
    """The year group a text of the file means."""
    number = held.number_of(text) if text else None
    if number is None:
        return None
    return held.named_year_groups.get(folded(text)) or held.year_groups.get(number)


def make_classes(plan: ClassList, school: School, held: SchoolHeld) -> list[int]:
    """Registration classes the list names and this year lacks; their ids."""
    made = []
    for name, year_text in plan.new_classes.items():
        if held.year is None:
            continue
        school_class = SchoolClass.objects.create(
            school=school, year=held.year, name=name, year_group=group_of(year_text, held)
        )
        held.classes[folded(name)] = school_class
        made.append(school_class.pk)
    return made


def take_on(
    rows: Sequence[PupilRow], school: School, held: SchoolHeld, *, by: Account | None, at: datetime
) -> list[Pupil]:
    """Take those who are new on roll, in the order of the list."""
    joiners = [
        Joiner(
            surname=row.surname,
            forenames=row.forenames,
            known_as=row.known_as,
            born_on=row.born_on,
            upn=row.upn,
            school_class=held.classes.get(folded(row.class_name)) if row.class_name else None,
            year_group=group_of(row.year_group, held),
            contacts={"address": row.address} if row.address else None,
        )
        for row in rows
    ]
    return taken_on_roll(school=school, joiners=joiners, by=by, at=at) if joiners else []


def found(pk: int, school: School) -> Pupil:
    """The pupil a change is about; raises `PlanIsStale` when there is none any more."""
    pupil = Pupil.objects.at(school).filter(pk=pk, merged_into__isnull=True).first()
    if pupil is None:
        raise PlanIsStale
    return pupil


def apply_change(
    pk: int, differs: PupilChange, school: School, held: SchoolHeld, *, day: date, by: Account | None, at: datetime
) -> dict[str, Any]:
    """Change one pupil; returns what putting it back needs: ids and dates, never names."""
    pupil = found(pk, school)
    before: dict[str, Any] = {"pupil": pk}
    if differs.facts and by is not None:
        facts = {Fact(name): value for name, value in differs.facts.items()}
        corrections = put_right(pupil=pupil, facts=facts, reason=REASON, by=by, at=at)
        before["corrections"] = [correction.pk for correction in corrections]
        pupil.refresh_from_db()
    school_class = held.classes.get(folded(differs.class_name)) if differs.class_name else None
    if school_class is not None:
        before["moved"] = moved_to(pupil=pupil, to=school_class, on=day)
    group = group_of(differs.year_group, held)
    if group is not None and held.year is not None:
        placement = YearPlacement.objects.filter(school=school, pupil=pupil, year=held.year).first()
        before["placement"] = {"year": held.year.pk, "was": placement.year_group_id if placement else None}
        YearPlacement.objects.update_or_create(
            school=school, pupil=pupil, year=held.year, defaults={"year_group": group}
        )
    if differs.address:
        pupil.contacts = {**(pupil.contacts or {}), "address": differs.address}
        pupil.save(update_fields=["contacts"])
        before["address"] = True
    return before


def add_guardians(wanted: Sequence[tuple[Pupil, Sequence[GuardianRow]]], school: School) -> list[int]:
    """Parents and carers of pupils; one adult with several children is one guardian. Ids of the guardianships."""
    if not wanted:
        return []
    known = {key: guardian for guardian in all_guardians(school) if (key := key_of(guardian))[1]}
    counts: dict[int, int] = {}
    joined = set(
        Guardianship.objects.filter(pupil__in=[pupil for pupil, _rows in wanted]).values_list("pupil", "guardian")
    )
    for pupil_id, _guardian in joined:
        counts[pupil_id] = counts.get(pupil_id, 0) + 1
    new: dict[object, tuple[GuardianRow, Guardian]] = {}
    joins: list[tuple[Pupil, GuardianRow, Guardian]] = []
    lines = [(pupil, row) for pupil, rows in wanted for row in rows]
    keys = iter(doors.sealer().new_keys(len(lines)))
    for pupil, row in lines:
        # Without a name and an address of some kind, two parents cannot be known to be one.
        mark: object = row.key if row.name and row.key[1] else (pupil.pk, len(joins))
        guardian = known.get(row.key) if row.name else None
        if guardian is None and mark in new:
            guardian = new[mark][1]
        if guardian is None:
            contacts = {kind: text for kind, text in (("email", row.email), ("telephone", row.telephone)) if text}
            guardian = Guardian(
                school=school, key=next(keys), names={"name": row.name or NAMELESS}, contacts=contacts or None
            )
            new[mark] = (row, guardian)
        joins.append((pupil, row, guardian))
    Guardian.objects.bulk_create([guardian for _row, guardian in new.values()])
    rows = []
    for pupil, row, guardian in joins:
        if (pupil.pk, guardian.pk) in joined:
            continue
        joined.add((pupil.pk, guardian.pk))
        counts[pupil.pk] = counts.get(pupil.pk, 0) + 1
        rows.append(
            Guardianship(
                school=school, pupil=pupil, guardian=guardian, relation=row.relation, position=counts[pupil.pk]
            )
        )
    return [row.pk for row in Guardianship.objects.bulk_create(rows)]


def all_guardians(school: School) -> list[Guardian]:
    """Every guardian of the school, ready to be read."""
    guardians = list(Guardian.objects.at(school))
    doors.sealer().warm(guardian.key for guardian in guardians)
    return guardians


def key_of(guardian: Guardian) -> tuple[str, str]:
    """What tells this adult from another."""
    contacts = guardian.contacts or {}
    return GuardianRow(guardian.name, "", contacts.get("email", ""), contacts.get("telephone", "")).key


# -- turning it back -------------------------------------------------------------------------------------------------


@offer(Verb.CLASS_LIST_IMPORTED, permission=Permission.PUPIL_EDIT)
def not_imported(*, change_set: ChangeSet, by: Account, at: datetime) -> Collection[int]:
    """Take out whom the list brought, and put back what it changed. Refused once something rests on any of it."""
    summary = change_set.summary
    Guardianship.objects.filter(school=change_set.school, pk__in=summary["guardianships"]).delete()
    touched: list[int] = []
    for before in summary["changed"]:
        put_back(before, change_set.school, by=by, at=at)
        touched.append(before["pupil"])
    way = undoable(PeopleVerb.PUPILS_ENROLLED)
    if summary["pupils"] and way is not None:
        touched += way.turn_back(change_set=change_set, by=by, at=at)
    for school_class in SchoolClass.objects.at(change_set.school).filter(pk__in=summary["classes"]):
        if not class_is_used(school_class):
            school_class.delete()
    for group in YearGroup.objects.at(change_set.school).filter(pk__in=summary["year_groups"]):
        if not group_is_used(group):
            group.delete()
    return touched


def class_is_used(school_class: SchoolClass) -> bool:
    """Whether anybody is or was in the class, teaches it or was let in for a day."""
    if any(model.objects.filter(school_class=school_class).exists() for model in (ClassMembership, PostClass)):
        return True
    return any(
        related.related_model._base_manager.filter(**{related.field.name: school_class}).exists()
        for related in SchoolClass._meta.related_objects
        if related.related_model not in {ClassMembership, PostClass, Post}
    )


def group_is_used(group: YearGroup) -> bool:
    """Whether a class, a placement or a stage is of the year group."""
    return any(
        related.related_model._base_manager.filter(**{related.field.name: group}).exists()
        for related in YearGroup._meta.related_objects
    )


def put_back(before: Mapping[str, Any], school: School, *, by: Account, at: datetime) -> None:
    """Put one pupil back as they were before the list."""
    pupil = Pupil.objects.at(school).filter(pk=before["pupil"], merged_into__isnull=True).first()
    if pupil is None:
        raise CannotUndo(_("One of these pupils has been joined with another record since."))
    corrections = Correction.objects.filter(pk__in=before.get("corrections", ()))
    facts: dict[Fact, str] = {}
    for correction in corrections:
        fact = Fact(correction.fact)
        if fact_of(pupil, fact) != (correction.after or ""):
            raise CannotUndo(_("One of these pupils has been put right since. Put the rest right by hand."))
        facts[fact] = correction.before or ""
    if facts:
        put_right(pupil=pupil, facts=facts, reason=_("Class list undone"), by=by, at=at)
        pupil.refresh_from_db()
    if moved := before.get("moved"):
        if not ClassMembership.objects.filter(pk=moved["added"], ends_on__isnull=True).exists():
            raise CannotUndo(_("One of these pupils has changed class since."))
        ClassMembership.objects.filter(pk=moved["added"]).delete()
        put_back_memberships(moved, school)
    if placed := before.get("placement"):
        placement = YearPlacement.objects.filter(school=school, pupil=pupil, year=placed["year"])
        if placed["was"] is None:
            placement.delete()
        else:
            placement.update(year_group=placed["was"])
    if before.get("address"):
        contacts = {kind: text for kind, text in (pupil.contacts or {}).items() if kind != "address"}
        pupil.contacts = contacts or None
        pupil.save(update_fields=["contacts"])
