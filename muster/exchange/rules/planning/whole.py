"""From a roster and what a school holds to the plan: who each record is, what would change, and what has to be asked.

Nothing here reads a database or a clock. An empty cell says nothing and empties nothing, unless somebody says so. What is
in doubt is asked about and left undone until `answers` say what it is: by cause ("nearly-the-same-name") for all that are
alike, or for one record ("nearly-the-same-name|17").
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from muster.exchange.rules.known import Known
from muster.exchange.rules.plan import Plan, Ref, Work, counted
from muster.exchange.rules.planning.classes import MOST_NAMED, Classes
from muster.exchange.rules.planning.draft import Draft
from muster.exchange.rules.planning.families import Families
from muster.exchange.rules.planning.leavers import Leavers
from muster.exchange.rules.planning.memberships import Memberships
from muster.exchange.rules.planning.places import Places
from muster.exchange.rules.planning.pupils import Pupils
from muster.exchange.rules.planning.staff import Staff
from muster.exchange.rules.planning.years import Years
from muster.exchange.rules.roster import Of, Roster, RosterClass, RosterGuardian, RosterPupil, RosterStaff
from muster.pages.rules.said import say


def plan_roster(roster: Roster, known: Known, answers: Mapping[str, str] | None = None) -> Plan:
    """What `roster` would do to the school `known`, with the doubts settled that `answers` settle."""
    draft = Draft(roster, known, answers or {})
    years = Years(draft)
    classes = Classes(draft, years)
    places = Places(draft, years, classes)
    pupils = Pupils(draft, years, classes, places)
    leavers = Leavers(draft, pupils, places)
    staff = Staff(draft, years, classes)
    memberships = Memberships(draft, classes, pupils, staff, places)
    families = Families(draft, pupils)
    # Each rests on those before it: nobody is put into a class that has not been found, or out of one while in doubt.
    draft.settle_strays()
    for subject in (years, classes, pupils, leavers, staff, memberships, families):
        subject.settle()
    join, back = days_of_joining(draft, pupils, places, years)
    work = Work(
        year=years.new,
        year_groups=tuple(sorted(classes.year_groups)),
        classes=tuple(classes.new),
        renamed=classes.renamed,
        rooms=classes.rooms,
        join=join,
        change=pupils.change,
        leave=places.leave,
        back=back,
        placed=pupils.placed,
        seats=tuple(places.seats.values()),
        unseat=places.unseat,
        guardians=tuple(families.new),
        families=tuple((guardian, pupil, relation) for (guardian, pupil), relation in families.of_pupils.items()),
        reach=families.reach,
        answers=tuple(pupils.answers),
        from_before=pupils.from_before,
        staff=tuple(staff.new),
        teach=tuple((person, school_class, day) for (person, school_class), day in staff.teach.items()),
        unteach=tuple(staff.unteach),
        staff_end=staff.end,
        staff_back=tuple(staff.back),
        remember=tuple((of, id_, ref) for (of, id_), ref in draft.remember.items()),
    )
    notes = tuple(dict.fromkeys([*draft.notes, *remarks(draft.roster, work)]))
    lines = tuple(draft.lines)
    return Plan(
        lines, counted(lines, draft.left), work, notes, tuple(each.name for each in work.classes), pupils.blanks
    )


def days_of_joining(
    draft: Draft, pupils: Pupils, places: Places, years: Years
) -> tuple[tuple[RosterPupil, ...], dict[int, date]]:
    """(new pupils, those who are back): from their first day in a class where all of theirs are still to come.

    A roster of September that is brought in July puts nobody on roll before September.
    """
    firsts: dict[Ref, date] = {}
    for seat in places.seats.values():
        firsts[seat.pupil] = min(seat.starts_on, firsts.get(seat.pupil, seat.starts_on))
    for ref, year in pupils.placed:
        firsts.setdefault(ref, years.first_day_in(year))
    join = tuple(
        child if child.joined_on else replace(child, joined_on=firsts.get(-number))
        for number, child in enumerate(pupils.new, start=1)
    )
    ahead = Counter(child.joined_on for child in join if child.joined_on and child.joined_on > draft.today)
    for day, many in sorted(ahead.items()):
        on = f"{day.day} {day:%B %Y}"
        draft.notes.append(say("New pupils on roll from {on}: {many:,}.", on=on, many=many))
    return join, {ref: max(day, firsts.get(ref, day)) for ref, day in pupils.back.items()}


def remarks(roster: Roster, work: Work) -> list[str]:
    """What is kept to be read, what the file holds that Muster has no place for, and what is new."""
    notes = []
    if work.from_before:
        kept = work.from_before.values()
        schools, results = sum(len(each.schools) for each in kept), sum(len(each.results) for each in kept)
        notes.append(
            say(
                "Kept to be read, in the words of the file: schools before {schools:,}, results {results:,}.",
                schools=schools,
                results=results,
            )
        )
    for file, columns in roster.dropped.items():
        words = ", ".join(columns)
        notes.append(
            say("Not used in {file}, and left out: {words}.", file=file, words=words)
            if file
            else say("Not used, and left out: {words}.", words=words)
        )
    if any(each.subject or each.code for each in roster.classes):
        notes.append(say("Subjects and codes of classes are left out: Muster has no purpose for them."))
    if work.classes:
        names = [each.name for each in work.classes]
        shown = ", ".join(names[:MOST_NAMED])
        more = len(names) - MOST_NAMED
        shown += say(" and {more:,} more", more=more) if more > 0 else ""
        one = len(names) == 1
        notes.append(say("New class: {shown}.", shown=shown) if one else say("New classes: {shown}.", shown=shown))
    return notes


def ids_of(roster: Roster) -> set[tuple[Of, str]]:
    """Every id of the roster that may have been met before: of its records, and of whom it names without one."""
    kinds: tuple[tuple[Of, Iterable[RosterClass | RosterPupil | RosterStaff | RosterGuardian]], ...] = (
        (Of.CLASS, roster.classes), (Of.PUPIL, roster.pupils), (Of.STAFF, roster.staff), (Of.GUARDIAN, roster.guardians),
    )  # fmt: skip
    found = {(of, record.id) for of, records in kinds for record in records}
    # A row that was not read, or one that puts somebody into a class, says that they are there.
    bare = {each.person for each in roster.memberships} - {id_ for _of, id_ in found}
    people = {(of, id_) for of in (Of.PUPIL, Of.STAFF) for id_ in bare}
    for of, id_ in (*roster.elsewhere, *((each.of, each.id) for each in roster.problems)):
        if of is None or of is Of.MEMBERSHIP:
            people |= {(Of.PUPIL, id_), (Of.STAFF, id_)}
        else:
            found.add((of, id_))
    return {(of, id_) for of, id_ in found | people if id_}
