"""From a OneRoster package to a roster."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from muster.exchange.formats import Files, Reading
from muster.exchange.oneroster.fields import (
    ACTIVE,
    CLASS_KINDS,
    DATES,
    FILES,
    GENDERS,
    GONE,
    GUARDIAN_ROLES,
    HOLDS,
    NEEDS,
    PEOPLE,
    PUPIL_ROLES,
    SESSION_KINDS,
    STAFF_ROLES,
    TEACHES,
    UNREAD,
    WATCHES,
)
from muster.exchange.rules.dates import DateSaid, WrittenDates
from muster.exchange.rules.package import Gathering, Line, Sheet, one_each, read_sheet, sorted_files, stem
from muster.exchange.rules.roster import (
    Of,
    Roster,
    RosterClass,
    RosterGuardian,
    RosterMembership,
    RosterPupil,
    RosterSchool,
    RosterSession,
    RosterStaff,
)
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.people.rules.upn import oddity, tidy


class Sent(StrEnum):
    """How a file of the package was sent."""

    BULK = "bulk"
    """All there are: whoever is missing has left."""
    DELTA = "delta"
    """What changed."""
    UNSAID = "unsaid"
    """No manifest says."""
    ABSENT = "absent"


@dataclass
class Parts:
    """The files of a package, how each was sent, and what comes together beside the records."""

    gathering: Gathering
    sheets: dict[str, Sheet]
    sent: dict[str, Sent]
    refused: dict[Of, set[str]] = field(default_factory=lambda: {of: set() for of in Of})
    """Ids that are in the files and were not taken."""

    def lines(self, name: str) -> tuple[Line, ...]:
        """The rows of a file; none where it is not there."""
        return self.sheets[name].lines if name in self.sheets else ()

    def has_all(self, name: str) -> bool:
        """Whether an id that is missing from that file is a mistake; a delta may mean what it sent before."""
        return self.sent.get(name) in {Sent.BULK, Sent.UNSAID}

    def date(self, name: str, column: str, line: Line) -> date | None:
        """A date that may be left out: a wrong one is told of, and the record comes without it."""
        found = self.gathering.dates.read(f"{name} {column}", line[column])
        if found.fault or found.in_doubt:
            self.gathering.tell(
                "date-left-out",
                say("A date of this row cannot be read, and is left out. Dates are written 2026-09-01."),
                line.source,
                stops=False,
            )
        return found.value


def recognises(files: Files) -> int:
    """Whether these are files of OneRoster: the manifest says so, or files of its names have its headings."""
    named = {stem(name): data for name, data in files.items() if name.casefold().endswith(".csv")}
    if re.search(rb"(?i)o\0?n\0?e\0?r\0?o\0?s\0?t\0?e\0?r\0?\.", named.get("manifest", b"")[:20_000]):
        return 100
    known = [name for name in named if name in FILES or name in UNREAD]
    fits = [name for name in known if re.search(r"sourced\s*_?id", opening(named[name]), re.IGNORECASE)]
    return 95 if {"users", "orgs"} <= set(fits) else 80 if fits else 0


def opening(data: bytes) -> str:
    """The beginning of a file, whatever its letters: enough to see the headings."""
    return data[:2_000].replace(b"\0", b"").decode("latin-1")


def read(files: Files, reading: Reading) -> Roster:
    """The roster of a package. Raises `Unreadable` where a file is none, or one that the manifest promises is missing."""
    parts = opened(files, reading)
    sessions = read_sessions(parts)
    schools = read_schools(parts)
    classes = read_classes(parts, {one.id: one for one in schools}, {one.id for one in sessions})
    people = read_people(parts, {one.id: one for one in schools}, reading.today)
    memberships = read_memberships(parts, people, classes)
    gathering = parts.gathering
    if gathering.dates.note:
        gathering.notes.append(gathering.dates.note)
    return Roster(
        kind="oneroster",
        schools=tuple(schools),
        sessions=tuple(sessions),
        classes=tuple(classes),
        pupils=tuple(people.pupils),
        staff=tuple(people.staff),
        guardians=tuple(people.guardians),
        memberships=tuple(memberships),
        problems=tuple(gathering.problems),
        whole=whole(parts),
        dropped=gathering.dropped,
        notes=tuple(gathering.notes),
    )


def opened(files: Files, reading: Reading) -> Parts:
    """Every file of the package as rows, and its dates taken notice of."""
    gathering = Gathering(
        WrittenDates(today=reading.today, order=reading.order, usual=reading.usual),
        without_dates=reading.without_dates,
    )
    named = sorted_files(files, FILES, UNREAD, gathering)
    sheets: dict[str, Sheet] = {}
    for kind, name in named.items():
        of = HOLDS.get(kind) or (Of.PUPIL if kind == "users" else None)
        sheet = read_sheet(name, files[name], FILES[kind], gathering, of=of, needs=NEEDS[kind])
        sheets[kind] = sheet
        for column in DATES.get(kind, ()):
            for line in sheet.lines:
                gathering.dates.add(f"{kind} {column}", line[column])
    if not sheets.keys() - {"manifest"}:
        raise Unreadable(say("This package holds none of the files of people and classes that Muster reads."))
    return Parts(gathering, sheets, how_sent(sheets, gathering))


def how_sent(sheets: Mapping[str, Sheet], gathering: Gathering) -> dict[str, Sent]:
    """How each file was sent, as the manifest says."""
    if is_sync(sheets):
        gathering.notes.append(say("A package of School Data Sync 2.1, which holds everybody every time."))
        return dict.fromkeys(sheets, Sent.BULK)
    said: dict[str, Sent] = {}
    for line in sheets["manifest"].lines if "manifest" in sheets else ():
        name = line["name"].casefold().removeprefix("file.")
        value = line["value"].casefold()
        if name in FILES and value in {"bulk", "delta", "absent"}:
            said[name] = Sent(value)
    missing = [name for name, sent in said.items() if sent is not Sent.ABSENT and name not in sheets]
    if missing:
        names = ", ".join(f"{name}.csv" for name in sorted(missing))
        raise Unreadable(
            say("The manifest promises files that are not here: {names}. Bring the whole package.", names=names)
        )
    unsaid = [name for name in sheets if name != "manifest" and said.get(name, Sent.ABSENT) is Sent.ABSENT]
    if unsaid:
        names = ", ".join(sorted(sheets[name].name for name in unsaid))
        gathering.notes.append(
            say("No manifest says whether these hold everybody, so nobody leaves by them: {names}.", names=names)
        )
    return {name: said[name] if said.get(name, Sent.ABSENT) is not Sent.ABSENT else Sent.UNSAID for name in sheets}


def is_sync(sheets: Mapping[str, Sheet]) -> bool:
    """Whether this is School Data Sync 2.1: no manifest, classes that belong to an organisation, roles without a type."""
    if "manifest" in sheets:
        return False
    users, roles = sheets.get("users"), sheets.get("roles")
    return bool(
        users and roles and not {"status", "enabled"} & users.headings.keys() and "status" not in roles.headings
    )


def whole(parts: Parts) -> frozenset[Of]:
    """The kinds of which the package holds all there are, and of which no row went astray."""
    kinds = {of for name, of in HOLDS.items() if of and parts.sent.get(name) is Sent.BULK}
    if parts.sent.get("users") is Sent.BULK and parts.sent.get("roles", Sent.BULK) is Sent.BULK:
        kinds |= set(PEOPLE)
    astray = kinds & parts.gathering.unsure
    if astray:
        parts.gathering.notes.append(
            say("Rows that cannot be read may be somebody's, so nobody is taken to have left.")
        )
        kinds -= {*PEOPLE, Of.MEMBERSHIP} if astray & set(PEOPLE) else astray
    return frozenset(kinds)


def is_gone(line: Line, parts: Parts) -> bool:
    """Whether the source says that the record is no more."""
    status = line["status"].casefold()
    if status not in ACTIVE and status not in GONE:
        sentence = say("The status of this row is none that the format knows, and it is taken as active.")
        parts.gathering.tell("unknown-status", sentence, line.source, stops=False)
    return status in GONE


# -- places and times ------------------------------------------------------------------------------------------------


def read_sessions(parts: Parts) -> list[RosterSession]:
    """Years, terms and their parts."""
    found = []
    for id_, (line, *_more) in one_each(parts.lines("academicsessions"), parts.gathering, of=Of.SESSION).items():
        if is_gone(line, parts):
            continue
        found.append(
            RosterSession(
                id=id_,
                name=line["title"],
                source=line.source,
                kind=SESSION_KINDS.get(line["type"].casefold(), line["type"]),
                first_day=parts.date("academicsessions", "first", line),
                last_day=parts.date("academicsessions", "last", line),
                parent=line["parent"],
            )
        )
    return found


def read_schools(parts: Parts) -> list[RosterSchool]:
    """Schools and what is above and below them."""
    found = []
    for id_, (line, *_more) in one_each(parts.lines("orgs"), parts.gathering, of=Of.SCHOOL).items():
        if is_gone(line, parts):
            parts.refused[Of.SCHOOL].add(id_)
            parts.gathering.tell(
                "school-gone", say("The source says that this school is no more."), line.source, of=Of.SCHOOL, id=id_
            )
            continue
        kind = line["type"].casefold()
        found.append(
            RosterSchool(
                id=id_,
                name=line["name"],
                source=line.source,
                is_school=kind in {"school", ""} or kind.endswith("school"),
                parent=line["parent"],
                identifiers={"identifier": line["identifier"]} if line["identifier"] else {},
            )
        )
    return found


def school_of(id_: str, schools: Mapping[str, RosterSchool]) -> str:
    """The school an organisation is or lies in; the organisation itself where there is none above it."""
    at, seen = id_, set()
    while at in schools and at not in seen:
        if schools[at].is_school:
            return at
        seen.add(at)
        at = schools[at].parent
    return id_


def read_classes(parts: Parts, schools: Mapping[str, RosterSchool], sessions: set[str]) -> list[RosterClass]:
    """Classes, with what their course says where they do not."""
    courses = {line["id"]: line for line in parts.lines("courses")}
    found = []
    for id_, (line, *_more) in one_each(parts.lines("classes"), parts.gathering, of=Of.CLASS).items():
        gone = is_gone(line, parts)
        course = courses.get(line["course"])

        def stop(cause: str, sentence: str, line: Line = line, id_: str = id_) -> None:
            parts.gathering.tell(cause, sentence, line.source, of=Of.CLASS, id=id_, name=line["title"])

        if line["school"] and line["school"] not in schools and parts.has_all("orgs"):
            stop("no-such-school", say("This row names a school that is not in the package."))
            continue
        if not (line["title"] or line["code"] or gone):
            stop("class-without-name", say("This class has no name."))
            continue
        if line["course"] and course is None and parts.sent.get("courses") is not Sent.DELTA:
            sentence = say("This class names a course that is not in the package, and comes without it.")
            parts.gathering.tell("no-such-course", sentence, line.source, name=line["title"], stops=False)
        terms = line.list("sessions")
        known = tuple(one for one in terms if one in sessions or not parts.has_all("academicsessions"))
        if known != terms:
            sentence = say("This class names a term that is not in the package, and comes without it.")
            parts.gathering.tell("no-such-term", sentence, line.source, name=line["title"], stops=False)
        grades = line.list("grades") or (course.list("grades") if course else ())
        subjects = line.list("subjects") or (course.list("subjects") if course else ())
        found.append(
            RosterClass(
                id=id_,
                name=line["title"] or line["code"],
                source=line.source,
                school=school_of(line["school"], schools),
                kind=CLASS_KINDS.get(line["type"].casefold(), ""),
                year_groups=grades,
                subject=", ".join(subjects),
                code=line["code"],
                course=course["title"] if course else "",
                sessions=known,
                room=line["room"],
                gone=gone,
            )
        )
    taken = {one.id for one in found}
    parts.refused[Of.CLASS] |= {line["id"] for line in parts.lines("classes")} - taken
    return found


# -- people ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Role:
    """One thing that a user is, and where."""

    kind: Of
    word: str
    """The source's."""
    schools: tuple[str, ...] = ()
    grade: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    gone: bool = False


