"""Who a record means: the same child is found, two children are never made one, and what is in doubt is asked.

By the source's own id from last time, by UPN or another number, then by name and birth date. Accents, hyphens, case, the
name a child is called by, and which of two names stands first do not count.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muster.exchange.rules.known import HeldPupil
from muster.exchange.rules.roster import RosterPupil
from muster.pages.rules.said import say
from muster.people.rules.upn import tidy

BETWEEN = re.compile(r"[\s\-‐‑‒–'’ʼ`´.]+")
"""What may stand between the letters of a name without making it another."""
BETWEEN_ASCII = {code: None for code in range(128) if BETWEEN.fullmatch(chr(code))}


@dataclass(frozen=True)
class Doubt:
    """Why only a person can say who a record is, and whom it could mean. `cause` is the same for all that are alike."""

    cause: str
    sentence: str
    candidates: tuple[int, ...] = ()


def folded(text: str) -> str:
    """A name for comparing: case, accents, hyphens, apostrophes, full stops and spaces ignored."""
    if text.isascii():
        # Most names, and a whole school is folded several times for each plan.
        return text.casefold().translate(BETWEEN_ASCII) or " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    letters = BETWEEN.sub("", bare.replace("ø", "o").replace("ł", "l").replace("đ", "d"))
    return letters or " ".join(text.casefold().split())


def same_words(one: str, other: str) -> bool:
    """Whether two names differ in nothing but case or spaces, as where a system shouts."""
    return one == other or " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def loses_accents(new: str, old: str) -> bool:
    """Whether a name is one we have without its accents, as systems write it that know none: Zoe for Zoë."""
    return new.isascii() and not old.isascii() and folded(new) == folded(old)


def first_word(text: str) -> str:
    """The first of several given names, folded."""
    words = text.split()
    return folded(words[0]) if words else ""


def words_of(text: str) -> set[str]:
    """The words of a name that may stand alone: Thorne-Smith is Thorne and Smith."""
    return {folded(word) for word in re.split(r"[\s\-‐‑‒–]+", text) if folded(word)}


def given_names(one: RosterPupil | HeldPupil) -> set[str]:
    """What a child may be called in front of the surname, folded."""
    return {name for name in (folded(one.forenames), folded(one.known_as)) if name}


FORMER_UPN = "Former UPN"
"""What a transfer file calls the number a child had before; we may know them by it still."""


def is_temporary(upn: str) -> bool:
    """Whether a UPN is one that a school gave until the child's own is known: it ends in a letter."""
    return len(upn) == 13 and upn[-1:].isalpha()


def turned_round(child: RosterPupil, held: HeldPupil) -> bool:
    """Whether surname and forename stand in each other's places."""
    return bool(
        child.surname
        and folded(child.surname) in given_names(held)
        and held.surname
        and folded(held.surname) in given_names(child)
    )


def agrees(child: RosterPupil, held: HeldPupil) -> bool:
    """Whether a record found by a number may be that pupil: birth date or name agrees, or was not known."""
    if child.born_on and held.born_on and child.born_on == held.born_on:
        return True
    if child.forenames and (child.surname, child.forenames) == (held.surname, held.forenames):
        # As it was last time, to the letter: nothing to fold.
        return True
    if folded(child.surname) == folded(held.surname) and given_names(child) & given_names(held):
        return True
    if child.is_username:
        # It stands for no name, so two birth dates are all there is to go by.
        return not (child.born_on and held.born_on)
    if not (child.surname or child.forenames):
        return True
    return folded(child.forenames) == folded(held.forenames) and not (child.born_on and held.born_on)


