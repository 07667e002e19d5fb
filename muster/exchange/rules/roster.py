"""A roster in Muster's own words: what every format of people and classes is read into, and all that a plan is made of.

A reader fills these and decides nothing: it neither looks into the database nor guesses. Ids are those of the source, as
text, and unique in it by kind. "" and None say nothing, and what says nothing empties nothing unless somebody says so. Every record knows
the file and row it came from, so that a refusal can name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Of(StrEnum):
    """The kinds of record a roster holds."""

    SCHOOL = "school"
    SESSION = "session"
    CLASS = "class"
    PUPIL = "pupil"
    STAFF = "staff"
    GUARDIAN = "guardian"
    MEMBERSHIP = "membership"


@dataclass(frozen=True)
class Source:
    """Where a record stands: the file inside the package ("" where there is one file only) and its row, from 1."""

    file: str = ""
    row: int = 0


@dataclass(frozen=True)
class Problem:
    """What is wrong with one record, by cause. A reader tells only of form; whether somebody is known is planned later.

    `cause` is one word for all problems that one answer mends ("date-order", "no-such-class"); `sentence` says it once for
    all of them, naming no child. A record that `stops` is not taken, and the sentence says why; else it is worth knowing.
    """

    cause: str
    sentence: str
    source: Source
    name: str = ""
    stops: bool = True
    of: Of | None = None
    """What kind of record it is about; None where only the `id` is known, or nothing."""
    id: str = ""
    """Its id; of a membership, the person's. Whoever is told of here is in the file, though not taken, so has not left."""
    detail: str = ""
    """What is particular to this record, where the sentence says what all have in common."""


@dataclass(frozen=True)
class RosterSchool:
    """A school or an organisation above it. `is_school` is false of districts, trusts and departments."""

    id: str
    name: str
    source: Source
    is_school: bool = True
    parent: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """Numbers by name, such as {"DfE": "3101234"}."""


@dataclass(frozen=True)
class RosterSession:
    """A year, term or half-term; both days count."""

    id: str
    name: str
    source: Source
    kind: str = "term"
    """year, term, half-term, or what the source calls it."""
    first_day: date | None = None
    last_day: date | None = None
    parent: str = ""


@dataclass(frozen=True)
class RosterClass:
    """A class of one school. `kind` is registration or teaching; "" where the source does not say."""

    id: str
    name: str
    source: Source
    school: str = ""
    kind: str = ""
    year_groups: tuple[str, ...] = ()
    subject: str = ""
    code: str = ""
    """The source's short word for it, which tells apart two classes of one name."""
    course: str = ""
    sessions: tuple[str, ...] = ()
    room: str = ""
    gone: bool = False
    """The source says that it is no more."""


@dataclass(frozen=True)
class RosterGuardian:
    """A parent or carer, and whose."""

    id: str
    source: Source
    name: str = ""
    relation: str = ""
    email: str = ""
    telephone: str = ""
    address: str = ""
    children: tuple[str, ...] = ()
    """Ids of pupils."""
    gone: bool = False


@dataclass(frozen=True)
class SchoolBefore:
    """A school a pupil was at before."""

    name: str
    number: str = ""
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class RosterPupil:
    """A child. `year_group` and `class_name` are the source's own words; classes by id are memberships."""

    id: str
    source: Source
    surname: str = ""
    forenames: str = ""
    middle_names: str = ""
    """Given names after the first, where the source keeps them apart."""
    known_as: str = ""
    born_on: date | None = None
    upn: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """Other numbers by name. Never a password, never a health service's number."""
    schools: tuple[str, ...] = ()
    year_group: str = ""
    class_name: str = ""
    address: str = ""
    groups: Mapping[str, bool | None] = field(default_factory=dict)
    """Key groups by code, where the source says yes, no or not known."""
    gender: str = ""
    joined_on: date | None = None
    left_on: date | None = None
    before: tuple[SchoolBefore, ...] = ()
    blank: frozenset[str] = frozenset()
    """Facts (`known_as`, `born_on`, `upn`) the source has a column for and whose cell is empty."""
    gone: bool = False
    """The source says that the child has left."""
    is_username: bool = False
    """The forename is a username, because the source gives no name; it stands for none that is known."""

    @property
    def name(self) -> str:
        """As the class says it."""
        return f"{self.known_as or self.forenames} {self.surname}".strip()


@dataclass(frozen=True)
class RosterStaff:
    """An adult who works there. `role` is the source's word."""

    id: str
    source: Source
    surname: str = ""
    forenames: str = ""
    title: str = ""
    email: str = ""
    role: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    schools: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    gone: bool = False

    @property
    def name(self) -> str:
        """Forenames and surname."""
        return f"{self.forenames} {self.surname}".strip()


@dataclass(frozen=True)
class RosterMembership:
    """A person in a class, as a pupil or as its teacher; both days count."""

    person: str
    school_class: str
    source: Source
    teaches: bool = False
    leads: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    gone: bool = False


@dataclass(frozen=True)
class Roster:
    """All that a file or package says.

    `whole` names the kinds of which it claims to hold all there are: of those, whoever is missing has left. A delta or a
    class list claims nothing. `dropped` are columns Muster has no purpose for, by the file they stand in; their cells
    are not read. `notes` are sentences about the file as a whole. `results` are as they came, each with the `pupil` it is of; they are kept to be read.
    """

    kind: str
    schools: tuple[RosterSchool, ...] = ()
    sessions: tuple[RosterSession, ...] = ()
    classes: tuple[RosterClass, ...] = ()
    pupils: tuple[RosterPupil, ...] = ()
    staff: tuple[RosterStaff, ...] = ()
    guardians: tuple[RosterGuardian, ...] = ()
    memberships: tuple[RosterMembership, ...] = ()
    problems: tuple[Problem, ...] = ()
    whole: frozenset[Of] = frozenset()
    lasting_ids: bool = True
    """Whether an id means the same person next time. Those of a list are its row numbers, and mean nothing."""
    dropped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    results: tuple[Mapping[str, str], ...] = ()
    elsewhere: frozenset[tuple[Of | None, str]] = frozenset()
    """In a part of a package: kind and id of records that were not taken, and are told of in another part."""
