"""Class lists brought in: the dry run is the plan, the run does just that, and it can be turned back."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from muster.exchange.importing import UnknownKind, run_import
from muster.exchange.rules.report import Effect, Report
from muster.people import doors
from muster.people.actions.changes import CannotUndo, undo
from muster.people.models import (
    ChangeSet,
    ClassMembership,
    Correction,
    Guardian,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
    YearPlacement,
)
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.exchange.real import CLASS_LISTS, NAUGHTY, needs
from tests.world import World, a_judgement

LIST = """Forename,Surname,Date of birth,Class,Year group,Parent 1 name,Parent 1 email,House
Dilys,Evans,05/02/2018,3 Hazel,3,Mair Evans,mair@home.example,Red
Emyr,Evans,2019-03-04,2 Ash,2,Mair Evans,mair@home.example,Blue
Amina,Ali,09/01/2018,4 Rowan,4,,,
"""


@pytest.fixture(autouse=True)
def purpose() -> object:
    with doors.purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        yield


def bring(world: World, file: Path, *, dry_run: bool = False, school: School | None = None) -> Report:
    return run_import(
        file, kind="classlist", school=school or world.ashgrove, by=world.office, at=world.now, dry_run=dry_run
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def everything(school: School) -> list[object]:
    """All that an import may touch, as values."""
    return [
        sorted(
            (row.pk, row.name, str(row.born_on), str(row.contacts), str(row.upn)) for row in Pupil.objects.at(school)
        ),
        sorted(ClassMembership.objects.at(school).values_list("pupil", "school_class", "starts_on", "ends_on")),
        sorted(YearPlacement.objects.at(school).values_list("pupil", "year_group")),
        sorted(SchoolClass.objects.at(school).values_list("name")),
        sorted(YearGroup.objects.at(school).values_list("name")),
    ]


def on_roll(world: World) -> list[str]:
    return sorted(pupil.name for pupil in Pupil.objects.at(world.ashgrove).on_roll(world.today))


def test_a_dry_run_writes_nothing_and_says_what_the_run_does(world: World, file: Path) -> None:
    before = (everything(world.ashgrove), HistoryEntry.objects.count())
    dry = bring(world, file, dry_run=True)
    assert (everything(world.ashgrove), HistoryEntry.objects.count()) == before
    wet = bring(world, file)
    assert [(row.number, row.effect, row.reasons) for row in dry.rows] == [
        (row.number, row.effect, row.reasons) for row in wet.rows
    ]
    assert (dry.effects, dry.counts, dry.notes) == (wet.effects, wet.counts, wet.notes)


def test_a_list_is_taken_in_with_classes_years_and_parents(world: World, file: Path) -> None:
    report = bring(world, file)
    assert (report.exit_code, report.effects["add"], report.effects["change"]) == (0, 2, 1)
    assert on_roll(world) == ["Amina Ali", "Ben Carter", "Dilys Evans", "Emyr Evans"]
    ash = SchoolClass.objects.get(name="2 Ash")
    assert (ash.year, ash.year_group) == (world.year, YearGroup.objects.get(name="Year 2"))
    assert list(YearGroup.objects.at(world.ashgrove).order_by("position").values_list("name", flat=True)) == [
        "Year 2",
        "Year 3",
        "Year 4",
    ]
    mair = [guardian for guardian in Guardian.objects.at(world.ashgrove) if guardian.name == "Mair Evans"]
    assert len(mair) == 1
    assert mair[0].guardianships.count() == 2
    dilys = next(pupil for pupil in Pupil.objects.at(world.ashgrove) if pupil.forenames == "Dilys")
    assert dilys.born_on == date(2018, 2, 5)


def test_a_pupil_we_have_is_moved_and_not_added_again(world: World, file: Path) -> None:
    bring(world, file)
    assert Pupil.objects.in_class(world.rowan, world.today).filter(pk=world.amina.pk).exists()
    assert not Pupil.objects.in_class(world.hazel, world.today).filter(pk=world.amina.pk).exists()
    assert YearPlacement.objects.get(pupil=world.amina, year=world.year).year_group == world.year_4


def test_unknown_columns_are_named_and_the_order_of_dates_is_said(world: World, file: Path) -> None:
    notes = bring(world, file, dry_run=True).notes
    assert "Not known, and left out: House." in notes
    assert "2 dates could be read either way and were read day first." in notes
    assert "Year 2 is new: the school had no such year group." in notes


def test_a_list_brought_again_changes_nothing(world: World, file: Path) -> None:
    bring(world, file)
    before = (everything(world.ashgrove), HistoryEntry.objects.count(), ChangeSet.objects.count())
    again = bring(world, file)
    assert {row.effect for row in again.rows} == {Effect.LEAVE}
    assert again.change_set == ""
    assert (everything(world.ashgrove), HistoryEntry.objects.count(), ChangeSet.objects.count()) == before


def test_an_import_is_one_change_set_and_one_entry_of_history(world: World, file: Path) -> None:
    before = (HistoryEntry.objects.count(), ChangeSet.objects.count())
    report = bring(world, file)
    assert (HistoryEntry.objects.count(), ChangeSet.objects.count()) == (before[0] + 1, before[1] + 1)
    assert ChangeSet.objects.get(uuid=report.change_set).finished_at == world.now


def test_an_import_is_turned_back_whole(world: World, file: Path) -> None:
    before = everything(world.ashgrove)[1:]
    people = on_roll(world)
    report = bring(world, file)
    undo(change_set=ChangeSet.objects.get(uuid=report.change_set), by=world.office, at=world.now)
    assert everything(world.ashgrove)[1:] == before
    assert on_roll(world) == people
    again = bring(world, file)
    assert (again.effects["add"], again.effects["change"]) == (2, 1)


def test_an_import_with_marks_on_it_stands(world: World, file: Path) -> None:
    report = bring(world, file)
    dilys = next(pupil for pupil in Pupil.objects.at(world.ashgrove) if pupil.forenames == "Dilys")
    a_judgement(world, pupil=dilys)
    with pytest.raises(CannotUndo):
        undo(change_set=ChangeSet.objects.get(uuid=report.change_set), by=world.office, at=world.now)


def test_a_corrected_name_is_kept_with_what_it_was(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Forename,Surname,Date of birth,UPN\nAmina,Ali,2018-01-09,A123456789012\n")
    bring(world, file)
    file.write_text("Forename,Surname,Date of birth,UPN\nAmina,Ali-Khan,2018-01-09,A123456789012\n")
    report = bring(world, file)
    amina = Pupil.objects.get(pk=world.amina.pk)
    assert (amina.surname, amina.upn) == ("Ali-Khan", "A123456789012")
    correction = Correction.objects.filter(pupil=amina, fact="surname").get()
    assert (correction.before, correction.after, correction.by) == ("Ali", "Ali-Khan", world.office)
    undo(change_set=ChangeSet.objects.get(uuid=report.change_set), by=world.office, at=world.now)
    assert Pupil.objects.get(pk=world.amina.pk).surname == "Ali"


def test_a_number_of_the_health_service_is_never_stored(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Forename,Surname,NHS number\nGwen,Price,9990000018\n")
    report = bring(world, file)
    assert "Never stored, and left out: NHS number." in report.notes
    gwen = next(pupil for pupil in Pupil.objects.at(world.ashgrove) if pupil.forenames == "Gwen")
    assert "999" not in f"{gwen.names}{gwen.identifiers}{gwen.contacts}{gwen.upn}"


def test_an_odd_upn_is_a_remark_and_no_lost_pupil(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Forename,Surname,DOB,UPN\nGwen,Price,2018-03-03,B123456789012\n")
    report = bring(world, file)
    assert report.exit_code == 0
    assert report.rows[0].reasons == ("The check letter of the UPN does not fit its figures; it is kept as it is.",)


def test_dates_that_contradict_each_other_are_asked_about(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Forename,Surname,DOB\nGwen,Price,12/25/2017\nGrace,Pugh,25/12/2017\nHywel,Rees,02/03/2018\nIfan,Tudor,2018-03-03\n"
    )
    report = bring(world, file, dry_run=True)
    assert [row.effect for row in report.rows] == [Effect.ADD, Effect.ADD, Effect.ASK, Effect.ADD]
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\x00\x01\x02\x03" * 50, "CSV", id="binary"),
        pytest.param(b"House,Colour\nRed,1\n", "No column of names was found", id="other columns"),
        pytest.param(b"Surname\n" + b"Ali\n" * 21_000, "21,000 rows; 20,000 is the most", id="21,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_writes_nothing(
    world: World, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    before = everything(world.ashgrove)
    report = bring(world, file)
    assert report.exit_code == 2
    assert sentence in report.unreadable
    assert report.as_text() == report.unreadable
    assert everything(world.ashgrove) == before


def test_a_file_that_is_not_there_says_so(world: World, tmp_path: Path) -> None:
    assert "cannot be opened" in bring(world, tmp_path / "nowhere.csv").unreadable


def test_a_kind_nobody_knows_is_refused(world: World, file: Path) -> None:
    with pytest.raises(UnknownKind):
        run_import(file, kind="timetable", school=world.ashgrove, by=world.office, at=world.now)


def test_formula_cells_keep_their_row_out(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Forename,Surname\n=SUM(A1),Price\nGwen,Price\n")
    report = bring(world, file)
    assert [row.effect for row in report.rows] == [Effect.REFUSE, Effect.ADD]
    assert report.exit_code == 1


def test_a_school_without_a_year_takes_pupils_without_classes(world: World, file: Path) -> None:
    from tests.world import a_school

    cedar = a_school(world)
    report = run_import(file, kind="classlist", school=cedar, by=None, at=world.now)
    assert report.exit_code == 0
    assert Pupil.objects.at(cedar).count() == 3
    assert not SchoolClass.objects.at(cedar).exists()
    assert any("no school year yet" in note for note in report.notes)


def test_the_report_is_text_for_people_and_json_for_scripts(world: World, file: Path) -> None:
    report = bring(world, file, dry_run=True)
    assert "Add 2, change 1, leave 0, refuse 0, ask about 0." in report.as_text()
    said = json.loads(report.as_json())
    assert said["effects"] == {"add": 2, "change": 1, "leave": 0, "refuse": 0, "ask": 0}
    assert [row["row"] for row in said["rows"]] == [2, 3, 4]


def test_a_list_for_one_school_is_not_seen_by_its_neighbour(world: World, file: Path) -> None:
    before = everything(world.birchwood)
    bring(world, file)
    assert everything(world.birchwood) == before


def test_a_list_takes_a_constant_number_of_statements(world: World, tmp_path: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(first: int, many: int) -> int:
        file = tmp_path / "list.csv"
        rows = (f"Pupil{n},Member{n},2018-01-01,3 Hazel" for n in range(first, first + many))
        file.write_text("Forename,Surname,DOB,Class\n" + "\n".join(rows))
        with CaptureQueriesContext(connection) as asked:
            bring(world, file)
        return len(asked)

    statements(0, 1)
    assert statements(100, 5) == statements(200, 120)


@needs(CLASS_LISTS)
@pytest.mark.parametrize(("name", "added"), [("valid", 4), ("valid_extra_fields", 3), ("valid_minimal", 1)])
def test_real_class_lists_load(world: World, name: str, added: int) -> None:
    report = bring(world, CLASS_LISTS / f"{name}.csv")
    assert (report.exit_code, report.effects["add"]) == (0, added)
    again = bring(world, CLASS_LISTS / f"{name}.csv")
    assert again.effects["leave"] == added
    jimmy = [pupil for pupil in Pupil.objects.at(world.ashgrove) if pupil.forenames == "Jimmy"]
    assert [pupil.born_on for pupil in jimmy] == [date(2010, 1, 2)] * len(jimmy)


@needs(NAUGHTY)
def test_names_of_every_kind_come_in_and_go_out_again(world: World, tmp_path: Path) -> None:
    from muster.exchange.rules.table import tidy

    names = [line for line in NAUGHTY.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    names = [name.replace("\r", "") for name in names]
    wanted = [tidy(name) for name in names if tidy(name) and len(tidy(name)) <= 200]
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["Forename", "Surname", "Date of birth"])
    for place, name in enumerate(wanted):
        sheet.writerow([name, f"Row{place}", "2018-01-01"])
    file = tmp_path / "names.csv"
    file.write_bytes(out.getvalue().encode())
    report = bring(world, file)
    assert report.effects["add"] == len(wanted) > 400
    held = {pupil.surname: pupil.forenames for pupil in Pupil.objects.at(world.ashgrove)}
    assert [held[f"Row{place}"] for place in range(len(wanted))] == wanted
    assert bring(world, file).effects["leave"] == len(wanted)
