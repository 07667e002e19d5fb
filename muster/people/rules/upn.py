"""The unique pupil number of England, and what is odd about one.

Thirteen characters: a check letter, the local authority (three digits), the school (four), the year (two) and a serial
of three, whose last may be a letter in a temporary number. Source: Unique pupil numbers (UPNs), a guide for schools and
local authorities, Department for Education, section "The UPN format". An odd number is a warning with its reason: a
pupil is never turned away because of it.
"""

from enum import Enum
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The twenty-three letters a check may be: no I, O or S, which look like figures."""
WEIGHTS: Final = range(2, 14)


class Odd(Enum):
    """What is odd about a number."""

    LENGTH = "length"
    FORM = "form"
    CHECK = "check"


def tidy(text: str) -> str:
    """As it is kept: capitals, without spaces and hyphens."""
    return "".join(text.split()).replace("-", "").upper()


def check_letter(rest: str) -> str | None:
    """The letter that belongs before the twelve characters of `rest`; None when they are not of the right form.

    A final letter, in a temporary number, counts as its place in the same alphabet.
    """
    if len(rest) != 12 or not (rest[:11].isascii() and rest[:11].isdigit()):
        return None
    last = rest[11]
    if last.isascii() and last.isdigit():
        value = int(last)
    elif last in LETTERS:
        value = LETTERS.index(last)
    else:
        return None
    values = [*(int(figure) for figure in rest[:11]), value]
    return LETTERS[sum(figure * weight for figure, weight in zip(values, WEIGHTS, strict=True)) % 23]


def oddity(upn: str) -> Odd | None:
    """What is odd about a tidy `upn`; None when nothing is."""
    if len(upn) != 13:
        return Odd.LENGTH
    letter = check_letter(upn[1:])
    if letter is None or upn[0] not in LETTERS:
        return Odd.FORM
    return None if letter == upn[0] else Odd.CHECK