@dataclass(frozen=True)
class Post:
    """All that a user is of one kind: what holds today, or where nothing does, all that did."""

    roles: tuple[Role, ...]
    first: tuple[str, ...] = ()
    """The school the user belongs to before all others, where the source says."""

    @classmethod
    def of(cls, roles: Iterable[Role], first: tuple[str, ...], today: date) -> "Post":
        """From the roles of one user and kind, the primary one first."""
        all_roles = tuple(roles)
        now = tuple(one for one in all_roles if not one.gone and (one.ends_on is None or one.ends_on >= today))
        return cls(now or all_roles, first)

    @property
    def schools(self) -> tuple[str, ...]:
        """Each once, the first the one that matters most."""
        found = dict.fromkeys(school for role in self.roles for school in role.schools)
        return tuple(sorted(found, key=lambda school: school not in self.first)) or self.first

    @property
    def starts_on(self) -> date | None:
        """The first day of any."""
        return min((role.starts_on for role in self.roles if role.starts_on), default=None)

    @property
    def ends_on(self) -> date | None:
        """The last day of all; None where one has no end."""
        ends = [role.ends_on for role in self.roles if role.ends_on]
        return max(ends) if len(ends) == len(self.roles) else None

    @property
    def gone(self) -> bool:
        """Whether none is left."""
        return all(role.gone for role in self.roles)


