"""Bringing a plan in: made ready where nobody sees it, then shown in one short transaction, which history ends.

A change set stands unfinished while rows are made ready. The last transaction looks whether the school is as it was when
the plan was made, moves the rows to their places, and finishes the change set. Killed before it, nothing was written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.attendance.models import HomeRoom
from muster.exchange.held import TEACHING, mark_of, number_of, standing
from muster.exchange.models import CameWith, SourceId
from muster.exchange.rules.plan import Plan, PupilChange, Ref, Work
from muster.exchange.rules.planning.classes import year_word
from muster.exchange.rules.planning.staff import teaches
from muster.exchange.rules.roster import Of, Roster
from muster.exchange.staging import Stage, numbers, spans
from muster.exchange.verbs import Verb
from muster.people import doors
from muster.people.access import Permission, Role
from muster.people.actions.pupils import Fact, fact_of, upn_mark
from muster.people.actions.reach import require
from muster.people.models import (
    AcademicYear,
    Account,
    ChangeSet,
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
    Term,
    YearGroup,
    YearPlacement,
)
from muster.people.purposes import Purpose
from muster.people.refusals import PlanIsStale
from muster.people.rules.upn import tidy
from muster.people.sealed import Sealed, SealedField
from muster.people.signin.actions import givable

NAMELESS = "Parent or carer"
KEYS_AT_ONCE = 1_000
IN_ORDER = (
    AcademicYear, Term, YearGroup, SchoolClass, HomeRoom, Pupil, Enrolment, Leaving, ClassMembership, YearPlacement, Correction,
    Guardian, Guardianship, GroupStatus, Account, Staff, Post, PostClass, SourceId, CameWith,
)  # fmt: skip
"""Every table before those that point at it."""
Progress = Callable[[int, int], None]
Along = Callable[[ChangeSet | None], None]
"""What else belongs to the moment in which an import appears; None where nothing changed."""


@dataclass
class Ready:
    """What was made ready for one plan: the rows that wait, the numbers they have, and changes to rows that are there."""

    stage: Stage = field(default_factory=Stage)
    made: dict[str, list[int]] = field(default_factory=dict)
    updates: list[tuple[models.Model, tuple[str, ...]]] = field(default_factory=list)
    """Rows whose named fields are to be saved, sealed already."""
    before: dict[str, Any] = field(default_factory=dict)
    """What turning it back needs beside the numbers: row numbers and dates, never names."""
    pupils: set[int] = field(default_factory=set)

    def put(self, model: type[models.Model], rows: Sequence[models.Model]) -> None:
        """Have new rows wait; each is given its number unless it has one."""
        bare = [row for row in rows if row.pk is None]
        for row, number in zip(bare, numbers(model, len(bare)), strict=True):
            row.pk = number
        self.made.setdefault(model._meta.model_name or "", []).extend(row.pk for row in rows)
        self.stage.put(model, rows)


def nothing_said(done: int, of: int) -> None:
    """Nobody watches."""


def nothing_along(made: ChangeSet | None) -> None:
    """Nothing else belongs to it."""


@doors.reads(Purpose.ADMINISTER)
def bring_in(
    *,
    plan: Plan,
    roster: Roster,
    school: School,
    since: tuple[object, ...],
    by: Account | None,
    at: datetime,
    progress: Progress = nothing_said,
    along: Along = nothing_along,
) -> ChangeSet | None:
    """Do what `plan` says; None when it changes nothing. `along` is called inside the last transaction.

    `since` is what `standing` said before the plan was made. Raises `PlanIsStale` where the school has changed since, and
    the refusals of reach; in both cases nothing is written.
    """
    with transaction.atomic():
        require(Permission.PUPIL_EDIT, school=school, by=by, at=at)
        if plan.work.is_empty:
            remember_alone(plan.work, roster, school)
            along(None)
            return None
        change_set = ChangeSet.objects.create(school=school, kind=Verb.FILE_IMPORTED, by=by, at=at)
    making = _Making(plan.work, roster, school, change_set, by, at, progress)
    try:
        ready = making.ready()
        show(ready=ready, plan=plan, school=school, change_set=change_set, since=since, along=along, by=by, at=at)
    except IntegrityError as clash:
        # Somebody has made the same class, or enrolled a child with the same UPN, in the same moment.
        ChangeSet.objects.filter(pk=change_set.pk).delete()
        raise PlanIsStale from clash
    except Exception:
        ChangeSet.objects.filter(pk=change_set.pk).delete()
        raise
    finally:
        making.made.stage.clear()
    return change_set


@transaction.atomic
def show(
    *,
    ready: Ready,
    plan: Plan,
    school: School,
    change_set: ChangeSet,
    since: tuple[object, ...],
    along: Along,
    by: Account | None,
    at: datetime,
) -> None:
    """The one transaction in which all of it appears."""
    require(Permission.PUPIL_EDIT, school=school, by=by, at=at)
    if standing(school) != since:
        raise PlanIsStale
    if "source ids" in ready.before:
        SourceId.objects.filter(pk__in=ready.before.pop("source ids")).delete()
    make_room(ready, school)
    ready.stage.show(*IN_ORDER)
    for row, names in ready.updates:
        values = {name: row.__dict__[name] for name in names}
        type(row)._default_manager.filter(pk=row.pk).update(**values)
    end_places(plan.work, ready)
    end_teaching(ready, at)
    change_set.finished_at = at
    change_set.summary = {
        "made": {name: spans(rows) for name, rows in ready.made.items() if rows},
        **ready.before,
    }
    change_set.save(update_fields=["finished_at", "summary"])
    along(change_set)
    doors.record(
        Verb.FILE_IMPORTED,
        school=school,
        by=by,
        at=at,
        about=change_set,
        pupils=sorted(ready.pupils),
        details={name: len(rows) for name, rows in ready.made.items() if rows},
    )


def make_room(ready: Ready, school: School) -> None:
    """Let new year groups stand in their places by age: those above move up, from the top down."""
    places: list[int] = ready.before.pop("year group places", [])
    for place in places:
        for group in YearGroup.objects.at(school).filter(position__gte=place).order_by("-position"):
            YearGroup.objects.filter(pk=group.pk).update(position=group.position + 1)


def end_places(work: Work, ready: Ready) -> None:
    """End places in classes, a statement for each day they end on."""
    ended = ClassMembership.objects.in_bulk(list(work.unseat))
    ready.before["ended"] = {
        str(pk): row.ends_on.isoformat() if row.ends_on else None
        for pk, row in ended.items()
        if work.unseat[pk] is not None
    }
    ready.before["taken_out"] = [
        {
            "pupil": row.pupil_id,
            "school_class": row.school_class_id,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        }
        for pk, row in ended.items()
        if work.unseat[pk] is None
    ]
    by_day: dict[date | None, list[int]] = {}
    for pk, day in work.unseat.items():
        by_day.setdefault(day, []).append(pk)
    for day, rows in by_day.items():
        places = ClassMembership.objects.filter(pk__in=rows)
        if day is None:
            places.delete()
        else:
            places.update(ends_on=day)


def end_teaching(ready: Ready, at: datetime) -> None:
    """End posts and their reach, a statement for each day; what has not begun by then is called off."""
    for name, model in (("posts ended", Post), ("teaching ended", PostClass)):
        ends: Mapping[str, list[int]] = ready.before.get(f"{name} on", {})
        for day, rows in ends.items():
            model._default_manager.filter(pk__in=rows).update(ends_on=date.fromisoformat(day))
        ready.before.pop(f"{name} on", None)
    Post.objects.filter(pk__in=ready.before.get("posts called off", [])).update(ends_at=at)
    PostClass.objects.filter(pk__in=[row["pk"] for row in ready.before.get("teaching called off", [])]).delete()


def remember_alone(work: Work, roster: Roster, school: School) -> None:
    """Remember ids of rows that stand as they are: bookkeeping that changes nothing anybody sees."""
    rows = [source_id(of, id_, ref, roster, school) for of, id_, ref in work.remember]
    if not rows:
        return
    SourceId.objects.at(school).filter(source=roster.kind, mark__in=[row.mark for row in rows]).delete()
    SourceId.objects.bulk_create(rows)


def source_id(of: Of, id_: str, pk: int, roster: Roster, school: School) -> SourceId:
    """An id of the source and the row it means."""
    means = {Of.PUPIL: "pupil_id", Of.STAFF: "staff_id", Of.GUARDIAN: "guardian_id", Of.CLASS: "school_class_id"}
    return SourceId(
        school=school, source=roster.kind, of=of.value, mark=mark_of(roster.kind, of, id_), **{means[of]: pk}
    )


class _Making:
    """The rows of one plan, made ready."""

    def __init__(
        self,
        work: Work,
        roster: Roster,
        school: School,
        change_set: ChangeSet,
        by: Account | None,
        at: datetime,
        progress: Progress,
    ) -> None:
        self.work, self.roster, self.school, self.by, self.at = work, roster, school, by, at
        self.change_set = change_set
        self.progress = progress
        self.today = school.day(at)
        self.made = Ready()
        self.groups: dict[int, int] = {}
        self.classes: list[SchoolClass] = []
        self.pupils: list[Pupil] = []
        self.year: AcademicYear | None = None

    def ready(self) -> Ready:
        """Everything, table by table."""
        steps: Sequence[Callable[[], None]] = (
            self.years, self.new_classes, self.new_pupils, self.roll, self.places, self.placements, self.corrections,
            self.families, self.statuses, self.new_staff, self.remembered, self.from_before,
        )  # fmt: skip
        for number, step in enumerate(steps):
            self.progress(number, len(steps) + 1)
            step()
        self.progress(len(steps), len(steps) + 1)
        touched = set(self.work.change) | set(self.work.leave) | set(self.work.back) | set(self.work.from_before)
        touched |= {seat.pupil for seat in self.work.seats} | {ref for ref, _year in self.work.placed}
        self.made.pupils |= {ref for ref in touched if ref > 0} | {pupil.pk for pupil in self.pupils}
        return self.made

    def pupil(self, ref: Ref) -> int:
        """The number of a pupil."""
        return ref if ref > 0 else self.pupils[-ref - 1].pk

    def school_class(self, ref: Ref) -> int:
        """The number of a class."""
        return ref if ref > 0 else self.classes[-ref - 1].pk

    def year_pk(self, number: int) -> int:
        """The number of a school year; 0 is the one being made."""
        if number or self.year is None:
            return number
        return self.year.pk

    def years(self) -> None:
        """A school year with its terms, and year groups."""
        new = self.work.year
        if new is not None:
            self.year = AcademicYear(school=self.school, name=new.name, first_day=new.first_day, last_day=new.last_day)
            self.made.put(AcademicYear, [self.year])
            terms = [
                Term(school=self.school, year=self.year, name=name, first_day=first, last_day=last)
                for name, first, last in new.terms
            ]
            self.made.put(Term, terms)
        held = list(YearGroup.objects.at(self.school).order_by("position"))
        order = {number_of(group): group.position for group in held}
        self.groups = {number_of(group): group.pk for group in held}
        places: list[int] = []
        made: list[YearGroup] = []
        for number in self.work.year_groups:
            older = [place for known, place in order.items() if known > number]
            place = min(older, default=max(order.values(), default=0) + 1)
            order = {known: at + 1 if at >= place else at for known, at in order.items()} | {number: place}
            for group in made:
                group.position += group.position >= place
            name, code = year_word(number), {0: "R", -1: "N"}.get(number, f"Y{number}")
            made.append(YearGroup(school=self.school, name=name, code=code, position=place))
            places.append(place)
        self.made.put(YearGroup, made)
        self.groups |= {number_of(group): group.pk for group in made}
        self.made.before["year group places"] = places

    def new_classes(self) -> None:
        """Classes, and new names of those there are."""
        self.classes = [
            SchoolClass(
                school=self.school,
                year_id=self.year_pk(each.year),
                name=each.name,
                kind=each.kind,
                year_group_id=self.groups.get(each.year_group) if each.year_group is not None else None,
            )
            for each in self.work.classes
        ]
        self.made.put(SchoolClass, self.classes)
        held = SchoolClass.objects.at(self.school).in_bulk(list(self.work.renamed))
        self.made.before["renamed"] = {str(pk): row.name for pk, row in held.items()}
        for pk, row in held.items():
            row.name = self.work.renamed[pk]
            self.made.updates.append((row, ("name",)))
        self.own_rooms()

    def own_rooms(self) -> None:
        """The room of each class that has another than it had, or had none."""
        wanted = {self.school_class(ref): room for ref, room in self.work.rooms.items()}
        held = {row.school_class_id: row for row in HomeRoom.objects.at(self.school).filter(school_class__in=wanted)}
        self.made.before["rooms"] = [
            [pk, held[pk].room if pk in held else "", room] for pk, room in sorted(wanted.items())
        ]
        for pk, row in held.items():
            row.room = wanted[pk]
            self.made.updates.append((row, ("room",)))
        new = [(pk, room) for pk, room in sorted(wanted.items()) if pk not in held]
        self.made.put(HomeRoom, [HomeRoom(school=self.school, school_class_id=pk, room=room) for pk, room in new])

    def new_pupils(self) -> None:
        """Children we do not have, each sealed with a key of their own."""
        keys = new_keys(len(self.work.join))
        taken: set[str] = set()
        for child, key in zip(self.work.join, keys, strict=True):
            upn = tidy(child.upn)
            upn = "" if upn in taken else upn
            taken.add(upn)
            self.pupils.append(
                Pupil(
                    school=self.school,
                    key=key,
                    names={
                        "surname": child.surname.strip(),
                        "forenames": child.forenames.strip(),
                        "known_as": child.known_as.strip(),
                    },
                    born_on=child.born_on,
                    upn=upn or None,
                    upn_mark=upn_mark(upn) if upn else None,
                    identifiers=dict(child.identifiers) or None,
                    contacts={"address": child.address} if child.address else None,
                )
            )
        self.made.put(Pupil, self.pupils)

    def roll(self) -> None:
        """On roll, off roll, and back on it."""
        joined = [
            self.enrolment(pupil.pk, self.joined_on(child.joined_on))
            for pupil, child in zip(self.pupils, self.work.join, strict=True)
        ]
        back = [self.enrolment(pk, day) for pk, day in self.work.back.items()]
        self.made.put(Enrolment, [*joined, *back])
        open_now = dict(
            Enrolment.objects.at(self.school)
            .filter(pupil__in=list(self.work.leave), leaving__isnull=True)
            .order_by("joined_on")
            .values_list("pupil", "pk")
        )
        self.made.put(
            Leaving,
            [
                Leaving(
                    school=self.school,
                    enrolment_id=open_now[pupil],
                    left_on=day,
                    recorded_at=self.at,
                    recorded_by=self.by,
                )
                for pupil, day in self.work.leave.items()
                if pupil in open_now
            ],
        )
        self.made.before["left"] = sorted(self.work.leave)

    def joined_on(self, said: date | None) -> date:
        """The day a new child joins: what the file says, else today."""
        return said if said is not None and said <= self.today + timedelta(days=366) else self.today

    def enrolment(self, pupil: int, day: date) -> Enrolment:
        """On roll from `day`."""
        return Enrolment(school=self.school, pupil_id=pupil, joined_on=day, recorded_at=self.at, recorded_by=self.by)

    def places(self) -> None:
        """Into classes."""
        self.made.before["seats"] = sum(seat.pupil > 0 and seat.ends_on is None for seat in self.work.seats)
        self.made.put(
            ClassMembership,
            [
                ClassMembership(
                    school=self.school,
                    pupil_id=self.pupil(seat.pupil),
                    school_class_id=self.school_class(seat.school_class),
                    starts_on=seat.starts_on,
                    ends_on=seat.ends_on,
                )
                for seat in self.work.seats
            ],
        )

    def placements(self) -> None:
        """Year groups: rows for those who have none this year, and the others changed. A class says it where nothing else does."""
        wanted = {
            (self.pupil(ref), self.year_pk(year)): self.groups[number]
            for (ref, year), number in self.work.placed.items()
        }
        there_already = {seat.school_class for seat in self.work.seats if seat.school_class > 0}
        classes = [*self.classes, *SchoolClass.objects.at(self.school).filter(pk__in=there_already)]
        says = {row.pk: row for row in classes if row.kind == SchoolClass.Kind.REGISTRATION and row.year_group_id}
        for seat in self.work.seats:
            row = says.get(self.school_class(seat.school_class)) if seat.pupil < 0 else None
            if row is not None and row.year_group_id:
                wanted.setdefault((self.pupil(seat.pupil), row.year_id), row.year_group_id)
        held = YearPlacement.objects.at(self.school).filter(pupil__in=[pupil for pupil, _year in wanted])
        there = {key: row for row in held if (key := (row.pupil_id, row.year_id)) in wanted}
        self.made.put(
            YearPlacement,
            [
                YearPlacement(school=self.school, pupil_id=pupil, year_id=year, year_group_id=group)
                for (pupil, year), group in wanted.items()
                if (pupil, year) not in there
            ],
        )
        changed = [(row, wanted[key]) for key, row in there.items() if row.year_group_id != wanted[key]]
        self.made.before["placed"] = {str(row.pk): row.year_group_id for row, _group in changed}
        for row, group in changed:
            row.year_group_id = group
            self.made.updates.append((row, ("year_group_id",)))

    def corrections(self) -> None:
        """Facts put right, with what was held; and numbers and addresses where there were none."""
        held = Pupil.objects.at(self.school).filter(merged_into__isnull=True).in_bulk(list(self.work.change))
        if len(held) < len(self.work.change):
            raise PlanIsStale
        doors.sealer().warm(row.key for row in held.values())
        rows: list[Correction] = []
        before: dict[str, Any] = {}
        for pk, differs in self.work.change.items():
            before[str(pk)] = self.correct(held[pk], differs, rows)
        self.made.put(Correction, rows)
        self.made.before["changed"] = before

    def correct(self, pupil: Pupil, differs: PupilChange, rows: list[Correction]) -> dict[str, Any]:
        """One pupil's facts; what putting them back needs."""
        before: dict[str, Any] = {}
        names: list[str] = []
        first = len(rows)
        if differs.facts and self.by is not None:
            rows += [
                Correction(
                    school=self.school,
                    pupil=pupil,
                    fact=fact,
                    before=fact_of(pupil, Fact(fact)) or None,
                    after=value or None,
                    reason=_("From a file"),
                    by=self.by,
                    at=self.at,
                )
                for fact, value in differs.facts.items()
            ]
            names += self.put_right(pupil, differs.facts)
            for row, number in zip(rows[first:], numbers(Correction, len(rows) - first), strict=True):
                row.pk = number
            before["corrections"] = [row.pk for row in rows[first:]]
        if differs.identifiers:
            pupil.identifiers = {**(pupil.identifiers or {}), **differs.identifiers}
            names.append("identifiers")
            before["identifiers"] = sorted(differs.identifiers)
        if differs.address:
            pupil.contacts = {**(pupil.contacts or {}), "address": differs.address}
            names.append("contacts")
            before["address"] = True
        self.seal(pupil, names)
        return before

    @staticmethod
    def put_right(pupil: Pupil, facts: Mapping[str, str]) -> list[str]:
        """Set the facts on the row; the names of the fields they are in."""
        changed = []
        in_names = {fact: value.strip() for fact, value in facts.items() if fact not in {Fact.BORN_ON, Fact.UPN}}
        if in_names:
            pupil.names = {**pupil.names, **in_names}
            changed.append("names")
        if Fact.BORN_ON in facts:
            pupil.born_on = date.fromisoformat(facts[Fact.BORN_ON]) if facts[Fact.BORN_ON] else None
            changed.append("born_on")
        if Fact.UPN in facts:
            pupil.upn = facts[Fact.UPN] or None
            pupil.upn_mark = upn_mark(facts[Fact.UPN]) if facts[Fact.UPN] else None
            changed += ["upn", "upn_mark"]
        return changed

    def seal(self, row: models.Model, names: Sequence[str]) -> None:
        """Have changed fields of a row that is there saved at the end, sealed already."""
        for name in names:
            column = row._meta.get_field(name)
            if isinstance(column, SealedField):
                sealed = column.pre_save(row, add=False)
                row.__dict__[name] = sealed if sealed is None else Sealed(sealed.data)
        if names:
            self.made.updates.append((row, tuple(names)))

    def families(self) -> None:
        """Parents and carers, whose they are, and how to reach them."""
        new = [
            Guardian(
                school=self.school,
                key=key,
                names={"name": each.name or NAMELESS},
                contacts={
                    way: said
                    for way, said in (("email", each.email), ("telephone", each.telephone), ("address", each.address))
                    if said
                }
                or None,
            )
            for each, key in zip(self.work.guardians, new_keys(len(self.work.guardians)), strict=True)
        ]
        self.made.put(Guardian, new)
        pupils = [self.pupil(pupil) for _guardian, pupil, _relation in self.work.families]
        counts: dict[int, int] = {}
        for pupil in Guardianship.objects.at(self.school).filter(pupil__in=pupils).values_list("pupil", flat=True):
            counts[pupil] = counts.get(pupil, 0) + 1
        rows = []
        for guardian, pupil_ref, relation in self.work.families:
            pupil = self.pupil(pupil_ref)
            counts[pupil] = counts.get(pupil, 0) + 1
            rows.append(
                Guardianship(
                    school=self.school,
                    pupil_id=pupil,
                    guardian_id=guardian if guardian > 0 else new[-guardian - 1].pk,
                    relation=relation[:60],
                    position=counts[pupil],
                )
            )
        self.made.put(Guardianship, rows)
        self.new_guardians = new
        held = Guardian.objects.at(self.school).in_bulk(list(self.work.reach))
        self.made.before["reach"] = {str(pk): sorted(self.work.reach[pk]) for pk in held}
        for pk, row in held.items():
            row.contacts = {**(row.contacts or {}), **self.work.reach[pk]}
            self.seal(row, ("contacts",))

    def statuses(self) -> None:
        """Key groups from today; what was said before ends yesterday."""
        codes = {group.code: group for group in KeyGroup.objects.at(self.school)}
        wanted = {(self.pupil(ref), codes[code].pk): said for ref, code, said in self.work.answers}
        there = GroupStatus.objects.at(self.school).filter(
            ends_on__isnull=True, pupil__in={pupil for pupil, _group in wanted}
        )
        before: dict[str, Any] = {}
        replaced: set[tuple[int, int]] = set()
        for row in there:
            key = (row.pupil_id, row.group_id)
            if key not in wanted:
                continue
            before[str(row.pk)] = {"answer": row.answer, "source": row.source}
            if row.starts_on >= self.today:
                replaced.add(key)
                row.answer, row.source = wanted[key], self.roster.kind
                self.made.updates.append((row, ("answer", "source")))
            else:
                row.ends_on = self.today - timedelta(days=1)
                self.made.updates.append((row, ("ends_on",)))
        self.made.before["statuses"] = before
        self.made.put(
            GroupStatus,
            [
                GroupStatus(
                    school=self.school,
                    pupil_id=pupil,
                    group_id=group,
                    answer=said,
                    starts_on=self.today,
                    source=self.roster.kind,
                )
                for (pupil, group), said in wanted.items()
                if (pupil, group) not in replaced
            ],
        )

    def new_staff(self) -> None:
        """Adults, a post for each teacher with an e-mail address, and the classes it reaches. Nobody is let in by it."""
        may_give = self.by is None or Role.TEACHER in givable(self.by, self.school, self.at)
        emails = [each.email.strip().lower() for each in self.work.staff if each.email]
        accounts = {account.email: account for account in Account.objects.filter(email__in=emails)}
        made = [
            Account(email=email, name=each.name[:200], password=no_password(), made_at=self.at)
            for each in self.work.staff
            if (email := each.email.strip().lower()) and email not in accounts
        ]
        self.made.put(Account, made)
        accounts |= {account.email: account for account in made}
        rows = [
            Staff(
                school=self.school,
                name=" ".join(filter(None, (each.title, each.name)))[:200] if each.title else each.name[:200],
                account=accounts.get(each.email.strip().lower()) if each.email else None,
            )
            for each in self.work.staff
        ]
        self.made.put(Staff, rows)
        self.staff_rows = rows
        held = {
            row.pk: row
            for row in Staff.objects.at(self.school).filter(
                pk__in={staff for staff, _class, _day in self.work.teach if staff > 0}
                | {*self.work.staff_end, *self.work.staff_back}
                | {staff for staff, _class in self.work.unteach}
            )
        }
        posts = {
            post.account_id: post
            for post in Post.objects.at(self.school).filter(role=Role.TEACHER, ends_at__isnull=True)
            if post.ends_on is None or post.ends_on >= self.today
        }
        new_posts = {
            row.account_id: Post(
                school=self.school, account_id=row.account_id, role=Role.TEACHER, starts_on=each.starts_on or self.today,
                ends_on=each.ends_on if each.ends_on and each.ends_on >= (each.starts_on or self.today) else None,
            )
            for row, each in zip(rows, self.work.staff, strict=True)
            if may_give and row.account_id and teaches(each) and row.account_id not in posts
        }  # fmt: skip
        self.made.put(Post, list(new_posts.values()))
        reach = []
        for ref, class_ref, day in self.work.teach:
            row = held.get(ref) if ref > 0 else rows[-ref - 1]
            account = row.account_id if row is not None else None
            post = (new_posts.get(account) or posts.get(account)) if account else None
            if post is not None:
                reach.append(
                    PostClass(
                        school=self.school,
                        post_id=post.pk,
                        school_class_id=self.school_class(class_ref),
                        starts_on=max(day, post.starts_on),
                    )
                )
        self.made.put(PostClass, reach)
        self.ends_of_staff(held)
        self.comings_and_goings(held)

    def comings_and_goings(self, held: Mapping[int, Staff]) -> None:
        """Of those without an account: since when they have left, after their last day; or that they are back."""
        since = {pk: self.school.midnight(last + timedelta(days=1)) for pk, last in self.work.staff_end.items()}
        rows = [held[pk] for pk in (*since, *self.work.staff_back) if pk in held and held[pk].account_id is None]
        self.made.before["staff left"] = {
            str(row.pk): [each.isoformat() if each else None for each in (row.left_at, since.get(row.pk))]
            for row in rows
        }
        for row in rows:
            row.left_at = since.get(row.pk)
            self.made.updates.append((row, ("left_at",)))

    def ends_of_staff(self, held: Mapping[int, Staff]) -> None:
        """Posts of those who have left, and classes that somebody teaches no more."""
        ends: dict[str, list[int]] = {}
        accounts = {held[pk].account_id: day for pk, day in self.work.staff_end.items() if pk in held}
        gone = Post.objects.at(self.school).filter(
            account__in=[each for each in accounts if each], role__in=TEACHING, ends_at__isnull=True
        )
        later: dict[str, str] = {}
        called_off: list[int] = []
        for post in gone:
            last = max(accounts[post.account_id], post.starts_on)
            if post.starts_on > accounts[post.account_id]:
                called_off.append(post.pk)
            elif post.ends_on is not None and post.ends_on <= last:
                continue
            if post.ends_on is not None:
                later[str(post.pk)] = post.ends_on.isoformat()
            ends.setdefault(last.isoformat(), []).append(post.pk)
        self.made.before["posts called off"] = called_off
        self.made.before["posts ended on"] = ends
        self.made.before["posts were to end on"] = later
        self.made.before["posts ended"] = sorted(pk for rows in ends.values() for pk in rows)
        self.ends_of_teaching(held)

    def ends_of_teaching(self, held: Mapping[int, Staff]) -> None:
        """Classes that somebody teaches no more: until yesterday, or not at all where it had not begun by then."""
        pairs = {(held[staff].account_id, school_class) for staff, school_class in self.work.unteach if staff in held}
        yesterday = self.today - timedelta(days=1)
        reached = PostClass.objects.at(self.school).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=yesterday),
            school_class__in={school_class for _account, school_class in pairs},
        )
        rows = [row for row in reached.select_related("post") if (row.post.account_id, row.school_class_id) in pairs]
        begun = [row for row in rows if row.starts_on <= yesterday]
        self.made.before["teaching ended"] = [row.pk for row in begun]
        self.made.before["teaching ended on"] = {yesterday.isoformat(): [row.pk for row in begun]} if begun else {}
        self.made.before["teaching was to end on"] = {
            str(row.pk): row.ends_on.isoformat() for row in begun if row.ends_on
        }
        self.made.before["teaching called off"] = [
            {
                "pk": row.pk,
                "post": row.post_id,
                "school_class": row.school_class_id,
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat() if row.ends_on else None,
            }
            for row in rows
            if row.starts_on > yesterday
        ]

    def remembered(self) -> None:
        """What the source calls each row."""
        mine = {
            Of.PUPIL: [row.pk for row in self.pupils],
            Of.CLASS: [row.pk for row in self.classes],
            Of.STAFF: [row.pk for row in self.staff_rows],
            Of.GUARDIAN: [row.pk for row in self.new_guardians],
        }
        rows = [
            source_id(of, id_, ref if ref > 0 else mine[of][-ref - 1], self.roster, self.school)
            for of, id_, ref in self.work.remember
        ]
        marks = [bytes(row.mark) for row in rows]
        old = SourceId.objects.at(self.school).filter(source=self.roster.kind)
        known = {bytes(mark): pk for pk, mark in old.values_list("pk", "mark")}
        self.made.before["source ids"] = [known[mark] for mark in marks if mark in known]
        self.made.put(SourceId, rows)

    def from_before(self) -> None:
        """What earlier schools say of a child, sealed with the child's key."""
        held = Pupil.objects.at(self.school).in_bulk([ref for ref in self.work.from_before if ref > 0])
        self.made.put(
            CameWith,
            [
                CameWith(
                    school=self.school,
                    pupil=held[ref] if ref > 0 else self.pupils[-ref - 1],
                    said=said.packed(),
                    change_set=self.change_set,
                )
                for ref, said in self.work.from_before.items()
            ],
        )


def new_keys(many: int) -> list[Any]:
    """Keys for so many people, by short transactions of the key store."""
    keys: list[Any] = []
    while len(keys) < many:
        keys += doors.sealer().new_keys(min(KEYS_AT_ONCE, many - len(keys)))
    return keys


def no_password() -> str:
    """What stands in place of the password of somebody who has been let in by nobody."""
    from django.contrib.auth.hashers import make_password

    return make_password(None)
