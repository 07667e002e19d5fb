"""What a plan needs to know of a school, opened once and in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q

from muster.attendance.models import HomeRoom
from muster.curriculum.rules.stages import year_number
from muster.exchange.from_before import held_of
from muster.exchange.models import CameWith, SourceId
from muster.exchange.rules.from_before import FromBefore
from muster.exchange.rules.known import (
    HeldClass,
    HeldGuardian,
    HeldPupil,
    HeldSeat,
    HeldStaff,
    HeldYear,
    Known,
)
from muster.exchange.rules.matching import folded
from muster.exchange.rules.planning.whole import ids_of
from muster.exchange.rules.roster import Of, Roster
from muster.people import doors
from muster.people.access import Role
from muster.people.calendar import year_at
from muster.people.models import (
    AcademicYear,
    ClassMembership,
    Correction,
    Enrolment,
    GroupStatus,
    Guardian,
    Guardianship,
    KeyGroup,
    Leaving,
    Post,
    PostClass,
    Pupil,
    School,
    SchoolClass,
    Staff,
    YearGroup,
    YearPlacement,
)
from muster.people.models.classes import on_day
from muster.people.roles import role_word

TEACHING = (Role.TEACHER, Role.COVER, Role.TUTOR)
"""Posts that end when a file says that somebody has left; any other is for a person to end."""
MARK = "source id"
"""What kind of text a source's id is, for its digest."""


def mark_of(source: str, of: Of, id_: str) -> bytes:
    """The digest by which a source's id is known again; it names nobody."""
    return doors.sealer().fingerprint(kind_of_mark(source, of), id_)


def kind_of_mark(source: str, of: Of) -> str:
    """What keeps the digests of one kind of record of one source apart from all others."""
    return f"{MARK} {source} {of}"


def number_of(group: YearGroup) -> int:
    """The number a year group has by its code or name; one without has one of its own, below -100."""
    number = year_number(group.code)
    number = number if number is not None else year_number(group.name)
    return number if number is not None else -100 - group.pk


def known_at(school: School, at: datetime, roster: Roster, *, may_correct: bool) -> Known:
    """All that `roster` may meet at `school` at the instant `at`."""
    day = school.day(at)
    year = year_at(school, day)
    groups = list(YearGroup.objects.at(school).order_by("position"))
    remembered, sourced = remembered_at(school, roster)
    return Known(
        today=day,
        year=held_year(year) if year else None,
        years=tuple(held_year(each) for each in AcademicYear.objects.at(school).order_by("first_day")),
        pupils=tuple(pupils_at(school, day, year, roster)),
        classes=tuple(classes_at(school, day, roster)),
        guardians=tuple(guardians_at(school)) if roster.guardians else (),
        staff=tuple(staff_at(school, at)) if roster.staff or Of.STAFF in roster.whole else (),
        year_groups={number_of(group): group.name for group in groups},
        year_words={folded(text): number_of(group) for group in groups for text in (group.name, group.code)},
        groups=frozenset(KeyGroup.objects.at(school).filter(retired_on__isnull=True).values_list("code", flat=True)),
        remembered=remembered,
        sourced=sourced,
        may_correct=may_correct,
    )


def classes_at(school: School, day: date, roster: Roster) -> list[HeldClass]:
    """The classes of this year and later ones, or of all where the school has none of those; rooms where the file has any."""
    rows = SchoolClass.objects.at(school).order_by("pk")
    has_rooms = any(each.room for each in roster.classes)
    rooms = dict(HomeRoom.objects.at(school).values_list("school_class", "room")) if has_rooms else {}
    return [
        HeldClass(row.pk, row.name, row.year_id, row.kind, rooms.get(row.pk, ""))
        for row in rows.filter(year__last_day__gte=day) or rows
    ]


def held_year(year: AcademicYear) -> HeldYear:
    """A school year as a value."""
    return HeldYear(year.pk, year.name, year.first_day, year.last_day)