def kind_of(word: str) -> Of | None:
    """Which kind of person a role makes somebody."""
    plain = word.casefold().replace(" ", "")
    if plain in PUPIL_ROLES:
        return Of.PUPIL
    if plain in GUARDIAN_ROLES:
        return Of.GUARDIAN
    return Of.STAFF if plain in STAFF_ROLES else None


def read_roles(parts: Parts, schools: Mapping[str, RosterSchool]) -> dict[str, list[Role]]:
    """What each user is: from the file of roles (1.2), from the user's own row (1.1), else from their classes."""
    found: dict[str, list[Role]] = {}
    users = {line["id"] for line in parts.lines("users")}
    ranked = sorted(parts.lines("roles"), key=lambda line: line["rank"].casefold() not in {"primary", "true"})
    for line in ranked:
        if not line["user"] or (line["user"] not in users and parts.has_all("users")):
            sentence = say("This row names a person who is not in the package.")
            parts.gathering.tell("no-such-person", sentence, line.source, id=line["user"])
            continue
        kind = kind_of(line["role"])
        if kind:
            role = Role(
                kind,
                line["role"],
                schools_of(line, "org", schools, parts),
                line["grade"],
                parts.date("roles", "first", line),
                parts.date("roles", "last", line),
                is_gone(line, parts),
            )
            found.setdefault(line["user"], []).append(role)
        else:
            unknown_role(line, parts)
    for line in parts.lines("users"):
        words = line.list("role")
        kinds = [(kind, word) for word in words if (kind := kind_of(word))]
        if len(kinds) < len(words):
            unknown_role(line, parts)
        at = schools_of(line, "orgs", schools, parts) if words else ()
        found.setdefault(line["id"], []).extend(Role(kind, word, at) for kind, word in kinds)
    for line in parts.lines("enrollments"):
        kind = kind_of(line["role"])
        if kind and not found.get(line["user"]):
            found[line["user"]] = [Role(kind, line["role"])]
    return found


