"""Whoever is in a package and could not be taken has not left, whatever was wrong and whichever school they are at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from muster.exchange.formats import recognised
from muster.exchange.importing import notes_of
from muster.exchange.rules.known import HeldClass, HeldPupil, HeldSeat, HeldStaff, HeldYear, Known, nobody
from muster.exchange.rules.plan import Plan
from muster.exchange.rules.planning.whole import plan_roster
from muster.exchange.rules.report import Effect, Report
from muster.exchange.rules.roster import Of, Roster, RosterPupil, RosterStaff, Source
from muster.exchange.rules.schools import divided
from tests.exchange.rosters import TODAY, Package, oneroster_12, reading, sync_us, written

pytestmark = pytest.mark.pure

FERN = HeldClass(5, "3 Fern", 1)


def parts_of(package: Package) -> dict[str, Roster]:
    files = written(package)
    found = recognised(files)
    assert found is not None
    return {part.school.id if part.school else "": part.roster for part in divided(found.read(files, reading()))}


def plan(
    roster: Roster,
    *,
    remembered: dict[tuple[Of, str], int] | None = None,
    sourced: bool = True,
    answers: Mapping[str, str] | None = None,
) -> Plan:
    """What a roster does to a school that holds Nadia (1), Tomos (2), eighteen others whom it names too, and Karim.

    Nadia has the place in 3 Fern of that number, and Tomos one that the roster does not give him.
    """
    others = [HeldPupil(pk, f"Member{pk}", f"Pupil{pk}", born_on=date(2017, 1, pk)) for pk in range(3, 21)]
    pupils = (
        HeldPupil(1, "Lark", "Nadia", born_on=date(2018, 1, 9), seats=(HeldSeat(1, FERN.pk, date(2025, 9, 1)),)),
        HeldPupil(2, "Pike", "Tomos", born_on=date(2016, 11, 30), seats=(HeldSeat(2, FERN.pk, date(2025, 9, 1)),)),
        *others,
    )
    named = tuple(
        RosterPupil(f"o{one.pk}", Source("users.csv", 100 + one.pk), one.surname, one.forenames, born_on=one.born_on)
        for one in others
    )
    usual = {(Of.PUPIL, "p1"): 1, (Of.PUPIL, "p2"): 2, (Of.STAFF, "s1"): 1}
    known = replace(
        nobody(TODAY),
        pupils=pupils,
        classes=(FERN,),
        staff=(HeldStaff(1, "Karim Foss", "kfoss@elm.example"),),
        remembered=usual if remembered is None else remembered,
        sourced={Of.PUPIL: frozenset({1, 2} if sourced else {2}), Of.STAFF: frozenset({1})},
    )
    assert isinstance(known, Known)
    return plan_roster(replace(roster, pupils=(*roster.pupils, *named)), known, answers)


def without(package: Package, person: str) -> Package:
    return {
        name: lines if name == "manifest.csv" else [line for line in lines if person not in line]
        for name, lines in package.items()
    }


def gone(found: Plan) -> set[int]:
    return set(found.work.leave)


def test_whoever_is_missing_has_left() -> None:
    assert gone(plan(parts_of(without(oneroster_12(), "p1"))["elm"])) == {1}


@pytest.mark.parametrize(
    ("file", "row", "heading", "text"),
    [
        pytest.param("demographics.csv", 1, "birthDate", "31/02/2018", id="a birth date that is none"),
        pytest.param("demographics.csv", 1, "birthDate", "01/02/2018", id="a birth date that could be two"),
        pytest.param("users.csv", 2, "sourcedId", "p1", id="two with one id"),
        pytest.param("users.csv", 1, "givenName", "=1+1", id="a formula"),
        pytest.param("roles.csv", 1, "role", "ext:mascot", id="a role that is none"),
    ],
)
@pytest.mark.parametrize("school", ["elm", "ash"])
def test_whoever_is_there_and_not_taken_has_not(school: str, file: str, row: int, heading: str, text: str) -> None:
    package = oneroster_12()
    package[file][row][package[file][0].index(heading)] = text
    if file == "roles.csv":
        package["enrollments.csv"] = [line for line in package["enrollments.csv"] if "p1" not in line]
    found = plan(parts_of(package)[school])
    assert 1 not in gone(found)
    assert 1 not in found.work.unseat


@pytest.mark.parametrize(
    ("file", "named_by", "number"),
    [("Student.csv", "StudentEnrollment.csv", "2"), ("Teacher.csv", "TeacherRoster.csv", "91")],
)
def test_whoever_is_named_by_other_rows_and_has_none_of_their_own_has_not_left(
    file: str, named_by: str, number: str
) -> None:
    """A file that was cut short at the end of a line still names them in the next one."""
    tomos = HeldPupil(1, "Pike", "Tomos", born_on=date(2016, 11, 30))
    others = [HeldPupil(pk, f"Member{pk}", f"Pupil{pk}", born_on=date(2015, 1, 1)) for pk in range(2, 30)]
    known = replace(
        nobody(TODAY),
        pupils=(tomos, *others),
        staff=(HeldStaff(1, "Karim Foss", "kfoss@elm.example"),),
        remembered={(Of.PUPIL, "2"): 1, (Of.STAFF, "91"): 1},
        sourced={Of.PUPIL: frozenset({1}), Of.STAFF: frozenset({1})},
    )

    def left(package: Package) -> bool:
        work = plan_roster(parts_of(package)["10"], known, {"many-leave": "leave"}).work
        return 1 in (work.leave if file == "Student.csv" else work.staff_end)

    package = sync_us()
    package[file] = [line for line in package[file] if line[0] != number]
    assert not left(package)
    for each in (named_by, "Guardianrelationship.csv"):
        package[each] = [line for line in package[each] if number not in line]
    assert left(package)


def in_summer(*, placed: Mapping[int, int] | None = None) -> Known:
    """The tenth of July: the year was turned already, and Nadia goes from 3 Fern to 4 Elder."""
    this, following = (
        HeldYear(pk, f"{first}/{first + 1}", date(first, 9, 1), date(first + 1, 8, 31))
        for pk, first in ((1, 2025), (2, 2026))
    )
    seats = (HeldSeat(1, 5, this.first_day, this.last_day), HeldSeat(2, 6, following.first_day))
    nadia = HeldPupil(1, "Lark", "Nadia", born_on=date(2018, 1, 9), seats=seats, year_group=3, placed=placed or {2: 4})
    return replace(
        nobody(date(2026, 7, 10)),
        year=this,
        years=(this, following),
        pupils=(nadia,),
        classes=(FERN, HeldClass(8, "3 Elm", 1), HeldClass(6, "4 Elder", 2), HeldClass(7, "4 Beech", 2)),
        year_words={"year3": 3, "year4": 4},
        year_groups={3: "Year 3", 4: "Year 4"},
    )


def listed(class_name: str, year_group: str = "", **answers: str) -> Plan:
    nadia = RosterPupil(
        "2", Source(row=2), "Lark", "Nadia", born_on=date(2018, 1, 9), class_name=class_name, year_group=year_group
    )
    given = {key.replace("_", "-"): answer for key, answer in answers.items()}
    return plan_roster(Roster("classlist", pupils=(nadia,), lasting_ids=False), in_summer(), given)


def test_a_list_of_the_summer_is_asked_which_year_it_is_of() -> None:
    found = listed("4 Beech", "Year 4")
    assert found.work.is_empty
    assert [(line.effect, line.reasons[0].cause) for line in found.lines] == [(Effect.ASK, "which-year")]
    assert (
        found.lines[0].reasons[0].words == "The year 2025/2026 is nearly over. Is this a list of it, or of 2026/2027?"
    )
    work = listed("4 Beech", "Year 4", which_year="next").work
    assert dict(work.unseat) == {2: None}, "this year's place ends with the year, as it did"
    assert [(seat.school_class, seat.starts_on) for seat in work.seats] == [(7, date(2026, 9, 1))]
    assert dict(work.placed) == {}, "she is placed there already"
    assert listed("4 Elder", "Year 4", which_year="next").work.is_empty
    without_next = replace(in_summer(), years=in_summer().years[:1])
    roster = Roster("classlist", pupils=(RosterPupil("9", Source(row=9), "New", "Ada", class_name="3 Elm"),))
    assert plan_roster(roster, without_next).work.seats, "where no year follows there is nothing to ask"
    assert plan_roster(roster, replace(in_summer(), today=date(2026, 5, 1))).work.seats, "and in May neither"


def test_a_place_of_the_year_that_follows_outlives_a_list_of_this_one() -> None:
    """The year was turned in July already. What a list says of this year ends where the next one begins."""
    work = listed("3 Elm", which_year="this").work
    assert dict(work.unseat) == {1: date(2026, 7, 9)}
    assert [(seat.school_class, seat.starts_on, seat.ends_on) for seat in work.seats] == [
        (8, date(2026, 7, 10), date(2026, 8, 31))
    ]


@pytest.mark.parametrize(
    ("child", "is_remembered", "answers"),
    [
        pytest.param({"surname": "Vane", "born_on": date(2015, 5, 5)}, True, {}, id="her number, on another child"),
        pytest.param({"born_on": date(2027, 1, 9)}, True, {}, id="a birth date in the future"),
        pytest.param({"born_on": None, "middle_names": ""}, False, {}, id="no birth date"),
        pytest.param({"year_group": "Owls"}, False, {}, id="a year group that is none"),
        pytest.param(
            {"born_on": None, "middle_names": ""}, False, {"no-birth-date": "out"}, id="left out as somebody said"
        ),
    ],
)
def test_whoever_a_question_is_about_keeps_every_place(
    child: dict[str, Any], is_remembered: bool, answers: dict[str, str]
) -> None:
    roster = parts_of(oneroster_12())["elm"]
    nadia, *others = roster.pupils
    assert nadia.id == "p1"
    remembered = {(Of.PUPIL, "p1"): 1} if is_remembered else {}
    found = plan(replace(roster, pupils=(replace(nadia, **child), *others)), remembered=remembered, answers=answers)
    assert gone(found) == set()
    # Tomos, about whom there is no doubt, is in that class no more.
    assert set(found.work.unseat) == {2}


def test_a_stranger_who_is_not_taken_may_be_anybody_the_source_never_spoke_of() -> None:
    package = oneroster_12()
    package["demographics.csv"][1][2] = "31/02/2018"
    roster = parts_of(package)["elm"]
    assert gone(plan(roster, remembered={(Of.PUPIL, "p2"): 2}, sourced=False)) == set()
    nadia, *others = parts_of(oneroster_12())["elm"].pupils
    to_come = replace(roster, pupils=(replace(nadia, born_on=date(2027, 1, 9)), *others), problems=())
    assert gone(plan(to_come, remembered={(Of.PUPIL, "p2"): 2}, sourced=False)) == set()
    # Whom it spoke of before and does not any more has left all the same.
    roster = parts_of(without(package, "p2"))["elm"]
    assert gone(plan(roster, remembered={(Of.PUPIL, "p2"): 2}, sourced=False)) == {2}


def test_staff_who_are_there_and_not_taken_have_not_left() -> None:
    roster = parts_of(oneroster_12())["elm"]
    nameless = RosterStaff("s1", Source("users.csv", 5))
    assert 1 not in plan(replace(roster, staff=(nameless,))).work.staff_end
    assert 1 in plan(replace(roster, staff=())).work.staff_end


def test_a_child_is_found_by_the_number_they_had_before() -> None:
    held = HeldPupil(1, "Larkin", "Nadya", born_on=date(2016, 1, 9), upn="C80120000500A")
    child = RosterPupil(
        "B801200005001",
        Source(row=11),
        "Lark",
        "Nadia",
        born_on=date(2016, 1, 9),
        upn="B801200005001",
        identifiers={"Former UPN": "C80120000500A"},
    )
    found = plan_roster(Roster("ctf", pupils=(child,), lasting_ids=False), replace(nobody(TODAY), pupils=(held,)))
    assert not found.work.join
    assert found.work.change[1].facts["upn"] == "B801200005001"


def test_what_holds_for_every_school_is_said_once() -> None:
    one = Report("sds", "x", "Elm", True, notes=("Dates were read.", "New class: 3 Fern."))
    other = Report("sds", "x", "Ash", True, notes=("Dates were read.",))
    assert notes_of([one, other]) == ("Dates were read.", "Elm: New class: 3 Fern.")
