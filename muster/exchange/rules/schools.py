"""A package of several schools, cut into one roster for each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from muster.exchange.rules.roster import Roster, RosterSchool, Source


@dataclass(frozen=True)
class Part:
    """What a package says of one school. `school` is None where it names none."""

    school: RosterSchool | None
    roster: Roster


def divided(roster: Roster) -> list[Part]:
    """`roster` by school, in its own order; one part where it names at most one.

    A person of two schools is in both parts. What cannot be told to belong anywhere goes to the first, which refuses it.
    """
    schools = [school for school in roster.schools if school.is_school]
    if len(schools) <= 1:
        return [Part(schools[0] if schools else None, roster)]
    ids = [school.id for school in schools]
    first = ids[0]
    class_at = {each.id: each.school if each.school in ids else first for each in roster.classes}
    seen: dict[str, set[str]] = {}
    for membership in roster.memberships:
        if membership.school_class in class_at:
            seen.setdefault(membership.person, set()).add(class_at[membership.school_class])

    def at(named: Iterable[str], person: str) -> set[str]:
        return {each for each in named if each in ids} or seen.get(person, set()) or {first}

    people = {each.id: at(each.schools, each.id) for each in roster.pupils}
    people |= {each.id: at(each.schools, each.id) for each in roster.staff}
    parts = []
    for school in schools:
        here = school.id
        parts.append(
            Part(
                school,
                replace(
                    roster,
                    schools=(school,),
                    classes=tuple(each for each in roster.classes if class_at[each.id] == here),
                    pupils=tuple(each for each in roster.pupils if here in people[each.id]),
                    staff=tuple(each for each in roster.staff if here in people[each.id]),
                    guardians=tuple(
                        each
                        for each in roster.guardians
                        if any(here in people.get(child, {first}) for child in each.children)
                        or (here == first and not each.children)
                    ),
                    memberships=tuple(
                        each
                        for each in roster.memberships
                        if class_at.get(each.school_class, min(people.get(each.person, {first}))) == here
                    ),
                    results=roster.results if here == first else (),
                ),
            )
        )
    return [with_problems(part, roster, is_first=number == 0) for number, part in enumerate(parts)]


def with_problems(part: Part, roster: Roster, *, is_first: bool) -> Part:
    """`part` with the problems of its own records; the first has those, too, that no record came of."""
    mine, every = sources_of(part.roster), sources_of(roster)
    strays = [each for each in roster.problems if each.source not in every]
    problems = tuple(each for each in roster.problems if each.source in mine) + (tuple(strays) if is_first else ())
    # Nobody knows whose they are, so no school may take them to have left.
    told = frozenset((each.of, each.id) for each in strays if each.stops and each.id)
    return replace(part, roster=replace(part.roster, problems=problems, elsewhere=frozenset() if is_first else told))


def sources_of(roster: Roster) -> set[Source]:
    """Where every record of people, classes and places in them stands."""
    return {
        *(each.source for each in roster.classes),
        *(each.source for each in roster.pupils),
        *(each.source for each in roster.staff),
        *(each.source for each in roster.guardians),
        *(each.source for each in roster.memberships),
    }
