"""From Common Transfer Files to a roster."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from muster.exchange.ctf.fields import (
    ADDRESS,
    ASSESSMENT,
    CONTACT,
    ENGLISH,
    FIRST_LANGUAGE,
    FREE_MEALS,
    GROUPS,
    HEADER,
    LANGUAGES,
    MEALS_COUNT_YEARS,
    NO_NEED,
    NOT_SAID,
    OLDEST,
    PLAN,
    PROFESSIONS,
    PUPIL,
    READ,
    RELATIONS,
    RESULT,
    ROOTS,
    SCHOOL_BEFORE,
    SEN,
    SUPPORT,
)
from muster.exchange.formats import Files, Reading
from muster.exchange.markup import Element, read_xml
from muster.exchange.rules.dates import Order, read_date, without_a_date
from muster.exchange.rules.roster import Of, Problem, Roster, RosterGuardian, RosterPupil, SchoolBefore, Source
from muster.pages.rules.kinds import Unreadable
from muster.pages.rules.said import say
from muster.people.rules.upn import tidy

BEGINS = re.compile(rb"<(?:[\w.-]+:)?(?:CT|AT)file[\s>/]", re.IGNORECASE)


def recognises(files: Files) -> int:
    """Whether there is a transfer file among these: its outermost element says so."""
    return 100 if any(is_one(data) for data in files.values()) else 0


def is_one(data: bytes) -> bool:
    """Whether this file is a transfer file."""
    return bool(BEGINS.search(data[:8_000].replace(b"\0", b"")))


@dataclass
class Found:
    """What comes together while files are read."""

    today: date
    without_dates: bool = False
    pupils: dict[str, list[tuple[RosterPupil, list[RosterGuardian], list[dict[str, str]]]]] = field(
        default_factory=dict
    )
    problems: list[Problem] = field(default_factory=list)
    dropped: dict[str, dict[str, None]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def tell(
        self,
        cause: str,
        sentence: str,
        source: Source,
        *,
        id_: str,
        name: str = "",
        stops: bool = True,
        detail: str = "",
    ) -> None:
        """Say what is wrong with a pupil."""
        self.problems.append(Problem(cause, sentence, source, name, stops, Of.PUPIL, id_, detail))

    def note(self, sentence: str) -> None:
        """Say something of the files as a whole, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def day(self, text: str, source: Source, id_: str, name: str) -> date | None:
        """A date other than of birth: a wrong one is told of, and left out."""
        read = read_date(text, Order.DAY_FIRST, today=self.today)
        if read.fault:
            sentence = say("A date of this record cannot be read, and is left out. Dates are written 2026-09-01.")
            self.tell("date-left-out", sentence, source, id_=id_, name=name, stops=False)
        return read.value


def read(files: Files, reading: Reading) -> Roster:
    """The pupils of the transfer files among `files`, and their results as they came. Raises `Unreadable`."""
    found = Found(reading.today, without_dates=reading.without_dates)
    names = [name for name in sorted(files) if is_one(files[name])]
    if not names:
        raise Unreadable(say("There is no Common Transfer File here."))
    others = [name for name in sorted(files) if name not in names]
    if others:
        found.note(say("No transfer files, and left alone: {names}.", names=", ".join(others[:20])))
    for name in names:
        read_file(name, name if len(names) > 1 else "", files[name], found)
    pupils, guardians, results = [], [], []
    for id_, same in found.pupils.items():
        said = {repr((one.surname, one.forenames, one.born_on, one.upn)) for one, _adults, _results in same}
        if len(said) > 1:
            for one, _adults, _results in same:
                sentence = say("Another record has the same number and says something else.")
                found.tell("same-id", sentence, one.source, id_=id_, name=one.name)
            continue
        for one, _adults, _results in same[1:]:
            sentence = say("This child stands in the files twice, and counts once.")
            found.tell("twice", sentence, one.source, id_=id_, name=one.name, stops=False)
        pupil, adults, _ = same[0]
        schools = dict.fromkeys(school for one, _adults, _results in same for school in one.before)
        pupils.append(replace(pupil, before=tuple(schools)))
        guardians += adults
        results += [result for _one, _adults, results_ in same for result in results_]
    return Roster(
        kind="ctf",
        pupils=tuple(pupils),
        guardians=tuple(guardians),
        problems=tuple(found.problems),
        lasting_ids=False,
        dropped={name: tuple(paths) for name, paths in found.dropped.items()},
        notes=tuple(found.notes),
        results=tuple({tuple(sorted(result.items())): result for result in results}.values()),
    )


