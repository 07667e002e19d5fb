"""Which column is which, by its heading."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """What the headings of a file mean. Numbers count columns from 0."""

    known: Mapping[str, int]
    dropped: tuple[str, ...]
    """Headings Muster does not know, left out."""
    never: tuple[str, ...]
    """Headings of what Muster will not hold, left out."""
    guessed: frozenset[str] = frozenset()
    """Fields whose column was guessed, by a part of its heading or by what stands in it."""

    def __contains__(self, field: str) -> bool:
        return field in self.known


def plain(heading: str) -> str:
    """A heading for comparing: "CHILD_FIRST_NAME" and "First name " are both "firstname"."""
    bare = re.sub(r"[^a-z0-9]+", " ", heading.casefold().replace("’", "").replace("'", "")).split()
    while (
        bare
        and bare[0] in {"child", "childs", "pupil", "pupils", "student", "students", "learner", "learners"}
        and len(bare) > 1
    ):
        bare = bare[1:]
    return "".join(bare)


def recognise(headings: Sequence[str], names: Mapping[str, Sequence[str]], *, never: Sequence[str] = ()) -> Columns:
    """Match `headings` to fields by `names` (field: plain headings). The first column of a name counts."""
    lookup = {name: field for field, known in names.items() for name in known}
    known: dict[str, int] = {}
    dropped: list[str] = []
    refused: list[str] = []
    for place, heading in enumerate(headings):
        field = lookup.get(plain(heading))
        if field is not None and field not in known:
            known[field] = place
        elif any(part in plain(heading) for part in never):
            refused.append(heading)
        elif heading:
            dropped.append(heading)
    return Columns(known, tuple(dropped), tuple(refused))


def knows(names: Mapping[str, Sequence[str]]) -> Callable[[str], bool]:
    """Whether a heading is one of `names`, by which the row of headings is found."""
    lookup = {name for known in names.values() for name in known}
    return lambda heading: plain(heading) in lookup


def chosen(found: Columns, headings: Sequence[str], said: Mapping[str, str]) -> Columns:
    """`found`, with what somebody said of a heading in place of the guess; "" leaves the column out."""
    if not said:
        return found
    places = {heading: place for place, heading in reversed(list(enumerate(headings)))}
    spoken = {places[heading]: field for heading, field in said.items() if heading in places}
    known = {field: place for field, place in found.known.items() if place not in spoken}
    known |= {field: place for place, field in spoken.items() if field}
    taken = set(known.values())
    left = tuple(heading for place, heading in enumerate(headings) if heading and place not in taken)
    guessed = found.guessed & set(known) - set(spoken.values())
    return Columns(known, tuple(heading for heading in left if heading not in found.never), found.never, guessed)
