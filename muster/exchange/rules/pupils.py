"""The plan of a class list: for every row, whether it is somebody we have, and what would change.

A row is a pupil we have when the UPN is the same, else when name and birth date are. Two children who share a name are
never made one: what could mean two children is asked about. An empty cell says nothing and empties nothing.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from muster.exchange.rules.report import Effect, Row

LONGEST = 200
"""Letters of a name, which is more than any passport holds."""
OLDEST = 26
"""Years after which a birth date is asked about; a school's oldest pupils are 19, at a special school 25."""


@dataclass(frozen=True)
class GuardianRow:
    """A parent or carer as a row has them."""

    name: str = ""
    relation: str = ""
    email: str = ""
    telephone: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the row says nothing of them."""
        return not (self.name or self.email or self.telephone)

    @property
    def key(self) -> tuple[str, str]:
        """What tells this adult from another: name and e-mail, else name and telephone."""
        return folded(self.name), self.email.casefold() or re.sub(r"\D", "", self.telephone)


@dataclass(frozen=True)
class PupilRow:
    """One child as a row has them; "" and None say nothing."""

    number: int
    surname: str = ""
    forenames: str = ""
    known_as: str = ""
    born_on: date | None = None
    upn: str = ""
    year_group: str = ""
    class_name: str = ""
    address: str = ""
    guardians: tuple[GuardianRow, ...] = ()
    faults: tuple[str, ...] = ()
    """Why the row cannot be taken."""
    questions: tuple[str, ...] = ()
    """What a person has to say first."""
    remarks: tuple[str, ...] = ()
    """What is worth knowing and stops nothing."""

    @property
    def name(self) -> str:
        """As the class says it."""
        return f"{self.known_as or self.forenames} {self.surname}".strip()


@dataclass(frozen=True)
class Held:
    """One pupil we have."""

    pk: int
    surname: str = ""
    forenames: str = ""
    known_as: str = ""
    born_on: date | None = None
    upn: str = ""
    on_roll: bool = True
    class_name: str = ""
    """Their registration class, or ""."""
    classes: frozenset[str] = frozenset()
    """The names of every class they are in now, folded."""
    year_group: str = ""
    """The code of the year group they are placed in this year, or ""."""
    address: str = ""
    guardians: tuple[GuardianRow, ...] = ()


@dataclass(frozen=True)
class PupilChange:
    """What would change of one pupil we have."""

    row: int
    facts: Mapping[str, str] = field(default_factory=dict)
    """surname, forenames, known_as, born_on (ISO), upn: those that differ."""
    class_name: str = ""
    year_group: str = ""
    address: str = ""
    guardians: tuple[GuardianRow, ...] = ()

    @property
    def words(self) -> str:
        """What changes, in words."""
        names = {
            "surname": "surname", "forenames": "forename", "known_as": "known as", "born_on": "date of birth", "upn": "UPN",
        }  # fmt: skip
        said = [names[fact] for fact in names if fact in self.facts]
        said += [f"class (to {self.class_name})"] if self.class_name else []
        said += [f"year group (to {self.year_group})"] if self.year_group else []
        said += ["address"] if self.address else []
        said += ["parents or carers"] if self.guardians else []
        return ", ".join(said)


@dataclass(frozen=True)
class ClassList:
    """The plan. The run does exactly this."""

    rows: tuple[Row, ...]
    add: tuple[PupilRow, ...] = ()
    change: Mapping[int, PupilChange] = field(default_factory=dict)
    new_classes: Mapping[str, str] = field(default_factory=dict)
    """Name and year group ("" when its rows do not agree) of classes to be made."""
    new_year_groups: tuple[int, ...] = ()
    """Numbers of year groups to be made; 0 is Reception, -1 Nursery."""
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the run would change nothing."""
        return not self.add and not self.change

    @property
    def mark(self) -> str:
        """A short digest: what was shown and what is applied have the same one."""
        said = repr((self.add, sorted(self.change.items()), sorted(self.new_classes.items()), self.new_year_groups))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def folded(text: str) -> str:
    """A name for comparing: case, accents, hyphens, apostrophes, full stops and spaces ignored."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    letters = re.sub(r"[\s\-‐‑‒–'’ʼ`´.]+", "", bare.replace("ø", "o").replace("ł", "l").replace("đ", "d"))
    return letters or " ".join(text.casefold().split())


def same_words(one: str, other: str) -> bool:
    """Whether two names differ in nothing but case or spaces, as where a system shouts."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def first_word(text: str) -> str:
    """The first of several given names, folded."""
    words = text.split()
    return folded(words[0]) if words else ""


