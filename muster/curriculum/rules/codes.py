"""Short codes for objectives that came without one: a column of the grid needs a heading."""

import re
from collections.abc import Iterable

SMALL = frozenset({"a", "an", "and", "the", "of", "in", "on", "to", "for", "with", "including"})


def initials(name: str) -> str:
    """Up to three first letters of the words that matter: "Number and place value" is NPV, "Reading" is R."""
    words: list[str] = [word for word in re.findall(r"[^\W\d_]+", name) if word.casefold() not in SMALL]
    if not words:
        return "O"
    if len(words) == 1:
        return words[0][:1].upper()
    return "".join(word[0] for word in words[:3]).upper()


class Codes:
    """Gives codes that nothing in the subject has yet."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Start from the codes in use, compared without case."""
        self.taken = {code.casefold() for code in taken}
        self.last: dict[str, int] = {}

    def next_for(self, strand: str) -> str:
        """The next free code of a strand: N1, N2, N3."""
        prefix = initials(strand)
        number = self.last.get(prefix, 0) + 1
        while f"{prefix}{number}".casefold() in self.taken:
            number += 1
        self.last[prefix] = number
        code = f"{prefix}{number}"
        self.taken.add(code.casefold())
        return code