def read_file(name: str, file: str, data: bytes, found: Found) -> None:
    """The pupils of one file. Raises `Unreadable`."""
    root = read_xml(data)
    around = ROOTS.get(root.name.casefold())
    if around is None:
        raise Unreadable(say("{name} is no Common Transfer File.", name=name))
    header = root.find("Header")
    if header is not None:
        read_header(header, found)
    unread: dict[str, None] = {}
    for part in root.children:
        if part.name == "Header":
            note_unread(part, HEADER, unread, "Header/")
        elif part.name != around:
            unread[part.name] = None
    pupils = [pupil for data_ in root.all(around) for pupil in data_.all("Pupil")]
    for data_ in root.all(around):
        unread.update(dict.fromkeys(f"{around}/{each.name}" for each in data_.children if each.name != "Pupil"))
    if not pupils:
        raise Unreadable(say("{name} names no pupil.", name=name))
    for number, element in enumerate(pupils, 1):
        note_unread(element, READ, unread)
        read_pupil(element, number, Source(file, element.line), found)
    if unread:
        found.dropped[name] = unread


def read_header(header: Element, found: Found) -> None:
    """Who sent the file, to whom, and in which version."""
    version = header.said("CTFversion") or header.said("ATFversion")
    number = re.match(r"\d+", version)
    if number and int(number[0]) < OLDEST:
        sentence = say(
            "The file is of version {version}; Muster knows {oldest} and later.", version=version, oldest=OLDEST
        )
        found.note(sentence)
    elif not number:
        found.note(say("The file does not say of which version it is."))
    sent = {name: " ".join(filter(None, (header.said(name, "LEA"), header.said(name, "Estab")))) for name in
            ("SourceSchool", "DestSchool")}  # fmt: skip
    whom = header.said("SourceSchool", "SchoolName") or sent["SourceSchool"]
    if whom:
        sentence = say(
            "Sent by {whom} ({number}), to {to}.",
            whom=whom[:80],
            number=sent["SourceSchool"] or "–",
            to=sent["DestSchool"] or "–",
        )
        found.note(sentence)
    document = header.said("DocumentName")
    if document and document.casefold() != "common transfer file":
        found.note(say("It calls itself “{document}”.", document=document[:80]))
    if header.said("DocumentQualifier").casefold() == "partial":
        found.note(say("The file says that it holds part of the record only."))


def note_unread(element: Element, read: frozenset[str], unread: dict[str, None], before: str = "") -> None:
    """Name what stands below `element` and is not read, each by the shortest path under which nothing is."""
    for path in leaves(element):
        if path in read or (not before and path.startswith(f"{ASSESSMENT}/")):
            continue
        parts = path.split("/")
        shorter = ("/".join(parts[:length]) for length in range(1, len(parts)))
        short = next((one for one in shorter if not any(each.startswith(f"{one}/") for each in read)), path)
        unread[before + short] = None


def leaves(element: Element, before: str = "") -> Iterator[str]:
    """The path of everything below `element` that holds text or attributes, or nothing at all."""
    for child in element.children:
        path = f"{before}{child.name}"
        if child.text or child.attributes or not child.children:
            yield path
        yield from leaves(child, f"{path}/")


def along(element: Element, path: str) -> list[Element]:
    """Every element along `path`."""
    here = [element]
    for name in path.split("/"):
        here = [child for one in here for child in one.all(name)]
    return here


def text_at(element: Element, *paths: str) -> str:
    """The text of the first of `paths` that holds any."""
    return next((one.text for path in paths for one in along(element, path) if one.text), "")