def unknown_role(line: Line, parts: Parts) -> None:
    """Tell of a role that Muster does not know; whoever has no other is stopped by that."""
    said = say("“{role}” is no role that Muster knows, so it is left out.", role=line["role"][:40])
    parts.gathering.tell("unknown-role", said, line.source, stops=False)


def schools_of(line: Line, column: str, schools: Mapping[str, RosterSchool], parts: Parts) -> tuple[str, ...]:
    """The schools a row names, those that are not in the package told of."""
    known = []
    for org in line.list(column):
        if org not in schools and parts.has_all("orgs"):
            sentence = say("This row names a school that is not in the package, and comes without it.")
            parts.gathering.tell("no-such-school", sentence, line.source, stops=False)
        else:
            known.append(school_of(org, schools))
    return tuple(dict.fromkeys(known))


@dataclass
class People:
    """Everybody, as they are found."""

    pupils: list[RosterPupil] = field(default_factory=list)
    staff: list[RosterStaff] = field(default_factory=list)
    guardians: list[RosterGuardian] = field(default_factory=list)


def read_people(parts: Parts, schools: Mapping[str, RosterSchool], today: date) -> People:
    """Pupils, staff and guardians. One user may be two of them."""
    roles = read_roles(parts, schools)
    births = read_births(parts)
    users = one_each(parts.lines("users"), parts.gathering, of=Of.PUPIL)
    lines = {id_: line for id_, (line, *_more) in users.items()}
    kinds = {id_: {role.kind for role in roles.get(id_, ())} for id_ in lines}
    families = read_families(parts, lines, kinds)
    found = People()
    unkept = Unkept()
    for id_, line in lines.items():
        gone = is_gone(line, parts)
        if not kinds[id_]:
            sentence = say("Nothing says whether this person is a pupil, an adult who works there or a parent.")
            parts.gathering.tell("no-role", sentence, line.source, id=id_, name=name_of(line))
            continue
        nameless = not (line["given"] or line["family"])
        if nameless and not line["username"] and not gone:
            of = Of.PUPIL if Of.PUPIL in kinds[id_] else None
            parts.gathering.tell("no-name", say("This row names nobody."), line.source, of=of, id=id_)
            continue
        if nameless and not gone:
            sentence = say(
                "This person has a username and no name. It stands where no name is known, until a file brings it."
            )
            parts.gathering.tell("only-a-username", sentence, line.source, id=id_, stops=False)
        if line["enabled"].casefold() in {"false", "0", "no"} and not gone:
            sentence = say("The source has switched this person off. They are taken all the same: that is not leaving.")
            parts.gathering.tell("switched-off", sentence, line.source, id=id_, name=name_of(line), stops=False)
        first = schools_of(line, "primary_org", schools, parts)
        for kind in sorted(kinds[id_]):
            post = Post.of((role for role in roles[id_] if role.kind is kind), first, today)
            if kind is Of.PUPIL:
                pupil = pupil_of(line, post, births.get(id_), gone, parts)
                found.pupils += [pupil] if pupil else []
                unkept.contacts |= bool(line["email"] or line["phone"] or line["sms"]) and len(kinds[id_]) == 1
            elif kind is Of.STAFF:
                found.staff.append(staff_of(line, post, gone, parts))
                unkept.telephones |= bool(line["phone"] or line["sms"]) and Of.GUARDIAN not in kinds[id_]
                unkept.births |= id_ in births and Of.PUPIL not in kinds[id_]
            else:
                found.guardians.append(guardian_of(line, post, families.get(id_, {}), gone))
    parts.gathering.notes += unkept.notes
    return found


