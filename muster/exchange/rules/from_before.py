"""What a file says of a child's time at earlier schools: the schools, and results in the source's own words.

It is kept to be read. Nothing is computed from it, and no result becomes a mark or a figure of this school.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from muster.exchange.rules.roster import Roster, RosterPupil, SchoolBefore

Result = Mapping[str, str]
"""One result: words and figures by what the source calls each part of it."""


@dataclass(frozen=True)
class FromBefore:
    """Schools and results of one child, in the order in which they were said."""

    schools: tuple[SchoolBefore, ...] = ()
    results: tuple[Result, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.schools or self.results)

    def besides(self, held: "FromBefore") -> "FromBefore":
        """What `held` does not say, to the letter, each once."""
        schools = dict.fromkeys(each for each in self.schools if each not in held.schools)
        results = {tuple(sorted(each.items())): each for each in self.results if each not in held.results}
        return FromBefore(tuple(schools), tuple(results.values()))

    def packed(self) -> dict[str, Any]:
        """As it rests sealed: strings alone, days in ISO form."""
        schools = [
            {
                "name": each.name,
                "number": each.number,
                "from": each.from_.isoformat() if each.from_ else "",
                "until": each.until.isoformat() if each.until else "",
            }
            for each in self.schools
        ]
        return {"schools": schools, "results": [dict(each) for each in self.results]}

    @classmethod
    def unpacked(cls, said: Mapping[str, Any]) -> "FromBefore":
        """From what `packed` gave."""
        schools = (
            SchoolBefore(each["name"], each["number"], day_of(each["from"]), day_of(each["until"]))
            for each in said["schools"]
        )
        return cls(tuple(schools), tuple(said["results"]))


def day_of(text: str) -> date | None:
    """A day in ISO form; None where none is said."""
    return date.fromisoformat(text) if text else None


def together(several: Iterable[FromBefore]) -> FromBefore:
    """All that several say, each once, in the order in which it was said."""
    found = FromBefore()
    for each in several:
        new = each.besides(found)
        found = FromBefore(found.schools + new.schools, found.results + new.results)
    return found


def in_order(schools: Iterable[SchoolBefore]) -> list[SchoolBefore]:
    """Schools by their days, the first first.

    One without a last day gives way to the same with it: the later file was written once the child had left.
    """
    all_said = list(schools)
    ended = {begun(each) for each in all_said if each.until}
    kept = [each for each in all_said if each.until or begun(each) not in ended]
    return sorted(kept, key=lambda each: each.from_ or each.until or date.max)


def begun(school: SchoolBefore) -> tuple[str, date | None]:
    """Which school, and since when."""
    return school.number or school.name, school.from_


def results_in(roster: Roster) -> dict[str, tuple[Result, ...]]:
    """The results of each child, by the child's id, which is no part of what is kept."""
    found: dict[str, list[Result]] = {}
    for result in roster.results:
        said = {name: text for name, text in result.items() if name != "pupil"}
        found.setdefault(result["pupil"], []).append(said)
    return {id_: tuple(results) for id_, results in found.items()}


def said_by(child: RosterPupil, results: Mapping[str, tuple[Result, ...]]) -> FromBefore:
    """What the file says of one child."""
    return FromBefore(child.before, results.get(child.id, ()))
