"""The given roster, spoiled in every way a file is spoiled on its road, brought into two schools that hold it already."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from muster.exchange.importing import run_import
from muster.exchange.rules.report import Effect, Report
from muster.people import doors
from muster.people.actions.pupils import leave
from muster.people.models import ClassMembership, Enrolment, Pupil, SchoolClass, Staff
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.exchange.real import DATA, needs
from tests.world import World

GIVEN = DATA / "rosters" / "sds_uk_25_users"
pytestmark = needs(GIVEN)
Files = dict[str, bytes]
HEARD = {Effect.REFUSE, Effect.ASK}


@pytest.fixture(autouse=True)
def purpose() -> Iterator[None]:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        yield


@pytest.fixture
def held(world: World) -> World:
    """Both schools of the package, which has come in once. Whoever was there before has left."""
    for pupil in Pupil.objects.filter(school__in=[world.ashgrove, world.birchwood]):
        leave(pupil=pupil, left_on=world.today - timedelta(days=1), by=None, at=world.now)
    for school, name in ((world.ashgrove, "Contoso High School"), (world.birchwood, "Fabrikam High School")):
        school.name = name
        school.save(update_fields=["name"])
    first = run_import(GIVEN, school=None, schools=[world.ashgrove, world.birchwood], by=None, at=world.now)
    assert first.change_set
    return world


def given() -> Files:
    return {file.name: file.read_bytes() for file in GIVEN.iterdir()}


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def brought(world: World, files: Files, folder: Path) -> Report:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return run_import(folder, school=None, schools=[world.ashgrove, world.birchwood], by=None, at=world.now)


def standing() -> tuple[object, ...]:
    """Everything a file could have changed of who is there."""
    return (
        sorted(Pupil.objects.values_list("pk", flat=True)),
        sorted(Enrolment.objects.filter(leaving__isnull=True).values_list("pupil", flat=True)),
        sorted(ClassMembership.objects.filter(ends_on__isnull=True).values_list("pupil", "school_class")),
        sorted(SchoolClass.objects.values_list("pk", "name")),
        sorted(Staff.objects.filter(left_at__isnull=True).values_list("pk", flat=True)),
        HistoryEntry.objects.filter(kind__startswith="file.").count(),
    )


def shuffled(data: bytes) -> bytes:
    headings, *rows = rows_of(data)
    order = list(range(len(headings)))
    random.Random(7).shuffle(rows)
    random.Random(8).shuffle(order)
    return written([[row[place] for place in order] for row in (headings, *rows)])


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data.decode().encode("utf-16"), id="as UTF-16"),
        pytest.param(lambda data: data.decode().encode("utf-8-sig"), id="with a mark in front"),
        pytest.param(lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), id="with other ends of lines"),
        pytest.param(lambda data: data.replace(b",", b";"), id="with semicolons"),
        pytest.param(shuffled, id="rows and columns shuffled"),
    ],
)
def test_written_another_way_it_says_the_same(held: World, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    before = standing()
    report = brought(held, {name: spoil(data) for name, data in given().items()}, tmp_path)
    assert (report.exit_code, report.change_set) == (0, "")
    assert standing() == before


@pytest.mark.parametrize(
    "name", ["Section.csv", "Student.csv", "StudentEnrollment.csv", "Teacher.csv", "TeacherRoster.csv"]
)
@pytest.mark.parametrize("where", ["in a row", "between two rows", "at the headings"])
def test_cut_short_it_ends_nobody(held: World, tmp_path: Path, name: str, where: str) -> None:
    """In a row it is told of by row; whole rows that are gone may be leavers, and so many are asked about first."""
    before = standing()
    files = given()
    rows = rows_of(files[name])
    match where:
        case "in a row":
            whole = written(rows)
            files[name] = whole[: len(whole) - len(written(rows[-1:])) // 2]
        case "between two rows":
            files[name] = written(rows[: len(rows) // 2])
        case "at the headings":
            files[name] = written(rows)[:9]
    report = brought(held, files, tmp_path)
    now = standing()
    assert now[0] == before[0]
    if where == "between two rows" and name != "Student.csv":
        # Nothing in it says that rows are missing: it is a roster in which some have left a class or the school.
        assert now[1] == before[1]
        return
    assert now[1:] == before[1:]
    assert report.exit_code == (2 if report.unreadable else 1)
    assert report.unreadable or any(row.effect in HEARD for row in report.rows)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        pytest.param("StudentEnrollment.csv", ["11001", "99999"], id="a pupil nobody knows"),
        pytest.param("StudentEnrollment.csv", ["99999", "13001"], id="a class nobody knows"),
        pytest.param("TeacherRoster.csv", ["11001", "99999"], id="a teacher nobody knows"),
        pytest.param("Student.csv", ["13099", "99999", "Ada", "Lark", "ALark", "x"], id="a school nobody knows"),
        pytest.param("Student.csv", ["", "10001", "Ada", "Lark", "ALark", "x"], id="no id"),
        pytest.param("Student.csv", ["13099", "10001", "", "", "", ""], id="no name"),
        pytest.param("Student.csv", ["13099", "10001", "Ada", "Lark", "A", "x", *[""] * 6, "soon", ""], id="no date"),
        pytest.param("Student.csv", ["13001", "10001", "Another", "Child", "AChild", "x"], id="an id twice"),
        pytest.param("Section.csv", ["11099", "10001", ""], id="a class without a name"),
        pytest.param("Student.csv", ["13099", "10001", *["x"] * 40], id="more cells than headings"),
        pytest.param("Student.csv", ["13099", "10001", "=1+1", "Lark", "ALark", "x"], id="a formula"),
    ],
)
def test_a_bad_row_is_told_of_and_nothing_of_it_is_written(
    held: World, tmp_path: Path, name: str, row: list[str]
) -> None:
    before = standing()
    files = given()
    rows = rows_of(files[name])
    files[name] = written([*rows, row + [""] * (len(rows[0]) - len(row))])
    report = brought(held, files, tmp_path)
    assert report.exit_code == 1
    assert any(each.effect in HEARD and each.file == name for each in report.rows)
    assert standing() == before
