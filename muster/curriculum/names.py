"""Refusals about names and places that every action of curriculum shares."""

from muster.people.refusals import Refused


class NameTaken(Refused):
    """Another one beside it already has that name; the sentence says which."""


class NameMissing(Refused):
    """Something needs a name and has none."""


class OtherFramework(Refused):
    """Two things that should belong together stand in different frameworks."""


class InUse(Refused):
    """It cannot be retired while something rests on it; the sentence says what."""


def numbered(name: str, taken: set[str], longest: int) -> str:
    """`name`, with a number behind it where it is taken."""
    if name not in taken:
        return name
    return next(other for number in range(2, 100_000) if (other := f"{name[: longest - 7]} ({number})") not in taken)