def read_pupil(element: Element, number: int, source: Source, found: Found) -> None:
    """One child, with who is there for them and what they achieved."""
    said = {name: text_at(element, *paths) for name, paths in PUPIL.items()}
    upn = tidy(said["upn"])
    id_ = upn or said["reference"] or said["uln"] or f"{source.file} {number}".strip()
    name = f"{said['known_as'] or said['forename']} {said['surname']}".strip()
    if not (said["surname"] or said["forename"]):
        found.tell("no-name", say("This record names nobody."), source, id_=id_)
        return
    born = read_date(said["born"], Order.DAY_FIRST, today=found.today)
    if born.fault or born.could_be:
        stops, sentence = not found.without_dates, without_a_date(found.without_dates)
        detail = say("“{text}” is no date as this format writes it, 2010-01-31.", text=said["born"][:40])
        found.tell("no-date", sentence, source, id_=id_, name=name, stops=stops, detail=detail)
        if stops:
            return
    numbers = {
        "Former UPN": tidy(said["former_upn"]),
        "ULN": said["uln"],
        "UCI": said["uci"],
        "Application": said["reference"],
    }
    address = address_of(element.find("Address"))
    pupil = RosterPupil(
        id=id_,
        source=source,
        surname=said["surname"],
        forenames=said["forename"],
        middle_names=said["middle"],
        known_as=said["known_as"] if said["known_as"] != said["forename"] else "",
        born_on=None if born.could_be else born.value,
        upn=upn,
        identifiers={name: text for name, text in numbers.items() if text},
        year_group=said["year"],
        address=address,
        groups=groups_of(element, said, source, id_, name, found),
        gender=said["sex"],
        before=tuple(schools_before(element, source, id_, name, found)),
    )
    adults = list(guardians_of(element, pupil, found))
    results = list(results_of(element, pupil))
    found.pupils.setdefault(id_, []).append((pupil, adults, results))


def groups_of(
    element: Element, said: Mapping[str, str], source: Source, id_: str, name: str, found: Found
) -> dict[str, bool | None]:
    """Key groups by code, those that the file says something of."""
    groups: dict[str, bool | None] = {}
    group = GROUPS.get(said["sex"].casefold())
    if group:
        groups |= {each: each == group for each in ("girls", "boys")}
    if said["in_care"].casefold() in {"true", "1", "y", "false", "0", "n"}:
        groups["looked-after"] = said["in_care"].casefold() in {"true", "1", "y"}
    meals = [
        found.day(text, source, id_, name) if (text := one.said("FSMendDate")) else found.today
        for one in along(element, FREE_MEALS)
        if one.said("FSMstartDate") or one.said("FSMendDate")
    ]
    for one in along(element, FREE_MEALS):
        found.day(one.said("FSMstartDate"), source, id_, name)
    counted = found.today.replace(year=found.today.year - MEALS_COUNT_YEARS, day=min(found.today.day, 28))
    if any(end and end >= counted for end in meals) or groups.get("looked-after"):
        groups["pupil-premium"] = True
    needs = [
        (found.day(one.said("StartDate"), source, id_, name) or date.min, one.said("SENprovision").upper())
        for one in along(element, SEN)
        if one.said("SENprovision")
    ]
    if len(needs) > 1:
        found.note(say("Of the provision for special needs the latest counts; earlier ones are left out."))
    provision = max(needs, default=(date.min, ""))[1]
    if provision in SUPPORT | PLAN | NO_NEED:
        groups |= {"send-support": provision in SUPPORT, "ehcp": provision in PLAN}
    elif provision:
        sentence = say(
            "“{code}” is no provision for special needs that Muster knows, and is left out.", code=provision[:20]
        )
        found.tell("unknown-provision", sentence, source, id_=id_, name=name, stops=False)
    spoken = languages(element)
    if len(spoken) > 1:
        found.note(say("Of languages the first counts; others are left out."))
    language = next((code for kind, code in spoken if kind == "F"), spoken[0][1] if len(spoken) == 1 else "")
    if language:
        groups["eal"] = None if language in NOT_SAID else language not in ENGLISH
    return groups


