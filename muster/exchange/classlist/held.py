"""What a plan of a class list needs to know of the school."""

from dataclasses import dataclass
from datetime import date

from muster.curriculum.rules.stages import year_number
from muster.exchange.rules.pupils import GuardianRow, Held, PupilRow, folded
from muster.people import doors
from muster.people.calendar import year_at
from muster.people.models import (
    AcademicYear,
    ClassMembership,
    Enrolment,
    Guardianship,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.models.classes import on_day

HIGHEST_YEAR = 13


@dataclass(frozen=True)
class SchoolHeld:
    """The pupils, classes and year groups of a school as they stand on a day."""

    year: AcademicYear | None
    pupils: list[Held]
    classes: dict[str, SchoolClass]
    """This year's classes by folded name."""
    year_groups: dict[int, YearGroup]
    """Year groups by number, those that have one."""
    named_year_groups: dict[str, YearGroup]
    """Year groups by folded name and code."""

    def number_of(self, text: str) -> int | None:
        """The number of a year group as a file writes it; None when it is none that a school could have."""
        group = self.named_year_groups.get(folded(text))
        if group is not None:
            number = number_of(group)
            return number if number is not None else -100 - group.pk
        number = year_number(text)
        return number if number is not None and -1 <= number <= HIGHEST_YEAR else None

    @property
    def codes(self) -> dict[int, str]:
        """The code of each year group, by number; one without a number has one of its own below -100."""
        found = {number: group.code for number, group in self.year_groups.items()}
        for group in self.named_year_groups.values():
            if number_of(group) is None:
                found[-100 - group.pk] = group.code
        return found


def number_of(group: YearGroup) -> int | None:
    """The number a year group has by its code or name."""
    number = year_number(group.code)
    return number if number is not None else year_number(group.name)


def held_at(school: School, day: date) -> SchoolHeld:
    """All of it, in a constant number of statements."""
    year = year_at(school, day)
    classes = {folded(row.name): row for row in SchoolClass.objects.at(school).filter(year=year)} if year else {}
    groups = list(YearGroup.objects.at(school).order_by("position"))
    by_number = {number: group for group in groups if (number := number_of(group)) is not None}
    named = {folded(text): group for group in groups for text in (group.name, group.code)}
    return SchoolHeld(year, pupils_held(school, day, year), classes, by_number, named)


def pupils_held(school: School, day: date, year: AcademicYear | None) -> list[Held]:
    """Every pupil of the school who has not been merged into another, those who have left too.

    Whoever was never on roll, because their joining was undone, is nobody a row could mean.
    """
    joined = Enrolment.objects.at(school).values("pupil")
    pupils = list(Pupil.objects.at(school).filter(merged_into__isnull=True, pk__in=joined))
    left = set(
        Pupil.objects.at(school)
        .filter(enrolments__leaving__left_on__lt=day)
        .exclude(pk__in=Pupil.objects.on_roll(day).values("pk"))
        .values_list("pk", flat=True)
    )
    classes: dict[int, list[SchoolClass]] = {}
    for membership in ClassMembership.objects.at(school).filter(on_day(day)).select_related("school_class"):
        classes.setdefault(membership.pupil_id, []).append(membership.school_class)
    placements = dict(
        YearPlacement.objects.at(school).filter(year=year).values_list("pupil", "year_group__code") if year else ()
    )
    guardians: dict[int, list[GuardianRow]] = {}
    families = list(Guardianship.objects.at(school).select_related("guardian"))
    doors.sealer().warm({row.key for row in pupils} | {row.guardian.key for row in families})
    for guardianship in families:
        contacts = guardianship.guardian.contacts or {}
        guardians.setdefault(guardianship.pupil_id, []).append(
            GuardianRow(
                guardianship.guardian.name,
                guardianship.relation,
                contacts.get("email", ""),
                contacts.get("telephone", ""),
            )
        )
    return [
        Held(
            pk=row.pk,
            surname=row.surname,
            forenames=row.forenames,
            known_as=row.known_as,
            born_on=row.born_on,
            upn=str(row.upn or ""),
            on_roll=row.pk not in left,
            class_name=next(
                (each.name for each in classes.get(row.pk, ()) if each.kind == SchoolClass.Kind.REGISTRATION), ""
            ),
            classes=frozenset(folded(each.name) for each in classes.get(row.pk, ())),
            year_group=placements.get(row.pk, ""),
            address=(row.contacts or {}).get("address", ""),
            guardians=tuple(guardians.get(row.pk, ())),
        )
        for row in pupils
    ]


def numbers_for(rows: tuple[PupilRow, ...], held: SchoolHeld) -> dict[str, int | None]:
    """What each text of the year group column says."""
    return {text: held.number_of(text) for text in {row.year_group for row in rows} if text}