@dataclass
class Unkept:
    """What was left out of columns that are read for others."""

    contacts: bool = False
    telephones: bool = False
    births: bool = False

    @property
    def notes(self) -> list[str]:
        """A sentence for each sort there is."""
        contacts = say("Pupils' own e-mail addresses and telephones have no place in Muster, and are left out.")
        telephones = say("Telephones of those who work there have no place in Muster, and are left out.")
        births = say("Birth dates and genders of adults are left out.")
        there = ((self.contacts, contacts), (self.telephones, telephones), (self.births, births))
        return [sentence for is_there, sentence in there if is_there]


def name_of(line: Line) -> str:
    """Whom a row of users names."""
    return f"{line['preferred'] or line['given']} {line['family']}".strip() or line["username"]


def ids_of(line: Line, parts: Parts) -> dict[str, str]:
    """The numbers of a person by name: {UPN:A123},{SIS:77} and what the other columns say."""
    found = {"username": line["username"], "identifier": line["identifier"], "userMasterIdentifier": line["master"]}
    pairs = re.findall(r"\{\s*([^:{}]+?)\s*:\s*([^{}]*?)\s*\}", line["ids"])
    if line["ids"] and not pairs:
        pairs = [(name, number) for part in line.list("ids") for name, _, number in [part.partition(":")] if number]
    if line["ids"] and not pairs:
        sentence = (
            "The other numbers of this row cannot be told apart, and are left out: {SIS:77},{UPN:…} is how they come."
        )
        parts.gathering.tell("ids-unread", sentence, line.source, stops=False)
    for name, number in pairs:
        if re.search(r"nhs|pass", name, re.IGNORECASE):
            sentence = say("A number called {name} is never stored, and is left out.", name=name[:40])
            parts.gathering.tell("never-stored", sentence, line.source, stops=False)
        else:
            found[name] = number
    return {name: number for name, number in found.items() if number}