def languages(element: Element) -> list[tuple[str, str]]:
    """The languages of a child: which one it is to them (F is the first), and its code."""
    spoken = [
        (one.said("LanguageType").upper(), one.said("Language").upper())
        for path in LANGUAGES
        for one in along(element, path)
    ]
    first = text_at(element, *FIRST_LANGUAGE).upper()
    return [*spoken, *([("F", first)] if first else [])]


def schools_before(element: Element, source: Source, id_: str, name: str, found: Found) -> Iterator[SchoolBefore]:
    """The schools a child was at, as they stand in the file."""
    for one in along(element, SCHOOL_BEFORE):
        number = one.said("LEA") + one.said("Estab")
        yield SchoolBefore(
            name=one.said("SchoolName") or number,
            number=number,
            from_=found.day(one.said("EntryDate"), source, id_, name),
            until=found.day(one.said("LeavingDate"), source, id_, name),
        )


def address_of(element: Element | None) -> str:
    """An address as lines."""
    if element is None:
        return ""
    parts = {path: text_at(element, path) for path in ADDRESS}
    # The number of a house stands before its street, in one line.
    street = " ".join(filter(None, (parts.pop("BS7666Address/PAON"), parts.pop("BS7666Address/Street"))))
    first, *others = parts.values()
    lines = dict.fromkeys(line for line in (first, street, *others) if line)
    return "\n".join(lines)


def guardians_of(element: Element, pupil: RosterPupil, found: Found) -> Iterator[RosterGuardian]:
    """Parents and carers, the first to ring first."""
    contacts = along(element, CONTACT)
    left_out = False
    for number, one in enumerate(sorted(contacts, key=order_of), 1):
        code = one.said("Relationship").upper()
        if code in PROFESSIONS:
            left_out = True
            continue
        phones = sorted(along(one, "Phones/Phone"), key=lambda phone: phone.said("TelephoneType").upper() != "M")
        as_pupil = one.said("AddressAsPupil").casefold() in {"true", "1", "y"}
        guardian = RosterGuardian(
            id=f"{pupil.id}/{number}",
            source=Source(pupil.source.file, one.line),
            name=" ".join(filter(None, (one.said("Forename"), one.said("Surname")))),
            relation=RELATIONS.get(code, one.said("Relationship")),
            email=one.said("Email"),
            telephone=", ".join(dict.fromkeys(text for phone in phones if (text := phone.said("PhoneNo")))),
            address=pupil.address if as_pupil else address_of(one.find("Address")),
            children=(pupil.id,),
        )
        if guardian.name or guardian.email or guardian.telephone:
            yield guardian
        else:
            sentence = say("A contact of this child has neither a name nor anything to reach them by, and is left out.")
            found.tell("empty-contact", sentence, pupil.source, id_=pupil.id, name=pupil.name, stops=False)
    if left_out:
        sentence = say(
            "Contacts of this child who are no parent or carer (doctor, social worker and the like) are left out."
        )
        found.tell("no-guardian", sentence, pupil.source, id_=pupil.id, name=pupil.name, stops=False)


def order_of(contact: Element) -> tuple[int, int]:
    """Whom to ring first: the order the file gives, else that of the file."""
    order = contact.said("Order")
    return (int(order) if order.isascii() and order.isdigit() and len(order) < 6 else 10**6), contact.line


def results_of(element: Element, pupil: RosterPupil) -> Iterator[dict[str, str]]:
    """Results as they came, in words and figures."""
    for stage in along(element, ASSESSMENT):
        others = (one for one in stage.children if one.name not in {"Stage", "StageAssessment"})
        beside = {one.name: text for one in others if (text := whole_text(one))}
        for one in stage.all("StageAssessment"):
            said = {RESULT.get(part.name, part.name): text for part in one.children if (text := whole_text(part))}
            # Whose it is comes last: no element of a file may say that.
            yield {"stage": stage.said("Stage"), **beside, **said, "pupil": pupil.id}


def whole_text(element: Element) -> str:
    """All that stands in an element, and below it."""
    parts: Sequence[str] = (element.text, *(whole_text(child) for child in element.children))
    return " ".join(filter(None, parts))