class _People:
    """Finds the pupil a row means."""

    def __init__(self, held: Iterable[Held]) -> None:
        self.by_upn: dict[str, Held] = {}
        self.by_surname: dict[str, list[Held]] = {}
        for one in held:
            if one.upn:
                self.by_upn[one.upn] = one
            self.by_surname.setdefault(folded(one.surname), []).append(one)

    def find(self, row: PupilRow) -> tuple[Held | None, str]:
        """(who it is, "") or (None, why a person must say) or (None, "") for somebody new."""
        if row.upn and row.upn in self.by_upn:
            found = self.by_upn[row.upn]
            if same_child(row, found):
                return found, ""
            where = f" in {found.class_name}" if found.class_name else ""
            return None, f"This UPN already belongs to another pupil{where}. Check which child it is."
        beside = self.by_surname.get(folded(row.surname), [])
        named = [one for one in beside if given_names(row) & given_names(one)]
        sure = [one for one in named if row.born_on and one.born_on == row.born_on]
        if len(sure) > 1:
            return None, "Two pupils have this name and birth date. Add the UPN to say which."
        if sure:
            if row.upn and sure[0].upn and row.upn != sure[0].upn:
                return None, "A pupil of this name and birth date has another UPN. Check which child it is."
            return sure[0], ""
        if row.upn and any(one.upn for one in named if one.born_on == row.born_on):
            return None, ""
        unknown = [one for one in named if one.born_on is None or row.born_on is None]
        if unknown:
            both = [one for one in unknown if one.born_on is None and row.born_on is None]
            if len(both) == 1 == len(unknown) and (not row.class_name or folded(row.class_name) in both[0].classes):
                return both[0], ""
            return (
                None,
                "A pupil has this name, and without both birth dates it cannot be known whether it is this child.",
            )
        alike = [
            one
            for one in beside
            if row.born_on and one.born_on == row.born_on and first_word(row.forenames) == first_word(one.forenames)
        ]
        if alike:
            return (
                None,
                "A pupil with this surname and birth date has nearly the same first name. Check which child it is.",
            )
        return None, ""


def given_names(one: PupilRow | Held) -> set[str]:
    """What a child may be called in front of the surname, folded."""
    return {name for name in (folded(one.forenames), folded(one.known_as)) if name}


def same_child(row: PupilRow, held: Held) -> bool:
    """Whether a row with a pupil's UPN may be that pupil: the birth date or the name agrees too, or was not known."""
    if row.born_on and held.born_on and row.born_on == held.born_on:
        return True
    agree = folded(row.surname) == folded(held.surname) and bool(given_names(row) & given_names(held))
    return agree or (folded(row.forenames) == folded(held.forenames) and not (row.born_on and held.born_on))


