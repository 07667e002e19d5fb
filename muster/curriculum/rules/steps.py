"""What a scale may be: the rules that keep every step one key away and tell every step apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from muster.pages.rules.said import say

COMMANDS = frozenset({".", "-", "="})
"""Keys of the grid that a step would take away: repeat, absent, not taught."""
DIGITS = 9
"""Steps that get a digit by themselves; the others are marked by their own letters."""
LONGEST_CODE = 4
FILLS_BY_COUNT: dict[int, tuple[str, ...]] = {
    1: ("leaf",),
    2: ("rose", "leaf"),
    3: ("rose", "straw", "leaf"),
    4: ("rose", "straw", "leaf", "lilac"),
    5: ("rose", "straw", "leaf", "sky", "lilac"),
}
"""The fills a scale starts with. A longer one starts without: the letter carries the meaning."""
FILLS = ("rose", "straw", "leaf", "lilac", "sky", "sand", "aqua", "pink", "stone")
"""Every fill, in the order in which a step that is added is given one."""


@dataclass(frozen=True)
class StepDraft:
    """One step as somebody wrote it. `pk` is that of the step it was, or None for a new one."""

    word: str
    code: str = ""
    digit: int | None = None
    symbol: str = ""
    fill: str = ""
    place: str = ""
    number: Decimal | None = None
    secure: bool = False
    pk: int | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a scale. `step` counts from 0; None means the scale as a whole."""

    step: int | None
    field: str
    sentence: str


def faults(steps: Sequence[StepDraft]) -> list[Fault]:
    """Everything that keeps `steps` from being a scale; empty when it is one."""
    if not steps:
        return [Fault(None, "", say("A scale needs at least one step."))]
    found: list[Fault] = []
    codes: dict[str, str] = {}
    digits: dict[int, str] = {}
    for place, step in enumerate(steps):
        code = step.code.strip()
        if not step.word.strip():
            found.append(Fault(place, "word", say("Give this step a word.")))
        if not code:
            found.append(Fault(place, "code", say("Give this step a letter or short code; a cell shows it.")))
        elif code in COMMANDS:
            found.append(Fault(place, "code", say("“{code}” is a key of the grid itself. Choose a letter.", code=code)))
        elif any(letter.isspace() for letter in code):
            found.append(Fault(place, "code", say("A code has no spaces in it.")))
        elif code.isdecimal() and len(code) == 1 and int(code) != step.digit:
            found.append(
                Fault(
                    place,
                    "code",
                    say("The key {code} would be read as a digit. Use the digit {code} for it too.", code=code),
                )
            )
        elif len(code) > LONGEST_CODE:
            found.append(
                Fault(
                    place,
                    "code",
                    say("A code has at most {longest} letters, so that it fits a cell.", longest=LONGEST_CODE),
                )
            )
        elif code.casefold() in codes:
            found.append(
                Fault(
                    place, "code", say("“{word}” already has the code {code}.", word=codes[code.casefold()], code=code)
                )
            )
        if code:
            codes.setdefault(code.casefold(), step.word.strip() or code)
        if step.digit is not None:
            if not 0 <= step.digit <= 9:
                found.append(Fault(place, "digit", say("A key is one digit, 0 to 9.")))
            elif step.digit in digits:
                found.append(
                    Fault(
                        place,
                        "digit",
                        say("“{word}” already has the key {digit}.", word=digits[step.digit], digit=step.digit),
                    )
                )
            digits.setdefault(step.digit, step.word.strip() or code)
    return found


class Effect(StrEnum):
    """What happens to one step of a scale."""

    ADDED = "added"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class StepEffect:
    """One step of a scale that would not be as it is: what happens, its word before and after. `pk` None: a new one."""

    effect: Effect
    pk: int | None
    before: str
    after: str


def effects(old: Sequence[StepDraft], new: Sequence[StepDraft]) -> list[StepEffect]:
    """What making `old` be `new` does to each step: those that stay and are added in the new order, then those that go.

    A step has moved where it stands otherwise among those that stay; one that others were added beside has not.
    """
    before = {step.pk: step for step in old}
    staying = [step.pk for step in new if step.pk in before]
    were = [step.pk for step in old if step.pk in staying]
    found: list[StepEffect] = []
    for step in new:
        was = before.get(step.pk) if step.pk is not None else None
        if was is None:
            found.append(StepEffect(Effect.ADDED, None, "", step.word))
        elif was.word != step.word:
            found.append(StepEffect(Effect.RENAMED, step.pk, was.word, step.word))
        elif were.index(step.pk) != staying.index(step.pk):
            found.append(StepEffect(Effect.MOVED, step.pk, was.word, step.word))
        elif was != step:
            found.append(StepEffect(Effect.CHANGED, step.pk, was.word, step.word))
    gone = [step for step in old if step.pk not in staying]
    return found + [StepEffect(Effect.GONE, step.pk, step.word, "") for step in gone]


def code_clashes(steps: Sequence[StepDraft]) -> list[tuple[str, str]]:
    """Pairs of codes of which one begins the other ("P", "PK1"): both work, the shorter is finished with Enter."""
    codes = [step.code.strip() for step in steps if step.code.strip()]
    return [
        (short, long)
        for short in codes
        for long in codes
        if short != long and long.casefold().startswith(short.casefold())
    ]


def completed(steps: Sequence[StepDraft]) -> list[StepDraft]:
    """`steps` with what the writer left to us: a code from the word, digits 1 to 9 in order, the usual fills.

    Digits and fills are given only where no step has any, so a deliberate gap stays a gap; a step that is added to
    others gets the first of each that is free. Beyond the ninth step none is given a digit, nor where a code of several
    letters begins with one: there a digit is typed as part of it. A code is the first letter of the word that no other
    step has.
    """
    taken = {step.code.strip().casefold() for step in steps if step.code.strip()}
    done: list[StepDraft] = []
    give_digits = all(step.digit is None for step in steps)
    fills = FILLS_BY_COUNT.get(len(steps), ()) if all(not step.fill for step in steps) else ()
    is_growing = any(step.pk is not None for step in steps)
    spelt = any(len(step.code.strip()) > 1 and step.code.strip()[0].isdecimal() for step in steps)
    free_digits = (
        [] if spelt else [digit for digit in range(1, DIGITS + 1) if all(step.digit != digit for step in steps)]
    )
    free_fills = [fill for fill in FILLS if all(step.fill != fill for step in steps)]
    for place, step in enumerate(steps):
        code = step.code.strip() or code_from(step.word, taken)
        taken.add(code.casefold())
        own_digit = int(code) if len(code) == 1 and code.isdecimal() and code.isascii() else None
        digit = step.digit
        if give_digits and place < DIGITS:
            digit = own_digit if own_digit is not None or spelt else place + 1
        fill = step.fill or (fills[place] if fills else "")
        if is_growing and step.pk is None:
            if digit is None and not give_digits and free_digits:
                digit = free_digits.pop(0)
            if not fill and len(free_fills) < len(FILLS) and free_fills:
                fill = free_fills.pop(0)
        done.append(replace(step, word=step.word.strip(), code=code, digit=digit, fill=fill))
    return done


def code_from(word: str, taken: set[str]) -> str:
    """A short code for `word` that is not among `taken` (casefolded): a letter of it, else a letter and a number."""
    letters = [letter for letter in word.upper() if letter.isalpha()]
    for letter in letters:
        if letter.casefold() not in taken:
            return letter
    first = letters[0] if letters else "S"
    return next(f"{first}{n}" for n in range(2, 1000) if f"{first}{n}".casefold() not in taken)
