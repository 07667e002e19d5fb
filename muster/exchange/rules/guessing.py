"""Guessing which column is which where its heading is not one that Muster knows: by a part of it, or by what stands beneath.

A guess is shown as one, with rows beneath it, and whoever brings the file may say otherwise. What is somebody else's (a teacher's
name, a brother's birthday) is never guessed to be the child's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from muster.exchange.rules.columns import Columns, plain
from muster.exchange.rules.dates import Order, read_date
from muster.exchange.rules.shape import BETWEEN
from muster.exchange.rules.table import Table
from muster.people.rules.upn import oddity

LOOKED_AT = 200
"""Rows by whose cells a column is guessed."""
MOST = 0.8
"""How many of its cells must look like it."""
SHORTEST = 3
"""Letters of a name of a field that may stand within a heading."""
OF_OTHERS = frozenset(
    "teacher teachers tutor staff head parent parents guardian carer mother father mum dad emergency contact sibling brother "
    "sister doctor gp previous former next new old school joined joining admission admitted start started left leaving leaver "
    "updated changed created issued test tested taken due password passcode nhs".split()
)
"""Words in a heading after which the column is not what its other words say."""


def is_date(text: str) -> bool:
    """Whether a text is a date in any order."""
    # A year of two figures is read as one before 2100; which, does not matter here.
    return any(read_date(text, order, today=LATEST).value for order in Order)


LATEST = date(2099, 12, 31)
LOOKS: Mapping[str, Callable[[str], bool]] = {
    "upn": lambda text: oddity(text.strip().upper()) is None,
    "born_on": is_date,
    "guardian_1_email": lambda text: re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text) is not None,
    "year_group": lambda text: (
        re.fullmatch(r"(?:year|yr|y)\.? ?(?:1[0-3]|\d)|reception|nursery", text, re.IGNORECASE) is not None
    ),
    "postcode": lambda text: re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", text, re.IGNORECASE) is not None,
}
"""What a cell of a field looks like, for those that look like nothing else."""


def guessed(table: Table, found: Columns, names: Mapping[str, Sequence[str]]) -> Columns:
    """`found`, with a guess for each field of `names` that no heading named and one column alone could be."""
    known = dict(found.known)
    guesses: set[str] = set()

    def free() -> list[int]:
        taken = set(known.values())
        return [
            place
            for place, heading in enumerate(table.headings)
            if place not in taken and heading and heading not in found.never and not OF_OTHERS & set(words_of(heading))
        ]

    def guess(field: str, places: Sequence[int]) -> None:
        if len(places) == 1:
            known[field] = places[0]
            guesses.add(field)

    for field, all_known in names.items():
        if field not in known:
            guess(field, [place for place in free() if names_it(table.headings[place], all_known)])
    for field, looks in LOOKS.items():
        if field in names and field not in known:
            guess(field, [place for place in free() if mostly(table, place, looks)])
    if not {"surname", "forenames", "name"} & set(known) and "name" in names:
        guess("name", [place for place in free() if mostly(table, place, is_whole_name)])
    taken = {table.headings[place] for place in known.values()}
    dropped = tuple(heading for heading in found.dropped if heading not in taken)
    return replace(found, known=known, dropped=dropped, guessed=frozenset(guesses))


def words_of(heading: str) -> list[str]:
    """The words of a heading, in small letters."""
    return re.findall(
        r"[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).casefold().replace("’", "'").replace("'s", "")
    )


def names_it(heading: str, all_known: Sequence[str]) -> bool:
    """Whether some words of a heading, one after the other, are a name of the field."""
    if BETWEEN in heading and plain(heading.rpartition(BETWEEN)[2]) in all_known:
        return True
    words = words_of(heading)
    runs = {
        "".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, min(first + 4, len(words)) + 1)
    }
    return any(len(run) >= SHORTEST and run in all_known for run in runs)


def mostly(table: Table, place: int, looks: Callable[[str], bool]) -> bool:
    """Whether most cells of a column look like that."""
    said = [text for row in table.rows[:LOOKED_AT] if (text := row.cell(place))]
    return bool(said) and sum(map(looks, said)) >= MOST * len(said)


def is_whole_name(text: str) -> bool:
    """Khan, Amina or Amina Khan: two to five words of letters only."""
    return re.fullmatch(r"[^\W\d_][^\d_@]*[,\s][^\d_@]*[^\W\d_]", text) is not None and len(text.split()) <= 5