def remembered_at(school: School, roster: Roster) -> tuple[dict[tuple[Of, str], int], dict[Of, frozenset[int]]]:
    """(which row each id of the roster meant last time, every row that came from its source)."""
    if not roster.lasting_ids:
        return {}, {}
    rows = SourceId.objects.at(school).filter(source=roster.kind)
    means: dict[tuple[str, bytes], int] = {}
    sourced: dict[Of, set[int]] = {}
    for of, mark, *joined in rows.values_list("of", "mark", "pupil", "staff", "guardian", "school_class"):
        row = next(each for each in joined if each is not None)
        means[of, bytes(mark)] = row
        sourced.setdefault(Of(of), set()).add(row)
    found = {}
    if means:
        digest = doors.sealer().fingerprint
        kinds = {of: (of.value, kind_of_mark(roster.kind, of)) for of in Of}
        for of, id_ in ids_of(roster):
            name, kind = kinds[of]
            known = means.get((name, digest(kind, id_)))
            if known is not None:
                found[of, id_] = known
    return found, {of: frozenset(rows) for of, rows in sourced.items()}


def pupils_at(school: School, day: date, year: AcademicYear | None, roster: Roster) -> list[HeldPupil]:
    """Every pupil of the school who has not been merged into another, those who have left too.

    Whoever was never on roll, because their joining was undone, is nobody a record could mean.
    """
    joined: dict[int, date | None] = {}
    for pupil, began, left in (
        Enrolment.objects.at(school).order_by("joined_on").values_list("pupil", "joined_on", "leaving__left_on")
    ):
        joined[pupil] = began if left is None or left >= day else joined.get(pupil)
    pupils = [
        pupil
        for pupil in Pupil.objects.at(school).filter(merged_into__isnull=True).order_by("pk")
        if pupil.pk in joined
    ]
    seats: defaultdict[int, list[HeldSeat]] = defaultdict(list)
    for pk, pupil_id, school_class, starts, ends in (
        ClassMembership.objects.at(school)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), school_class__year__last_day__gte=day)
        .values_list("pk", "pupil", "school_class", "starts_on", "ends_on")
    ):
        seats[pupil_id].append(HeldSeat(pk, school_class, starts, ends))
    by_group = {group.pk: number_of(group) for group in YearGroup.objects.at(school)}
    placed: dict[int, dict[int, int]] = {}
    if year:
        since = YearPlacement.objects.at(school).filter(year__first_day__gte=year.first_day)
        for pupil_id, of_year, group in since.values_list("pupil", "year", "year_group"):
            placed.setdefault(pupil_id, {})[of_year] = by_group[group]
    families: dict[int, set[int]] = {}
    if roster.guardians:
        for pupil_id, guardian in Guardianship.objects.at(school).values_list("pupil", "guardian"):
            families.setdefault(pupil_id, set()).add(guardian)
    answers: dict[int, dict[str, str]] = {}
    if any(child.groups or child.gender for child in roster.pupils):
        for pupil_id, code, said in (
            GroupStatus.objects.at(school).filter(on_day(day)).values_list("pupil", "group__code", "answer")
        ):
            answers.setdefault(pupil_id, {})[code] = said
    speaks_of_before = bool(roster.results) or any(child.before for child in roster.pupils)
    from_before = held_of(CameWith.objects.at(school)) if speaks_of_before else {}
    with_address = any(child.address for child in roster.pupils)
    with_numbers = any(child.identifiers for child in roster.pupils)
    doors.sealer().warm(row.key for row in pupils)
    return [
        HeldPupil(
            pk=row.pk,
            surname=row.surname,
            forenames=row.forenames,
            known_as=row.known_as,
            born_on=row.born_on,
            upn=str(row.upn or ""),
            on_roll=joined[row.pk] is not None,
            joined_on=joined[row.pk],
            seats=tuple(seats.get(row.pk, ())),
            year_group=placed.get(row.pk, {}).get(year.pk) if year else None,
            placed={
                of_year: number for of_year, number in placed.get(row.pk, {}).items() if year and of_year != year.pk
            },
            address=(row.contacts or {}).get("address", "") if with_address else "",
            identifiers=(row.identifiers or {}) if with_numbers else {},
            guardians=frozenset(families.get(row.pk, ())),
            groups=answers.get(row.pk, {}),
            from_before=from_before.get(row.pk, FromBefore()),
        )
        for row in pupils
    ]