def pupil_of(
    line: Line, post: Post, birth: tuple[date | None, str] | None, gone: bool, parts: Parts
) -> RosterPupil | None:
    """The child of one row; None where the file of birth dates holds a wrong one."""
    if birth is None and line["id"] in parts.refused[Of.PUPIL]:
        return None
    born_on, sex = birth or (None, "")
    numbers = ids_of(line, parts)
    upn = line["upn"] or next((number for name, number in numbers.items() if name.casefold() == "upn"), "")
    for name in ("identifier", "userMasterIdentifier"):
        # A number whose check letter fits is a UPN, whatever its column is called.
        if not upn and name in numbers and oddity(tidy(numbers[name])) is None:
            upn = numbers[name]
    group = GENDERS.get(sex.casefold())
    nameless = not (line["given"] or line["family"])
    return RosterPupil(
        id=line["id"],
        source=line.source,
        surname=line["family"],
        forenames=line["username"] if nameless else line["given"],
        middle_names=line["middle"],
        known_as=line["preferred"] if line["preferred"] != line["given"] else "",
        born_on=born_on,
        upn=tidy(upn),
        identifiers={name: number for name, number in numbers.items() if number != upn},
        schools=post.schools,
        year_group=next((role.grade for role in post.roles if role.grade), "") or ", ".join(line.list("grades")),
        groups={each: each == group for each in ("girls", "boys")} if group else {},
        gender=sex,
        joined_on=post.starts_on,
        left_on=post.ends_on,
        gone=gone or post.gone,
        is_username=nameless,
    )


def staff_of(line: Line, post: Post, gone: bool, parts: Parts) -> RosterStaff:
    """The adult of one row who works there."""
    nameless = not (line["given"] or line["family"])
    username = line["username"]
    return RosterStaff(
        id=line["id"],
        source=line.source,
        surname=line["family"],
        forenames=username if nameless else line["preferred"] or line["given"],
        email=line["email"] or (username if "@" in username else ""),
        role=", ".join(dict.fromkeys(role.word for role in post.roles)),
        identifiers=ids_of(line, parts),
        schools=post.schools,
        starts_on=post.starts_on,
        ends_on=post.ends_on,
        gone=gone or post.gone,
    )


def guardian_of(line: Line, post: Post, children: Mapping[str, str], gone: bool) -> RosterGuardian:
    """The parent or carer of one row. `children` are ids of pupils, and what the adult is to each."""
    words = [GUARDIAN_ROLES.get(role.word.casefold(), "") for role in post.roles]
    said = [word for word in children.values() if word] or words
    return RosterGuardian(
        id=line["id"],
        source=line.source,
        name=f"{line['given']} {line['family']}".strip() or line["username"],
        relation=next(iter(said), ""),
        email=line["email"],
        telephone=", ".join(dict.fromkeys(filter(None, (line["phone"], line["sms"])))),
        children=tuple(sorted(children)),
        gone=gone or post.gone,
    )


def read_births(parts: Parts) -> dict[str, tuple[date | None, str]]:
    """Birth date and gender by user. Whoever has a wrong one is not taken until it is put right."""
    found = {}
    people = {line["id"]: line for line in parts.lines("users")}
    lines = one_each(parts.lines("demographics"), parts.gathering, of=Of.PUPIL)
    parts.refused[Of.PUPIL] |= {line["id"] for line in parts.lines("demographics")} - lines.keys()
    for id_, (line, *_more) in lines.items():
        if is_gone(line, parts):
            continue
        if id_ not in people and parts.has_all("users"):
            sentence = say("This row names a person who is not in the package.")
            parts.gathering.tell("no-such-person", sentence, line.source, id=id_)
            continue
        born = parts.gathering.dates.read("demographics born", line["born"])
        if not told_of_birth(born, line, name_of(people[id_]) if id_ in people else "", parts):
            found[id_] = (born.value, line["sex"])
    return found