def plan_class_list(
    rows: Sequence[PupilRow],
    held: Iterable[Held],
    *,
    classes: Mapping[str, str],
    year_groups: Mapping[int, str],
    year_number: Mapping[str, int | None],
    today: date,
    may_make_classes: bool = True,
    may_correct: bool = True,
) -> ClassList:
    """What `rows` would do.

    `classes`: folded name to name, of this year's classes. `year_groups`: number to code. `year_number`: what each
    text of the year group column says as a number (None when it says none).
    """
    people = _People(held)
    said: list[Row] = []
    add: list[PupilRow] = []
    change: dict[int, PupilChange] = {}
    firsts: dict[tuple[object, ...], PupilRow] = {}
    upns: dict[str, int] = {}
    taken: dict[int, int] = {}
    for row in rows:
        faults, questions = list(row.faults), list(row.questions)
        if not (row.surname or row.forenames):
            faults.append("It names nobody.")
        for words, text in (("surname", row.surname), ("forename", row.forenames), ("known as", row.known_as)):
            if len(text) > LONGEST:
                faults.append(f"The {words} is longer than {LONGEST} letters.")
        if row.born_on and row.born_on > today:
            faults.append("The birth date is in the future.")
        elif row.born_on and today.year - row.born_on.year > OLDEST:
            questions.append(f"Born in {row.born_on.year}: is that right?")
        if row.year_group and year_number.get(row.year_group) is None:
            questions.append(f"“{row.year_group}” is no year group this school has.")
        if not faults:
            twin = firsts.get(_whole(row))
            if twin is not None:
                said.append(Row(row.number, Effect.LEAVE, row.name, (f"The same as row {twin.number}.",)))
                continue
            other = firsts.get(_who(row)) if row.born_on or not row.upn else None
            if other is not None and not (row.upn and other.upn and row.upn != other.upn):
                questions.append(f"Row {other.number} has the same name and birth date. Are they one child or two?")
            if row.upn and row.upn in upns:
                questions.append(f"Row {upns[row.upn]} has the same UPN. Check which child it is.")
            firsts[_whole(row)] = row
            firsts.setdefault(_who(row), row)
            if row.upn:
                upns.setdefault(row.upn, row.number)
        if faults:
            said.append(Row(row.number, Effect.REFUSE, row.name, tuple(faults)))
            continue
        there, question = people.find(row)
        if question:
            questions.append(question)
        elif there is not None and there.pk in taken:
            questions.append(f"Row {taken[there.pk]} is about the same pupil. Keep one of them.")
        elif there is not None and not there.on_roll:
            questions.append("This pupil has left. Take them back on roll on their own page first.")
        differs = difference(row, there, year_groups, year_number) if there is not None else PupilChange(row.number)
        if differs.facts and not may_correct:
            questions.append(
                f"The record differs ({differs.words}). Put it right on screen, so that who did it is kept."
            )
        if questions:
            said.append(Row(row.number, Effect.ASK, row.name, tuple(questions)))
            continue
        if there is None:
            add.append(row)
            said.append(Row(row.number, Effect.ADD, row.name, row.remarks))
            continue
        taken[there.pk] = row.number
        if differs.words:
            change[there.pk] = differs
            said.append(Row(row.number, Effect.CHANGE, row.name, (f"Changes {differs.words}.", *row.remarks)))
        else:
            said.append(Row(row.number, Effect.LEAVE, row.name, ("Already there.",)))
    changed = {one.row for one in change.values()}
    coming = [*add, *(row for row in rows if row.number in changed)]
    new_classes = _new_classes(coming, classes) if may_make_classes else {}
    new_years = sorted(
        {
            number
            for row in coming
            if row.year_group and (number := year_number.get(row.year_group)) is not None and number not in year_groups
        }
    )
    return ClassList(tuple(said), tuple(add), change, new_classes, tuple(new_years), ())


def difference(
    row: PupilRow, there: Held, year_groups: Mapping[int, str], year_number: Mapping[str, int | None]
) -> PupilChange:
    """What `row` would change of `there`. A name that differs in case alone stays as it is."""
    names = (
        ("surname", row.surname, there.surname),
        ("forenames", row.forenames, there.forenames),
        ("known_as", row.known_as, there.known_as),
    )
    facts = {
        name: new
        for name, new, old in names
        if new and not same_words(new, old) and not (name == "forenames" and folded(new) == folded(there.known_as))
    }
    if row.born_on and row.born_on != there.born_on:
        facts["born_on"] = row.born_on.isoformat()
    if row.upn and row.upn != there.upn:
        facts["upn"] = row.upn
    number = year_number.get(row.year_group) if row.year_group else None
    code = year_groups.get(number, row.year_group) if number is not None else ""
    moves = bool(row.class_name) and folded(row.class_name) not in there.classes
    known = {key for guardian in there.guardians for key in (guardian.key, ("", guardian.key[1]))}
    adults = {folded(guardian.name) for guardian in there.guardians}
    new_guardians = tuple(
        guardian
        for guardian in row.guardians
        if guardian.key not in known and (not guardian.name or folded(guardian.name) not in adults)
    )
    return PupilChange(
        row=row.number,
        facts=facts,
        class_name=row.class_name if moves else "",
        year_group=code if code and code != there.year_group else "",
        address=row.address if row.address and not there.address else "",
        guardians=new_guardians,
    )


def _whole(row: PupilRow) -> tuple[object, ...]:
    """All a row says."""
    return ("whole", row.surname, row.forenames, row.known_as, row.born_on, row.upn, row.year_group, row.class_name)


def _who(row: PupilRow) -> tuple[object, ...]:
    """Name and birth date."""
    return ("who", folded(row.surname), folded(row.forenames), row.born_on)


def _new_classes(rows: Iterable[PupilRow], classes: Mapping[str, str]) -> dict[str, str]:
    """Classes the rows name that are not there, with the year group all their rows agree on."""
    names: dict[str, str] = {}
    years: dict[str, set[str]] = {}
    for row in rows:
        key = folded(row.class_name)
        if not key or key in classes:
            continue
        names.setdefault(key, row.class_name)
        if row.year_group:
            years.setdefault(key, set()).add(row.year_group)
    return {name: next(iter(years[key])) if len(years.get(key, ())) == 1 else "" for key, name in names.items()}