def guardians_at(school: School) -> list[HeldGuardian]:
    """Every parent and carer."""
    rows = list(Guardian.objects.at(school).order_by("pk"))
    doors.sealer().warm(row.key for row in rows)
    found = []
    for row in rows:
        contacts: dict[str, Any] = row.contacts or {}
        ways = [str(contacts.get(way, "")) for way in ("email", "telephone", "address")]
        found.append(HeldGuardian(row.pk, row.name, *ways))
    return found


def staff_at(school: School, at: datetime) -> list[HeldStaff]:
    """Every adult who works there, with the classes their posts reach now or will, and the posts that no file ends."""
    day = school.day(at)
    others: dict[int, list[str]] = {}
    teaching: dict[int, set[str]] = {}
    had_post: set[int] = set()
    for account, role, ends_on, ends_at in (
        Post.objects.at(school)
        .exclude(role__in=[Role.GUARDIAN, Role.PUPIL])
        .order_by("pk")
        .values_list("account", "role", "ends_on", "ends_at")
    ):
        had_post.add(account)
        if ends_at is not None or (ends_on is not None and ends_on < day):
            continue
        if role in TEACHING:
            teaching.setdefault(account, set()).add(role)
        else:
            others.setdefault(account, []).append(role_word(role))
    reach: dict[int, set[int]] = {}
    for account, school_class in (
        PostClass.objects.at(school)
        .filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), Q(post__ends_on__isnull=True) | Q(post__ends_on__gte=day)
        )
        .filter(post__ends_at__isnull=True)
        .values_list("post__account", "school_class")
    ):
        reach.setdefault(account, set()).add(school_class)
    return [
        HeldStaff(
            row.pk,
            row.name,
            row.account.email if row.account else "",
            frozenset(reach.get(row.account_id or 0, ())),
            tuple(dict.fromkeys(others.get(row.account_id or 0, ()))),
            is_there=row.left_at is None if row.account_id is None else row.account_id in teaching,
            signs_in=row.account_id is not None,
            had_post=row.account_id in had_post,
            may_teach=Role.TEACHER in teaching.get(row.account_id or 0, ()),
        )
        for row in Staff.objects.at(school).select_related("account").order_by("pk")
    ]


def standing(school: School) -> tuple[object, ...]:
    """What tells whether anything a plan rests on has changed at `school` since: cheap to ask, and it names nobody."""
    found: list[object] = []
    models: Iterable[type[Any]] = (
        Pupil, Enrolment, Leaving, ClassMembership, SchoolClass, YearPlacement, YearGroup, AcademicYear, Guardianship,
        GroupStatus, Staff, Post, PostClass, Correction, SourceId, CameWith,
    )  # fmt: skip
    unended = {
        ClassMembership: Q(ends_on__isnull=True),
        Post: Q(ends_on__isnull=True, ends_at__isnull=True),
        Staff: Q(left_at__isnull=True),
        Pupil: Q(merged_into__isnull=True),
    }
    for model in models:
        asked = {"newest": Max("pk"), "many": Count("pk")}
        if model in unended:
            asked["open"] = Count("pk", filter=unended[model])
        found.append(tuple(model.objects.filter(school=school).aggregate(**asked).values()))
    # A class whose room is changed keeps its row, so no number tells of it.
    found.append(tuple(HomeRoom.objects.at(school).order_by("pk").values_list("school_class", "room")))
    return tuple(found)
