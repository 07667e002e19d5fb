"""Packages of people and classes are read whole, whatever their order and letters, and what is wrong is told row by row."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from muster.exchange.formats import Files, offered, recognised
from muster.exchange.rules.dates import Order
from muster.exchange.rules.roster import Of, Problem, Roster, Source
from muster.pages.rules.kinds import Unreadable
from tests.exchange.real import DATA, needs
from tests.exchange.rosters import (
    PACKAGES,
    Package,
    Rows,
    oneroster_11,
    oneroster_12,
    reading,
    sync_21,
    sync_uk,
    sync_us,
    written,
)

pytestmark = pytest.mark.pure
RECORDS = ("schools", "sessions", "classes", "pupils", "staff", "guardians", "memberships")
each_package = pytest.mark.parametrize(("format_", "made"), PACKAGES.values(), ids=PACKAGES)
Made = Callable[[], Package]


def read(files: Files, **more: Any) -> Roster:
    found = recognised(files)
    assert found is not None
    return found.read(files, reading(**more))


def bare(roster: Roster) -> dict[str, set[object]]:
    """What a roster says, wherever it stood in the files."""
    nowhere = Source()
    found: dict[str, set[object]] = {}
    for name in RECORDS:
        found[name] = {comparable(replace(one, source=nowhere)) for one in getattr(roster, name)}
    found["problems"] = {
        (one.cause, one.sentence, one.source.file, one.name, one.stops, one.of, one.id) for one in roster.problems
    }
    found["whole"] = set(roster.whole)
    found["dropped"] = {(file, frozenset(columns)) for file, columns in roster.dropped.items()}
    found["notes"] = set(roster.notes)
    return found


def comparable(record: Any) -> tuple[object, ...]:
    said = []
    for field in fields(record):
        value = getattr(record, field.name)
        said.append(tuple(sorted(value.items())) if isinstance(value, dict) else value)
    return tuple(said)


def causes(roster: Roster, *, stops: bool | None = None) -> list[tuple[str, str]]:
    """(cause, id) of every problem, in order."""
    return sorted((one.cause, one.id) for one in roster.problems if stops is None or one.stops is stops)


def changed(package: Package, file: str, row: int, **cells: str) -> Package:
    """The package with cells of one row changed, by heading; row 1 is the first under the headings."""
    headings = package[file][0]
    for heading, text in cells.items():
        package[file][row][headings.index(heading.replace("_", " "))] = text
    return package


# -- what is read ----------------------------------------------------------------------------------------------------


@each_package
def test_a_package_is_known_for_what_it_is(format_: str, made: Made) -> None:
    found = recognised(written(made()))
    assert found is offered[format_]
    assert all(len(line) == len(lines[0]) for lines in made().values() for line in lines)


def test_what_is_no_package_is_not_taken_for_one() -> None:
    assert recognised({"users.csv": b"Name,Password\nA,B\n"}) is None
    assert recognised({"Student.csv": b"Forename,Surname\nA,B\n"}) is None
    assert recognised({"photo.png": b"\x89PNG"}) is None


def test_everything_of_a_package_in_bulk_is_read() -> None:
    roster = read(written(oneroster_12()))
    assert roster.problems == (
        Problem(
            "switched-off",
            "The source has switched this person off. They are taken all the same: that is not leaving.",
            Source("users.csv", 6),
            "Lowri Penn",
            stops=False,
            id="s2",
        ),
    )
    assert roster.whole == set(Of)
    nadia, tomos, iris = roster.pupils
    assert (nadia.forenames, nadia.middle_names, nadia.surname, nadia.known_as) == ("Nadia", "Rose", "Lark", "Nadi")
    assert (nadia.born_on, nadia.upn, nadia.year_group) == (date(2018, 1, 9), "B801200005001", "3")
    assert nadia.identifiers == {"username": "nlark", "SIS": "77", "userMasterIdentifier": "m-1"}
    assert nadia.groups == {"girls": True, "boys": False}
    assert (nadia.schools, nadia.joined_on, nadia.left_on) == (("elm",), date(2024, 9, 2), None)
    # A number whose check letter fits is a UPN, whatever its column is called.
    assert (tomos.upn, tomos.schools) == ("A123456789012", ("elm", "ash"))
    assert (iris.gone, iris.left_on, iris.groups) == (True, date(2026, 1, 30), {})
    karim, lowri = roster.staff
    # A post that is over opens no school.
    assert (karim.email, karim.schools, karim.starts_on) == ("kfoss@elm.example", ("elm",), date(2020, 1, 1))
    assert (lowri.role, lowri.email) == ("aide", "lowri@elm.example")
    rosa, owen = roster.guardians
    assert (rosa.name, rosa.relation, rosa.children) == ("Rosa Lark", "Parent", ("p1",))
    assert (rosa.email, rosa.telephone) == ("rosa@home.example", "020 7946 0002, 07700 900001")
    assert (owen.relation, owen.children) == ("Guardian", ("p2",))
    fern, maths, moss = roster.classes
    assert (fern.kind, fern.room, fern.year_groups, fern.school) == ("registration", "Room 1", ("03",), "elm")
    # A department is no school: its classes are those of the school above it.
    assert (maths.school, maths.course, maths.subject, maths.year_groups) == ("elm", "Mathematics", "Maths", ("04",))
    assert (maths.sessions, maths.code, moss.gone) == (("t1", "y26"), "MA4", True)
    assert [(one.id, one.is_school) for one in roster.schools] == [
        ("trust", False),
        ("elm", True),
        ("ash", True),
        ("elm-ks2", False),
    ]
    seats = {(one.person, one.school_class, one.teaches, one.leads, one.gone) for one in roster.memberships}
    assert seats == {
        ("p1", "c1", False, False, False),
        ("p2", "c2", False, False, False),
        ("s1", "c1", True, True, False),
        ("s2", "c1", True, False, False),
        ("p3", "c3", False, False, True),
    }
    assert (roster.memberships[0].starts_on, roster.memberships[0].ends_on) == (date(2025, 9, 3), date(2026, 7, 21))
    assert "password" in roster.dropped["users.csv"]
    assert "white" in roster.dropped["demographics.csv"]


def test_a_package_of_1_1_says_the_same_with_fewer_files() -> None:
    roster = read(written(oneroster_11()))
    assert [(one.id, one.upn, one.schools, one.born_on) for one in roster.pupils] == [
        ("p1", "B801200005001", ("elm",), date(2018, 1, 9)),
        ("p2", "A123456789012", ("elm", "ash"), date(2016, 11, 30)),
        ("p3", "", ("ash",), date(2018, 5, 5)),
    ]
    assert roster.pupils[1].identifiers == {"username": "tpike", "SIS": "78"}
    assert [(one.id, one.relation, one.children) for one in roster.guardians] == [
        ("g1", "Parent", ("p1",)),
        ("g2", "Relative", ("p2",)),
    ]
    assert roster.whole == set(Of)
    assert "ext_secret" in roster.dropped["users.csv"]


def test_a_delta_claims_nothing_and_may_name_what_came_before() -> None:
    package = oneroster_12()
    for line in package["manifest.csv"]:
        line[1] = "delta" if line[1] == "bulk" else line[1]
    package["orgs.csv"] = package["orgs.csv"][:1]
    package["classes.csv"] = package["classes.csv"][:1]
    package["users.csv"] = package["users.csv"][:3]
    package["academicSessions.csv"] = package["academicSessions.csv"][:1]
    roster = read(written(package))
    assert roster.whole == frozenset()
    assert not [one for one in roster.problems if one.stops]
    assert len(roster.memberships) == 5
    assert [one.schools for one in roster.pupils] == [("elm",), ("elm", "ash")]


def test_without_a_manifest_nobody_is_taken_to_have_left() -> None:
    package = oneroster_11()
    del package["manifest.csv"]
    roster = read(written(package))
    assert roster.whole == frozenset()
    assert any("No manifest says" in note for note in roster.notes)
    # What is missing is still a mistake.
    changed(package, "enrollments.csv", 1, classSourcedId="c9")
    assert ("no-such-class", "p1") in causes(read(written(package)))


def test_a_file_that_the_manifest_promises_must_be_there() -> None:
    package = oneroster_12()
    del package["enrollments.csv"]
    with pytest.raises(Unreadable, match=r"promises files that are not here: enrollments\.csv"):
        read(written(package))


def test_a_file_that_the_manifest_calls_absent_ends_nobody() -> None:
    package = oneroster_12()
    next(line for line in package["manifest.csv"] if line[0] == "file.users")[1] = "absent"
    roster = read(written(package))
    assert not roster.whole & {Of.PUPIL, Of.STAFF, Of.GUARDIAN}
    assert any("users.csv" in note for note in roster.notes)


def test_the_later_data_sync_is_read_as_what_it_is() -> None:
    roster = read(written(sync_21()))
    assert roster.whole == {Of.SCHOOL, Of.CLASS, Of.PUPIL, Of.STAFF, Of.GUARDIAN, Of.MEMBERSHIP}
    assert [(one.id, one.year_group, one.joined_on, one.left_on) for one in roster.pupils] == [
        ("p1", "03", date(2024, 9, 2), None),
        ("p2", "04", None, date(2026, 7, 21)),
    ]
    assert [(one.children, one.relation, one.telephone) for one in roster.guardians] == [
        (("p1",), "Parent", "+442079460002")
    ]
    assert len(roster.memberships) == 3
    assert any("School Data Sync 2.1" in note for note in roster.notes)
    assert any("userFlags.csv" in note for note in roster.notes)


def test_data_sync_shows_by_its_own_dates_that_the_month_comes_first() -> None:
    roster = read(written(sync_us()))
    nadia, tomos, nobody = roster.pupils
    assert (nadia.born_on, tomos.born_on) == (date(2018, 1, 9), date(2016, 11, 30))
    assert (tomos.schools, nadia.schools) == (("10", "20"), ("10",))
    assert (nobody.forenames, nobody.surname, nobody.gone) == ("ihart", "", True)
    assert [(one.name, one.relation, one.children) for one in roster.guardians] == [
        ("Rosa Lark", "Parent", ("1",)),
        ("Owen Pike", "", ("2",)),
    ]
    assert (roster.sessions[0].first_day, roster.sessions[0].last_day) == (date(2025, 9, 1), date(2026, 8, 31))
    assert roster.schools[0].identifiers == {"School Number": "310", "NCES": "7"}
    assert [(one.title, one.email, one.role) for one in roster.staff] == [("Mr", "kfoss@elm.example", "Teacher")]
    assert "Password" in roster.dropped["Student.csv"]
    assert causes(roster) == [("only-a-username", "3")]
    assert roster.notes == ("3 dates could be read either way and were read month first.",)


def test_a_package_of_usernames_alone_is_taken_whole() -> None:
    roster = read(written(sync_uk()))
    assert [(one.forenames, one.surname) for one in roster.pupils] == [("nlark", ""), ("tpike", "")]
    assert {one.cause for one in roster.problems} == {"only-a-username"}
    assert not any(one.stops for one in roster.problems)
    assert roster.schools[0].identifiers == {"DfE": "3101234"}


# -- dates -----------------------------------------------------------------------------------------------------------


def births(*texts: str) -> Package:
    """A package of Data Sync whose only dates are these birth dates."""
    package = sync_us()
    for lines in (package["Section.csv"],):
        for line in lines[1:]:
            line[6] = line[7] = ""
    package["Student.csv"][3:] = []
    for number, text in enumerate(texts, 1):
        changed(package, "Student.csv", number, Birthdate=text)
    return package


def test_dates_that_could_be_two_are_asked_about() -> None:
    roster = read(written(births("1/9/2018", "3/4/2017")))
    assert set(causes(roster, stops=True)) == {
        ("date-order", "1"),
        ("date-order", "2"),
        # Their places and parents wait with them; the third child is not in this package at all.
        ("not-taken", "1"),
        ("not-taken", "2"),
        ("not-taken", "rosa@home.example"),
        ("not-taken", "owen@home.example"),
        ("no-such-person", "3"),
    }


def test_what_is_usual_decides_where_nobody_says_and_the_report_says_so() -> None:
    roster = read(written(births("1/9/2018", "3/4/2017")), usual=Order.DAY_FIRST)
    assert [one.born_on for one in roster.pupils] == [date(2018, 9, 1), date(2017, 4, 3)]
    assert roster.notes == ("2 dates could be read either way and were read day first.",)


def test_an_answer_holds_for_every_date() -> None:
    roster = read(written(births("1/9/2018", "13/4/2017")), order=Order.MONTH_FIRST)
    assert [one.born_on for one in roster.pupils] == [date(2018, 1, 9)]
    assert ("no-date", "2") in causes(roster, stops=True)


def test_a_column_in_both_orders_is_asked_about_whatever_is_usual() -> None:
    package = births("1/9/2018", "13/4/2017")
    package["Student.csv"].append([*package["Student.csv"][1]])
    changed(package, "Student.csv", 3, SIS_ID="4", Birthdate="4/13/2017")
    roster = read(written(package), usual=Order.DAY_FIRST)
    assert ("date-order", "1") in causes(roster, stops=True)
    assert [one.born_on for one in roster.pupils] == [date(2017, 4, 13), date(2017, 4, 13)]


def test_other_columns_show_the_order_of_one_that_does_not() -> None:
    package = births("1/9/2018", "3/4/2017")
    changed(package, "Section.csv", 1, Term_StartDate="31/8/2025")
    assert [one.born_on for one in read(written(package)).pupils] == [date(2018, 9, 1), date(2017, 4, 3)]


# -- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "file", "row", "cells", "said"),
    [
        pytest.param(oneroster_12, "enrollments.csv", 1, {"classSourcedId": "c9"}, ("no-such-class", "p1"), id="a class that is not there"),
        pytest.param(oneroster_12, "enrollments.csv", 1, {"userSourcedId": "p9"}, ("no-such-person", "p9"), id="a person who is not there"),
        pytest.param(oneroster_12, "enrollments.csv", 1, {"role": "wizard"}, ("unknown-role", "p1"), id="a role in class that is none"),
        pytest.param(oneroster_12, "enrollments.csv", 1, {"role": "teacher"}, ("another-role", "p1"), id="a pupil as teacher"),
        pytest.param(oneroster_12, "enrollments.csv", 1, {"sourcedId": "e2"}, ("same-id", "e2"), id="one id for two places"),
        pytest.param(oneroster_12, "enrollments.csv", 1, {"sourcedId": ""}, ("no-id", ""), id="a place without an id"),
        pytest.param(oneroster_12, "classes.csv", 1, {"schoolSourcedId": "oak"}, ("no-such-school", "c1"), id="a school that is not there"),
        pytest.param(oneroster_12, "classes.csv", 1, {"title": "", "classCode": ""}, ("class-without-name", "c1"), id="a class without a name"),
        pytest.param(oneroster_12, "users.csv", 1, {"givenName": "", "familyName": "", "username": ""}, ("no-name", "p1"), id="nobody"),
        pytest.param(oneroster_12, "users.csv", 1, {"sourcedId": "p2"}, ("same-id", "p2"), id="one id for two people"),
        pytest.param(oneroster_12, "users.csv", 1, {"sourcedId": ""}, ("no-id", ""), id="somebody without an id"),
        pytest.param(oneroster_12, "users.csv", 1, {"givenName": "=cmd|' /C calc'!A1"}, ("formula", ""), id="a formula"),
        pytest.param(oneroster_12, "demographics.csv", 1, {"birthDate": "31/02/2018"}, ("no-date", "p1"), id="a birth date that is none"),
        pytest.param(oneroster_12, "demographics.csv", 1, {"birthDate": "01/02/2018"}, ("date-order", "p1"), id="a birth date that could be two"),
        pytest.param(oneroster_12, "demographics.csv", 1, {"userSourcedId": "p9"}, ("no-such-person", "p9"), id="a birth date of nobody"),
        pytest.param(oneroster_12, "demographics.csv", 1, {"userSourcedId": "p2"}, ("same-id", "p2"), id="two birth dates of one child"),
        pytest.param(oneroster_12, "roles.csv", 1, {"userSourcedId": "p9"}, ("no-such-person", "p9"), id="a role of nobody"),
        pytest.param(sync_us, "Student.csv", 1, {"School SIS ID": "99"}, ("no-such-school", "1"), id="Data Sync: a school that is not there"),
        pytest.param(sync_us, "Student.csv", 1, {"First Name": "", "Last Name": "", "Username": ""}, ("no-name", "1"), id="Data Sync: nobody"),
        pytest.param(sync_us, "Student.csv", 1, {"Birthdate": "2/30/2018"}, ("no-date", "1"), id="Data Sync: a birth date that is none"),
        pytest.param(sync_us, "Student.csv", 1, {"SIS ID": "2"}, ("same-id", "2"), id="Data Sync: one id for two children"),
        pytest.param(sync_us, "StudentEnrollment.csv", 1, {"Section SIS ID": "999"}, ("no-such-class", "1"), id="Data Sync: a class that is not there"),
        pytest.param(sync_us, "StudentEnrollment.csv", 1, {"SIS ID": "999"}, ("no-such-person", "999"), id="Data Sync: a pupil who is not there"),
        pytest.param(sync_us, "TeacherRoster.csv", 1, {"SIS ID": "999"}, ("no-such-person", "999"), id="Data Sync: a teacher who is not there"),
        pytest.param(sync_us, "Guardianrelationship.csv", 1, {"SIS ID": "999"}, ("no-such-person", "rosa@home.example"), id="Data Sync: a parent of nobody"),
        pytest.param(sync_us, "Guardianrelationship.csv", 1, {"Role": "Doctor"}, ("no-guardian", "rosa@home.example"), id="Data Sync: no parent"),
        pytest.param(sync_us, "Guardianrelationship.csv", 1, {"Role": "Wizard"}, ("unknown-role", "rosa@home.example"), id="Data Sync: no role"),
        pytest.param(sync_us, "Section.csv", 1, {"Section Name": "", "Section Number": ""}, ("class-without-name", "101"), id="Data Sync: a class without a name"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_stopped_and_told_of_by_its_cause(
    made: Made, file: str, row: int, cells: dict[str, str], said: tuple[str, str]
) -> None:
    package = made()
    for heading, text in cells.items():
        package[file][row][package[file][0].index(heading)] = text
    roster = read(written(package))
    assert said in causes(roster, stops=True)
    place = Source(file, row + 1)
    assert any(one.cause == said[0] and one.source == place for one in roster.problems)
    assert not any(place == record.source for name in RECORDS for record in getattr(roster, name))


@pytest.mark.parametrize(
    ("file", "row", "cells", "cause"),
    [
        pytest.param("classes.csv", 1, {"termSourcedIds": "t9"}, "no-such-term", id="a term that is not there"),
        pytest.param("classes.csv", 1, {"courseSourcedId": "c9"}, "no-such-course", id="a course that is not there"),
        pytest.param("users.csv", 1, {"agentSourcedIds": "g9"}, "no-such-relative", id="a parent who is not there"),
        pytest.param("users.csv", 1, {"agentSourcedIds": "p2"}, "no-relative", id="a child as parent"),
        pytest.param("users.csv", 1, {"userIds": "77"}, "ids-unread", id="numbers without names"),
        pytest.param("users.csv", 1, {"userIds": "{NHS:9990000018}"}, "never-stored", id="a number of the health service"),
        pytest.param("users.csv", 1, {"givenName": "", "familyName": ""}, "only-a-username", id="a username alone"),
        pytest.param("users.csv", 1, {"status": "perhaps"}, "unknown-status", id="a status that is none"),
        pytest.param("roles.csv", 1, {"beginDate": "soon"}, "date-left-out", id="a date that is none"),
        pytest.param("roles.csv", 2, {"role": "ext:chess"}, "unknown-role", id="a role that is none"),
        pytest.param("roles.csv", 1, {"orgSourcedId": "oak"}, "no-such-school", id="a role at no school"),
        pytest.param("enrollments.csv", 1, {"endDate": "32/1/2026"}, "date-left-out", id="an end that is none"),
    ],
)  # fmt: skip
def test_what_is_worth_knowing_stops_nobody(file: str, row: int, cells: dict[str, str], cause: str) -> None:
    package = oneroster_12()
    changed(package, file, row, **cells)
    roster = read(written(package))
    assert cause in {one.cause for one in roster.problems if not one.stops}
    assert not any(one.stops for one in roster.problems)
    assert (len(roster.pupils), len(roster.memberships)) == (3, 5)


def test_somebody_of_no_role_that_is_known_is_stopped() -> None:
    package = changed(oneroster_12(), "roles.csv", 1, role="ext:mascot")
    package["enrollments.csv"] = [line for line in package["enrollments.csv"] if "p1" not in line]
    roster = read(written(package))
    assert causes(roster, stops=True) == [("no-role", "p1")]
    assert [one.id for one in roster.pupils] == ["p2", "p3"]


def test_a_row_written_twice_counts_once() -> None:
    package = oneroster_12()
    package["users.csv"].append([*package["users.csv"][1]])
    roster = read(written(package))
    assert len(roster.pupils) == 3
    assert ("twice", "p1") in causes(roster, stops=False)


def test_nobody_leaves_by_a_package_of_which_a_row_went_astray() -> None:
    package = oneroster_12()
    package["users.csv"][1][0] = ""
    roster = read(written(package))
    assert not roster.whole & {Of.PUPIL, Of.STAFF, Of.GUARDIAN, Of.MEMBERSHIP}
    assert Of.CLASS in roster.whole


def test_places_of_somebody_who_is_not_taken_are_told_of_as_theirs() -> None:
    package = changed(oneroster_12(), "demographics.csv", 1, birthDate="soon")
    roster = read(written(package))
    told = [(one.cause, one.of, one.id) for one in roster.problems if one.stops]
    assert told == [("no-date", Of.PUPIL, "p1"), ("not-taken", Of.MEMBERSHIP, "p1")]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        pytest.param({"users.csv": b'sourcedId,givenName\n1,"Nad'}, "cut short", id="cut in a quoted cell"),
        pytest.param({"users.csv": b"sourced"}, None, id="cut in the headings"),
        pytest.param({"users.csv": b"sourcedId\n" + bytes(range(256)) * 9}, "users.csv", id="bytes"),
        pytest.param({"users.csv": b"sourcedId\n\x81\x8d"}, "users.csv: The letters", id="letters of no alphabet"),
        pytest.param({"users.csv": b"sourcedId\n1", "sub/Users.csv": b"sourcedId\n1"}, "same file", id="a file twice"),
        pytest.param({"results.csv": b"sourcedId\n1"}, "none of the files", id="results alone"),
        pytest.param({"classes.csv": b"sourcedId,name\n1,A"}, "no heading title", id="a column that is missing"),
        pytest.param({"TeacherRoster.csv": b"Section ID,ID\n1,2"}, "needs teacher.csv", id="rows of a file that is not there"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(files: Files, sentence: str | None) -> None:
    if sentence is None:
        assert recognised(files) is None
        return
    with pytest.raises(Unreadable, match=sentence):
        read(files)


def test_a_file_that_ends_in_a_row_is_told_of_and_nobody_leaves_by_it() -> None:
    package = oneroster_12()
    files = dict(written(package))
    whole = files["users.csv"]
    files["users.csv"] = whole[: whole.rindex(b"Pike") - 4]
    roster = read(files)
    assert "cut-short" in {one.cause for one in roster.problems}
    assert not roster.whole & {Of.PUPIL, Of.STAFF, Of.GUARDIAN, Of.MEMBERSHIP}


# -- the same files, otherwise ---------------------------------------------------------------------------------------


@each_package
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(("end", "between"), [("\n", ","), ("\r\n", ";"), ("\r", ","), ("\n", "\t")])
def test_letters_ends_of_lines_and_separators_change_nothing(
    format_: str, made: Made, encoding: str, end: str, between: str
) -> None:
    package = made()
    for lines in package.values():
        lines[:] = [[cell.replace("Lark", "Lárk’s") for cell in line] for line in lines]
    assert bare(read(written(package, encoding=encoding, end=end, between=between))) == bare(read(written(package)))


@each_package
@given(some.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_rows_and_columns_in_any_order_say_the_same(format_: str, made: Made, chance: random.Random) -> None:
    package = made()
    mixed = {name: shuffled(lines, chance) for name, lines in package.items()}
    names = list(mixed)
    chance.shuffle(names)
    assert bare(read(written({name: mixed[name] for name in names}))) == bare(read(written(package)))


def shuffled(lines: Rows, chance: random.Random) -> Rows:
    headings, *others = lines
    order = list(range(len(headings)))
    chance.shuffle(order)
    chance.shuffle(others)
    return [[line[place] for place in order] for line in (headings, *others)]


def test_a_line_break_in_a_cell_is_part_of_the_cell() -> None:
    package = changed(oneroster_12(), "orgs.csv", 2, name="Elmfield\nPrimary, “the Elm”")
    assert [one.name for one in read(written(package)).schools][1] == "Elmfield\nPrimary, “the Elm”"


@each_package
def test_folders_and_capitals_in_names_of_files_change_nothing(format_: str, made: Made) -> None:
    files = written(made())
    moved = {f"Export\\2026/{name.upper()}": data for name, data in files.items()}
    one, other = read(files), read(moved)
    assert [each.id for each in one.pupils] == [each.id for each in other.pupils]
    assert (one.whole, len(one.memberships)) == (other.whole, len(other.memberships))


@each_package
def test_no_column_is_left_out_in_silence(format_: str, made: Made) -> None:
    """Every column either changes the roster when its cells change, or is named."""
    roster = read(written(made()))
    plain = bare(roster)
    silent = []
    for file, lines in made().items():
        for place, heading in enumerate(lines[0]):
            if heading in roster.dropped.get(file, ()) or any(file in note for note in roster.notes):
                continue
            tries = [(row, text) for row in range(1, len(lines)) for text in ("2011-11-11", "false", "")]
            if all(bare(read(with_cell(made(), file, row, place, text))) == plain for row, text in tries):
                silent.append(f"{file}: {heading}")
    assert not silent, f"These are neither used nor named: {silent}"


def with_cell(package: Package, file: str, row: int, place: int, text: str) -> Files:
    package[file][row][place] = text
    return written(package)


def rows_told_of(roster: Roster) -> set[Source]:
    records = (record.source for name in RECORDS for record in getattr(roster, name))
    return {*records, *(one.source for one in roster.problems)}


STAND_ALONE = {
    "orgs.csv", "classes.csv", "users.csv", "enrollments.csv", "School.csv", "Section.csv", "Student.csv", "Teacher.csv",
    "StudentEnrollment.csv", "TeacherRoster.csv", "User.csv",
}  # fmt: skip


@each_package
def test_every_row_is_a_record_or_told_of_wherever_the_file_ends(format_: str, made: Made) -> None:
    files = written(made())
    for name, data in files.items():
        for end in range(0, len(data), 29):
            cut = {**files, name: data[:end]}
            found = recognised(cut)
            if found is None:
                continue
            try:
                roster = found.read(cut, reading())
            except Unreadable:
                continue
            told = rows_told_of(roster)
            for file in STAND_ALONE & cut.keys():
                count = cut[file].count(b"\n") + bool(cut[file].rpartition(b"\n")[2].strip(b"\r"))
                missing = {Source(file, row) for row in range(2, count + 1)} - told
                # A child at two schools has two rows and is one record.
                missing -= {Source("Student.csv", 4)}
                assert not missing, (name, end)


# -- real files ------------------------------------------------------------------------------------------------------


def real(name: str) -> Files:
    return {file.name: file.read_bytes() for file in (DATA / "rosters" / name).iterdir()}


@needs(DATA / "rosters" / "sds_uk_25_users")
def test_a_real_package_of_data_sync_is_read_whole() -> None:
    roster = read(real("sds_uk_25_users"))
    assert (len(roster.schools), len(roster.pupils), len(roster.staff), len(roster.classes)) == (2, 22, 2, 28)
    assert len([one for one in roster.memberships if not one.teaches]) == 154
    assert len([one for one in roster.memberships if one.teaches]) == 4
    assert not roster.problems
    assert roster.pupils[0].born_on == date(2000, 4, 2)


@needs(DATA / "rosters" / "sds_uk_min_required")
def test_a_real_package_of_usernames_is_read_whole() -> None:
    roster = read(real("sds_uk_min_required"))
    assert (len(roster.schools), len(roster.pupils), len(roster.staff), len(roster.classes)) == (2, 22, 2, 28)
    assert not any(one.stops for one in roster.problems)


@needs(DATA / "rosters" / "oneroster_1p1")
def test_a_real_package_of_oneroster_1_1_is_read_whole() -> None:
    roster = read(real("oneroster_1p1"))
    assert (len(roster.schools), len(roster.pupils), len(roster.classes), len(roster.memberships)) == (2, 2, 3, 3)
    assert {one.cause for one in roster.problems} == {"no-such-term"}
    assert not any(one.stops for one in roster.problems)


@needs(DATA / "rosters" / "oneroster_1p2")
def test_a_real_package_of_oneroster_1_2_is_read_whole() -> None:
    roster = read(real("oneroster_1p2"))
    assert [one.name for one in roster.pupils] == ["Bruce Wayne"]
    assert (len(roster.schools), len(roster.classes), len(roster.memberships)) == (1, 1, 1)
    assert not roster.problems
    assert roster.whole == frozenset()