class People:
    """Finds the pupil a record means."""

    def __init__(self, held: Iterable[HeldPupil]) -> None:
        """Sort everybody by what they are found by."""
        self.by_pk: dict[int, HeldPupil] = {}
        self.by_upn: dict[str, HeldPupil] = {}
        self.by_number: dict[tuple[str, str], HeldPupil] = {}
        self.by_surname: dict[str, list[HeldPupil]] = {}
        self.by_birth: dict[object, list[HeldPupil]] = {}
        for one in held:
            self.by_pk[one.pk] = one
            if one.upn:
                self.by_upn[one.upn] = one
            for name, number in one.identifiers.items():
                self.by_number[name, number] = one
            self.by_surname.setdefault(folded(one.surname), []).append(one)
            if one.born_on:
                self.by_birth.setdefault(one.born_on, []).append(one)

    def find(
        self, child: RosterPupil, remembered: int | None, classes: Callable[[], frozenset[int]]
    ) -> tuple[HeldPupil | None, Doubt | None]:
        """(who it is, None), (None, the doubt), or (None, None) for somebody new.

        `remembered` is whom the source meant by this id last time, `classes` answers those the record puts
        the child into, and is asked only where a name alone would decide.
        """
        known = self.by_pk.get(remembered) if remembered is not None else None
        if known is not None:
            if agrees(child, known) or turned_round(child, known):
                return known, None
            said = say("The source gave this number to another name and birth date before. Check which child it is.")
            return None, Doubt("id-of-another", said, (known.pk,))
        upn = tidy(child.upn)
        numbered = self.by_upn.get(upn) if upn else None
        if numbered is not None:
            if agrees(child, numbered) or turned_round(child, numbered):
                return numbered, None
            said = say("This UPN already belongs to another pupil. Check which child it is.")
            return None, Doubt("upn-of-another", said, (numbered.pk,))
        for name, number in child.identifiers.items():
            found = self.by_upn.get(tidy(number)) if name == FORMER_UPN else self.by_number.get((name, number))
            if found is not None and agrees(child, found):
                return found, None
        return self._by_name(child, upn, classes)

    def _by_name(
        self, child: RosterPupil, upn: str, classes: Callable[[], frozenset[int]]
    ) -> tuple[HeldPupil | None, Doubt | None]:
        born = self.by_birth.get(child.born_on, []) if child.born_on else []
        beside = self.by_surname.get(folded(child.surname), [])
        given = given_names(child)
        # Some people have one name only, and some lists hold no other.
        named = [one for one in beside if given & given_names(one) or not (given or given_names(one))]
        sure = [one for one in named if child.born_on and one.born_on == child.born_on]
        sure = sure or [one for one in born if turned_round(child, one)]
        if len(sure) > 1:
            said = say("Two pupils have this name and birth date. Add the UPN to say which.")
            return None, Doubt("two-of-this-name", said, tuple(one.pk for one in sure))
        if sure:
            held = sure[0].upn
            if upn and held and upn != held and not (is_temporary(upn) or is_temporary(held)):
                said = say("A pupil of this name and birth date has another UPN. Check which child it is.")
                return None, Doubt("another-upn", said, (sure[0].pk,))
            return sure[0], None
        unknown = [one for one in named if one.born_on is None or child.born_on is None]
        if unknown:
            both = [one for one in unknown if one.born_on is None and child.born_on is None]
            seats = {seat.school_class for one in both for seat in one.seats}
            if len(both) == 1 == len(unknown) and (not (listed := classes()) or listed & seats):
                return both[0], None
            said = say(
                "A pupil has this name, and without both birth dates it cannot be known whether it is this child."
            )
            return None, Doubt("no-birth-date", said, tuple(one.pk for one in unknown))
        alike = [one for one in born if self._nearly(child, one)]
        if upn and all(one.upn and not is_temporary(one.upn) for one in alike):
            return None, None
        if alike:
            said = say("A pupil born on this day has nearly the same name. Check which child it is.")
            return None, Doubt("nearly-the-same-name", said, tuple(one.pk for one in alike))
        return None, None

    @staticmethod
    def _nearly(child: RosterPupil, one: HeldPupil) -> bool:
        """Whether two names of children born on one day could be one child's: one part is the same, the other partly."""
        same_surname = folded(child.surname) == folded(one.surname)
        if same_surname and first_word(child.forenames) == first_word(one.forenames):
            return True
        return (
            not same_surname
            and bool(given_names(child) & given_names(one))
            and bool(words_of(child.surname) & words_of(one.surname))
        )
