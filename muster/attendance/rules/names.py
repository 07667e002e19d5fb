"""Names as somebody types them at the door."""

import re
import unicodedata
from collections.abc import Mapping


def words_of(name: str) -> list[str]:
    """The words of a name in order of the alphabet, without capitals, accents and stops: "Plum, Véra" is "vera plum"."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return sorted(re.findall(r"\w+", plain.casefold()))


def matching(typed: str, names: Mapping[int, str], *, whole: bool = False) -> list[int]:
    """Whose names have every word typed, or with `whole` false words that begin so. Fewer than three letters match nobody.

    Where some have just the words typed, they alone.
    """
    wanted = words_of(typed)
    if sum(map(len, wanted)) < 3:
        return []
    words = {number: words_of(name) for number, name in names.items()}
    exact = [number for number, its in words.items() if its == wanted]
    if exact:
        return exact
    return [
        number
        for number, its in words.items()
        if all(any(word == each if whole else word.startswith(each) for word in its) for each in wanted)
    ]
