"""From a School Data Sync package to a roster."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from muster.exchange.formats import Files, Reading
from muster.exchange.rules.dates import WrittenDates
from muster.exchange.rules.package import Gathering, Line, Sheet, one_each, plain, read_sheet, sorted_files, stem
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
from muster.exchange.sds.fields import ACTIVE, FILES, GENDERS, GONE, GUARDIANS, NEEDS, NO_GUARDIANS
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.people.rules.upn import tidy

HOLDS = {
    "school": Of.SCHOOL,
    "section": Of.CLASS,
    "student": Of.PUPIL,
    "teacher": Of.STAFF,
    "studentenrollment": Of.MEMBERSHIP,
    "teacherroster": Of.MEMBERSHIP,
    "user": Of.GUARDIAN,
    "guardianrelationship": Of.GUARDIAN,
}
DATES = {"student": ("born",), "section": ("first", "last")}
SURE = frozenset({"sisid", "schoolsisid", "schooldfenumber", "dfenumber", "sectionsisid", "sectionid", "sectionname"})
"""Headings that no other format has."""


def recognises(files: Files) -> int:
    """Whether these are files of School Data Sync: they have its names and headings."""
    named = {stem(name): data for name, data in files.items() if name.casefold().endswith(".csv")}
    fits = [name for name in named.keys() & FILES.keys() if headings(named[name]) & SURE]
    return 95 if len(fits) > 2 else 85 if fits else 0


def headings(data: bytes) -> set[str]:
    """The headings of a file, for comparing."""
    first = data[:4_000].replace(b"\0", b"").decode("latin-1").lstrip("\r\n").partition("\n")[0]
    return {plain(cell) for cell in re.split(r"[,;\t]", first)}


def read(files: Files, reading: Reading) -> Roster:
    """The roster of a package, which always holds everybody. Raises `Unreadable`."""
    package = Package(files, reading)
    schools = package.schools()
    classes, sessions = package.classes()
    pupils = package.pupils()
    staff = package.staff()
    guardians = package.guardians({one.id for one in pupils})
    memberships = package.memberships("studentenrollment", {one.id for one in pupils}, {one.id for one in classes})
    memberships += package.memberships("teacherroster", {one.id for one in staff}, {one.id for one in classes})
    gathering = package.gathering
    if gathering.dates.note:
        gathering.notes.append(gathering.dates.note)
    return Roster(
        kind="sds",
        schools=tuple(schools),
        sessions=tuple(sessions),
        classes=tuple(classes),
        pupils=tuple(pupils),
        staff=tuple(staff),
        guardians=tuple(guardians),
        memberships=tuple(memberships),
        problems=tuple(gathering.problems),
        whole=package.whole(),
        dropped=gathering.dropped,
        notes=tuple(gathering.notes),
    )


class Package:
    """The files of a package, and what comes together beside the records."""

    def __init__(self, files: Files, reading: Reading) -> None:
        """Read every file as rows, and take notice of the dates. Raises `Unreadable`."""
        self.gathering = Gathering(
            WrittenDates(today=reading.today, order=reading.order, usual=reading.usual),
            without_dates=reading.without_dates,
        )
        self.sheets: dict[str, Sheet] = {}
        for kind, name in sorted_files(files, FILES, (), self.gathering).items():
            sheet = read_sheet(name, files[name], FILES[kind], self.gathering, of=HOLDS[kind], needs=NEEDS[kind])
            self.sheets[kind] = sheet
            for column in DATES.get(kind, ()):
                for line in sheet.lines:
                    self.gathering.dates.add(f"{kind} {column}", line[column])
        self.ids = {kind: {line["id"] for line in self.lines(kind) if line["id"]} for kind in FILES}
        """Every id in each file, of rows that were stopped too."""
        if not self.sheets:
            raise Unreadable(say("This package holds none of the files of people and classes that Muster reads."))
        for one, other in (
            ("studentenrollment", "student"),
            ("teacherroster", "teacher"),
            ("guardianrelationship", "user"),
        ):
            if one in self.sheets and other not in self.sheets:
                there = self.sheets[one].name
                raise Unreadable(
                    say("{there} needs {missing}.csv beside it. Bring the whole package.", there=there, missing=other)
                )

    def lines(self, kind: str) -> tuple[Line, ...]:
        """The rows of a file; none where it is not there."""
        return self.sheets[kind].lines if kind in self.sheets else ()

    def whole(self) -> frozenset[Of]:
        """The kinds of which the package holds all there are, and of which no row went astray."""
        astray = self.gathering.unsure
        kinds = {HOLDS[kind] for kind in self.sheets} - {Of.MEMBERSHIP}
        if "studentenrollment" in self.sheets and "teacherroster" in self.sheets:
            kinds.add(Of.MEMBERSHIP)
        if kinds & astray:
            self.gathering.notes.append(
                say("Rows that cannot be read may be somebody's, so nobody is taken to have left.")
            )
            kinds -= {Of.PUPIL, Of.STAFF, Of.GUARDIAN, Of.MEMBERSHIP}
        return frozenset(kinds - astray)

    def is_gone(self, line: Line) -> bool:
        """Whether the source says that the record is no more."""
        status = line["status"].casefold()
        if status not in ACTIVE and status not in GONE:
            sentence = say("The status of this row is none that the format knows, and it is taken as active.")
            self.gathering.tell("unknown-status", sentence, line.source, stops=False)
        return status in GONE

    def schools(self) -> list[RosterSchool]:
        """The schools."""
        found = []
        for id_, (line, *_more) in one_each(self.lines("school"), self.gathering, of=Of.SCHOOL).items():
            # The British file calls its column so; elsewhere the number is one of the source's own.
            is_british = "dfenumber" in self.heading_of("school", "id")
            numbers = {"DfE": id_ if is_british else "", "School Number": line["number"], "NCES": line["nces"]}
            numbers = {name: number for name, number in numbers.items() if number}
            found.append(RosterSchool(id_, line["name"], line.source, identifiers=numbers))
        return found

    def heading_of(self, kind: str, field: str) -> str:
        """The heading of a field, for comparing."""
        return plain(self.sheets[kind].headings.get(field, ""))

    def is_missing_school(self, lines: Sequence[Line], of: Of, name: str) -> bool:
        """Tell of a record of which a row names a school that is not in the package; whether it is one."""
        missing = [line for line in lines if line["school"] and line["school"] not in self.ids["school"]]
        if "school" not in self.sheets or not missing:
            return False
        for line in lines:
            sentence = say("This row, or another of the same id, names a school that is not in the package.")
            self.gathering.tell("no-such-school", sentence, line.source, of=of, id=line["id"], name=name)
        return True

    def classes(self) -> tuple[list[RosterClass], list[RosterSession]]:
        """Classes, and the terms that their rows describe."""
        found = []
        terms: dict[str, list[Line]] = {}
        for id_, (line, *_more) in one_each(self.lines("section"), self.gathering, of=Of.CLASS).items():
            if self.is_missing_school([line], Of.CLASS, line["name"]):
                continue
            gone = self.is_gone(line)
            if not (line["name"] or line["code"] or gone):
                sentence = say("This class has no name.")
                self.gathering.tell("class-without-name", sentence, line.source, of=Of.CLASS, id=id_)
                continue
            if line["term"]:
                terms.setdefault(line["term"], []).append(line)
            elif line["term_name"] or line["first"] or line["last"]:
                sentence = say("The term of this class has no id, so the class comes without it.")
                self.gathering.tell("term-without-id", sentence, line.source, name=line["name"], stops=False)
            found.append(
                RosterClass(
                    id=id_,
                    name=line["name"] or line["code"],
                    source=line.source,
                    school=line["school"],
                    subject=line["subject"],
                    code=line["code"],
                    course=line["course"],
                    sessions=(line["term"],) if line["term"] else (),
                    gone=gone,
                )
            )
        return found, [self.session(id_, lines) for id_, lines in terms.items()]

    def session(self, id_: str, lines: list[Line]) -> RosterSession:
        """One term, from the rows of all classes that are held in it."""
        said = {(line["term_name"], line["first"], line["last"]) for line in lines}
        if len(said) > 1:
            sentence = say(
                "This row says something else of its term than others do. The earliest and latest days count."
            )
            for line in lines:
                self.gathering.tell("term-differs", sentence, line.source, name=line["name"], stops=False)
        firsts = [day for line in lines if (day := self.day(line, "first"))]
        lasts = [day for line in lines if (day := self.day(line, "last"))]
        name = min(said)[0] or id_
        return RosterSession(id_, name, lines[0].source, "term", min(firsts, default=None), max(lasts, default=None))

    def day(self, line: Line, column: str) -> date | None:
        """A day of a term; a wrong one is told of, and left out."""
        found = self.gathering.dates.read(f"section {column}", line[column])
        if found.fault or found.in_doubt:
            sentence = say("A date of this row cannot be read, and is left out. Dates are written 2026-09-01.")
            self.gathering.tell("date-left-out", sentence, line.source, name=line["name"], stops=False)
        return found.value

    def named(self, line: Line, of: Of) -> tuple[str, str] | None:
        """(forename, surname) of a row: the username stands for both where there is neither. None where it names nobody."""
        if line["given"] or line["family"]:
            return line["given"], line["family"]
        if not line["username"]:
            self.gathering.tell("no-name", say("This row names nobody."), line.source, of=of, id=line["id"])
            return None
        sentence = say(
            "This person has a username and no name. It stands where no name is known, until a file brings it."
        )
        self.gathering.tell("only-a-username", sentence, line.source, id=line["id"], stops=False)
        return line["username"], ""

    def pupils(self) -> list[RosterPupil]:
        """The children. One who is at several schools has a row for each."""
        found = []
        for id_, (line, *more) in one_each(
            self.lines("student"), self.gathering, of=Of.PUPIL, apart=("school",)
        ).items():
            names = self.named(line, Of.PUPIL)
            name = " ".join(names or ())
            if names is None or self.is_missing_school([line, *more], Of.PUPIL, name):
                continue
            born = self.gathering.dates.read("student born", line["born"])
            wrong = born.fault or born.in_doubt
            if wrong and self.gathering.tell_of_date(born, line, of=Of.PUPIL, id=id_, name=name):
                continue
            group = GENDERS.get(line["sex"].casefold())
            found.append(
                RosterPupil(
                    id=id_,
                    source=line.source,
                    forenames=names[0],
                    surname=names[1],
                    middle_names=line["middle"],
                    born_on=born.value,
                    upn=tidy(line["upn"]),
                    identifiers=numbers_of(line, "Student Number"),
                    schools=schools_of(line, *more),
                    year_group=line["grade"],
                    groups={each: each == group for each in ("girls", "boys")} if group else {},
                    gender=line["sex"],
                    gone=self.is_gone(line),
                    is_username=not (line["given"] or line["family"]),
                )
            )
        return found

    def staff(self) -> list[RosterStaff]:
        """The teachers."""
        found = []
        for id_, (line, *more) in one_each(
            self.lines("teacher"), self.gathering, of=Of.STAFF, apart=("school",)
        ).items():
            names = self.named(line, Of.STAFF)
            if names is None or self.is_missing_school([line, *more], Of.STAFF, " ".join(names)):
                continue
            found.append(
                RosterStaff(
                    id=id_,
                    source=line.source,
                    forenames=names[0],
                    surname=names[1],
                    title=line["title"],
                    email=line["username"] if "@" in line["username"] else "",
                    role="Teacher",
                    identifiers=numbers_of(line, "Teacher Number"),
                    schools=schools_of(line, *more),
                    gone=self.is_gone(line),
                )
            )
        return found

    def guardians(self, pupils: set[str]) -> list[RosterGuardian]:
        """Parents and carers: known by their e-mail address, and joined to their children by it."""
        families: dict[str, dict[str, str]] = {}
        users = {line["email"].casefold() for line in self.lines("user")}
        for line in self.lines("guardianrelationship"):
            role = line["role"].casefold()
            email = line["email"].casefold()
            if role in NO_GUARDIANS:
                sentence = say("“{role}” makes nobody a parent or carer, so this row is left out.", role=line["role"])
                self.gathering.tell("no-guardian", sentence, line.source, of=Of.GUARDIAN, id=email)
            elif role not in GUARDIANS:
                sentence = (
                    say("“{role}” is nothing that Muster knows of a parent or carer.", role=line["role"][:40])
                    if role
                    else say("This row does not say what the adult is to the child.")
                )
                self.gathering.tell("unknown-role", sentence, line.source, of=Of.GUARDIAN, id=email)
            elif line["child"] not in pupils:
                self.tell_of_absent(line, Of.GUARDIAN, email, is_there=line["child"] in self.ids["student"])
            elif email not in users:
                self.tell_of_absent(line, Of.GUARDIAN, email, is_there=False)
            else:
                families.setdefault(email, {})[line["child"]] = GUARDIANS[role]
        lines = one_each(
            (Line(line.source, {**line.cells, "email": line["email"].casefold()}) for line in self.lines("user")),
            self.gathering,
            of=Of.GUARDIAN,
            key="email",
        )
        return [
            RosterGuardian(
                id=line["id"] or email,
                source=line.source,
                name=f"{line['given']} {line['family']}".strip(),
                relation=next((word for word in families.get(email, {}).values() if word), ""),
                email=email,
                telephone=line["phone"],
                children=tuple(sorted(families.get(email, ()))),
            )
            for email, (line, *_more) in lines.items()
        ]

    def tell_of_absent(self, line: Line, of: Of, id_: str, *, is_there: bool) -> None:
        """Tell of a row that names somebody who is not taken, or not there."""
        if is_there:
            sentence = say("The person or the class of this row is not taken, so neither is the row.")
            self.gathering.tell("not-taken", sentence, line.source, of=of, id=id_)
        else:
            sentence = say("This row names a person who is not in the package.")
            self.gathering.tell("no-such-person", sentence, line.source, of=of, id=id_)

    def memberships(self, kind: str, people: set[str], classes: set[str]) -> list[RosterMembership]:
        """Who is in which class, or teaches it."""
        everybody = self.ids["teacher" if kind == "teacherroster" else "student"]
        found: dict[tuple[str, str], RosterMembership] = {}
        for line in self.lines(kind):
            person, school_class = line["person"], line["class"]
            if person not in people:
                self.tell_of_absent(line, Of.MEMBERSHIP, person, is_there=person in everybody)
            elif school_class not in classes and "section" in self.sheets:
                if school_class in self.ids["section"]:
                    self.tell_of_absent(line, Of.MEMBERSHIP, person, is_there=True)
                else:
                    sentence = say("This row names a class that is not in the package.")
                    self.gathering.tell("no-such-class", sentence, line.source, of=Of.MEMBERSHIP, id=person)
            elif (person, school_class) in found:
                sentence = say("This row stands in the file twice, and counts once.")
                self.gathering.tell("twice", sentence, line.source, stops=False)
            else:
                teaches = kind == "teacherroster"
                found[person, school_class] = RosterMembership(person, school_class, line.source, teaches)
        return list(found.values())


def numbers_of(line: Line, name: str) -> Mapping[str, str]:
    """The numbers of a person by name."""
    found = {"Username": line["username"], name: line["number"]}
    return {name: number for name, number in found.items() if number}


def schools_of(*lines: Line) -> tuple[str, ...]:
    """The schools of one person's rows."""
    return tuple(sorted({line["school"] for line in lines if line["school"]}))