def told_of_birth(born: DateSaid, line: Line, name: str, parts: Parts) -> bool:
    """Tell of a birth date that is none or could be two; whether that keeps the child out."""
    if not (born.fault or born.in_doubt):
        return False
    keeps_out = parts.gathering.tell_of_date(born, line, of=Of.PUPIL, id=line["id"], name=name)
    if keeps_out:
        parts.refused[Of.PUPIL].add(line["id"])
    return keeps_out


def read_families(parts: Parts, lines: Mapping[str, Line], kinds: Mapping[str, set[Of]]) -> dict[str, dict[str, str]]:
    """Pupils of each guardian, and what the guardian is to each. Either may name the other."""
    found: dict[str, dict[str, str]] = {}

    def join(one: str, other: str, word: str, line: Line) -> None:
        missing = other not in lines or one not in lines
        if missing and parts.has_all("users"):
            sentence = say("This row names a parent, carer or child who is not in the package.")
            parts.gathering.tell("no-such-relative", sentence, line.source, stops=False)
            return
        ones, others = kinds.get(one, {Of.PUPIL}), kinds.get(other, {Of.GUARDIAN})
        if Of.PUPIL in ones and Of.GUARDIAN in others:
            found.setdefault(other, {}).setdefault(one, word)
        elif Of.GUARDIAN in ones and Of.PUPIL in others:
            found.setdefault(one, {}).setdefault(other, word)
        else:
            sentence = say("This row joins two people who are not a pupil and a parent or carer.")
            parts.gathering.tell("no-relative", sentence, line.source, stops=False)

    # Rows that say what the adult is to the child come first, and so hold.
    for line in parts.lines("relationships"):
        join(line["user"], line["other"], GUARDIAN_ROLES.get(line["role"].casefold(), line["role"]), line)
    for id_, line in lines.items():
        for other in line.list("agents"):
            join(id_, other, "", line)
    return found


# -- classes and people ----------------------------------------------------------------------------------------------


def read_memberships(parts: Parts, people: People, classes: Iterable[RosterClass]) -> list[RosterMembership]:
    """Who is in which class, and who teaches it."""
    lines = parts.lines("enrollments")
    if "enrollments" in parts.sheets and "id" in parts.sheets["enrollments"].headings:
        lines = tuple(line for same in one_each(lines, parts.gathering, of=Of.MEMBERSHIP).values() for line in same)
    pupils, staff = {one.id for one in people.pupils}, {one.id for one in people.staff}
    everybody = pupils | staff
    known = {one.id for one in classes}
    users = {line["id"] for line in parts.lines("users")}
    found: dict[tuple[object, ...], RosterMembership] = {}
    watching = False
    for line in lines:
        person, school_class, role = line["user"], line["class"], line["role"].casefold()

        def stop(cause: str, sentence: str, line: Line = line, person: str = person) -> None:
            parts.gathering.tell(cause, sentence, line.source, of=Of.MEMBERSHIP, id=person)

        teaches = role in TEACHES
        there = staff if teaches else pupils
        if role in WATCHES:
            watching = True
        elif not teaches and role not in PUPIL_ROLES:
            stop(
                "unknown-role",
                say("“{role}” is no role in a class that Muster knows.", role=line["role"][:40])
                if role
                else say("This row does not say what the person is in the class."),
            )
        elif person not in users and parts.has_all("users"):
            stop("no-such-person", say("This row names a person who is not in the package."))
        elif school_class in parts.refused[Of.CLASS] or (person in users and person not in everybody):
            stop("not-taken", say("The person or the class of this row is not taken, so neither is the row."))
        elif school_class not in known and parts.has_all("classes"):
            stop("no-such-class", say("This row names a class that is not in the package."))
        elif person in users and person not in there:
            stop(
                "another-role", say("This row gives the person another role in the class than they have at the school.")
            )
        else:
            made = RosterMembership(
                person,
                school_class,
                line.source,
                teaches,
                teaches and line["primary"].casefold() in {"true", "1", "yes"},
                parts.date("enrollments", "first", line),
                parts.date("enrollments", "last", line),
                is_gone(line, parts),
            )
            days = (made.starts_on, made.ends_on)
            found.setdefault((person, school_class, teaches, made.leads, made.gone, *days), made)
    if watching:
        parts.gathering.notes.append(say("Those who only watch over a class are left out of it."))
    return list(found.values())
