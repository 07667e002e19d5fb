"""Frameworks as files: columns are found, stages read, and what is written reads back unchanged."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from muster.curriculum import actions
from muster.curriculum.models import Framework, Objective, Scale, Stage, Strand, Subject
from muster.curriculum.rules.outline import read_outline
from muster.curriculum.rules.pasting import wanted_from
from muster.exchange.frameworks.planning import plan_of
from muster.exchange.frameworks.read import detail_of, read_framework, stages_of
from muster.exchange.frameworks.write import written
from muster.exchange.importing import run_import
from muster.exchange.rules.report import Report
from muster.exchange.rules.table import Unreadable, tidy
from muster.exchange.tables import table_of
from muster.people.actions.changes import undo
from muster.people.models import ChangeSet
from tests.exchange.real import NATIONAL_CURRICULUM, needs
from tests.world import World, a_school

FILE = """Subject,Strand,Substrand,Stage,Code,Statement,Key,Notes
Ropes,Knots,Loops,Year 3;Year 4,K1,Ties a bowline,yes,With a cord of 8 mm
Ropes,Knots,Loops,Year 3,K2,"Ties a “figure of eight” at −5 °C",,
Ropes,Splices,,Year 4,,Makes an eye splice,no,
Ropes,,,4,,Coils a rope,,
"""


def bring(world: World, file: Path, *, dry_run: bool = False) -> Report:
    return run_import(file, kind="framework", school=world.ashgrove, by=world.head, at=world.now, dry_run=dry_run)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "our_ropes.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_file_becomes_a_framework_named_after_it(world: World, file: Path) -> None:
    report = bring(world, file)
    assert (report.exit_code, report.counts) == (
        0,
        {"objectives": 4, "changed": 0, "subjects": 1, "strands": 4, "stages": 2},
    )
    framework = Framework.objects.get(name="Our ropes")
    assert (framework.scale, framework.source) == (world.scale, "our_ropes.csv")
    rows = list(Objective.objects.filter(strand__subject__framework=framework).in_order())
    assert [row.code for row in rows] == ["K1", "K2", "S1", "R1"]
    assert rows[1].wording == "Ties a “figure of eight” at −5 °C"
    assert rows[0].detail == "With a cord of 8 mm"
    assert rows[0].is_key
    assert [stage.name for stage in rows[0].stages.order_by("position")] == ["Year 3", "Year 4"]
    assert rows[3].strand.name == "Ropes"
    assert [stage.name for stage in rows[3].stages.all()] == ["Year 4"]


def test_a_file_brought_again_changes_nothing(world: World, file: Path) -> None:
    bring(world, file)
    again = bring(world, file)
    assert again.effects == {"add": 0, "change": 0, "leave": 4, "refuse": 0, "ask": 0}
    assert Framework.objects.filter(source="our_ropes.csv").count() == 1


def test_a_newer_file_changes_what_differs_and_touches_nothing_else(world: World, file: Path) -> None:
    bring(world, file)
    file.write_text(FILE.replace("Ties a bowline", "Ties a bowline with one hand"), encoding="utf-8")
    report = bring(world, file)
    assert report.effects["change"] == 1
    assert Objective.objects.get(code="K1", strand__name="Loops").wording == "Ties a bowline with one hand"


def test_a_dry_run_writes_nothing(world: World, file: Path) -> None:
    before = (Framework.objects.count(), Objective.objects.count(), ChangeSet.objects.count())
    dry = bring(world, file, dry_run=True)
    assert (Framework.objects.count(), Objective.objects.count(), ChangeSet.objects.count()) == before
    wet = bring(world, file)
    assert (dry.rows, dry.counts, dry.notes) == (wet.rows, wet.counts, wet.notes)


@pytest.mark.parametrize("wording", ["@SUM(1)", "+1 or more", "- counts on", '="quoted"', '=HYPERLINK("https://x")'])
def test_no_cell_that_is_written_is_worked_out_by_a_spreadsheet(world: World, wording: str) -> None:
    actions.add_objective(strand=world.number, wording=wording, by=world.head, at=world.now)
    text = written(world.framework).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    (cell,) = [cell for cell in cells if wording.replace('"', '""') in cell]
    assert cell.startswith('="')
    assert cell.endswith('"')
    assert tidy(cell) == wording


def test_what_is_written_reads_back_unchanged(world: World, file: Path) -> None:
    bring(world, file)
    framework = Framework.objects.get(name="Our ropes")
    deep = "Sails\n  Rigging\n    Standing\n      Shrouds\n        Inner\n          Tightens a turnbuckle"
    plan = actions.plan_for(framework, wanted_from(read_outline(deep), stages=("Year 9",)))
    actions.fill_framework(framework=framework, plan=plan, by=world.head, at=world.now)
    text = written(framework)
    assert plan_of(text, framework=framework).plan.is_empty
    copy = actions.add_framework(
        school=world.birchwood, name="A copy", scale=world.birchwood_scale, by=None, at=world.now
    )
    actions.fill_framework(framework=copy, plan=plan_of(text, framework=copy).plan, by=None, at=world.now)
    assert written(copy) == text
    uuids = [
        set(Objective.objects.filter(strand__subject__framework=one).values_list("uuid", flat=True))
        for one in (framework, copy)
    ]
    assert uuids[0] == uuids[1]


def test_a_school_without_a_scale_is_given_one(world: World, file: Path) -> None:
    cedar = a_school(world)
    report = run_import(file, kind="objectives", school=cedar, by=None, at=world.now)
    assert report.exit_code == 0
    scale = Scale.objects.get(school=cedar)
    assert [step.word for step in scale.steps.order_by("position")] == ["Emerging", "Developing", "Secure"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("House,Colour\nRed,1", "No column of objectives was found", id="other columns"),
        pytest.param("Statement\nTies a bowline", "No column names the subject", id="no subject"),
    ],
)
def test_a_file_of_something_else_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_framework(table_of(text, most_rows=10))


def test_numbers_in_a_column_called_id_are_not_taken_for_names() -> None:
    read = read_framework(table_of("id,Subject,Statement\n1,Ropes,Ties a bowline\n2,Ropes,Ties a bend", most_rows=10))
    assert [one.identifier for one in read.wanted] == ["", ""]


def test_stages_are_read_from_a_cell_or_from_the_heading_of_a_progression() -> None:
    assert stages_of("", "Ropes Year Group 3 & 4 Knots") == ("Year 3 and 4",)
    assert stages_of("", "Ropes Key Stage 3 Knots") == ("Key Stage 3",)
    assert stages_of("Rainbow; 4 ;Year  5", "Ropes Key Stage 3") == ("Rainbow", "Year 4", "Year 5")
    assert stages_of("", "Ropes") == ()


def test_sub_statements_that_repeat_the_statement_are_left_out() -> None:
    assert detail_of("Ties a bowline. | Ties a bowline.", "Ties a bowline.") == ""
    assert (
        detail_of("With one hand. | Behind the back. | With one hand.", "Ties it.")
        == "With one hand.\nBehind the back."
    )


# -- the National Curriculum for England, from the file beside the checkout ------------------------------------------


@needs(NATIONAL_CURRICULUM)
def test_1365_rows_become_1204_objectives(world: World) -> None:
    report = bring(world, NATIONAL_CURRICULUM)
    assert report.exit_code == 0
    assert len(report.rows) == 1365
    assert report.counts["objectives"] == 1204
    framework = Framework.objects.get(source=NATIONAL_CURRICULUM.name)
    rows = Objective.objects.filter(strand__subject__framework=framework)
    assert rows.count() == 1204
    assert Subject.objects.filter(framework=framework).count() == 12
    stages = Stage.objects.filter(framework=framework).order_by("position")
    assert [stage.name for stage in stages] == [
        "Year 1", "Year 2", "Key Stage 1", "Year 3", "Year 4", "Year 3 and 4", "Year 5", "Year 6", "Year 5 and 6",
        "Key Stage 2", "Key Stage 3", "Key Stage 4",
    ]  # fmt: skip
    links = Counter(
        Objective.stages.through.objects.filter(stage__framework=framework).values_list("objective", flat=True)
    )
    assert len(links) == 1204
    assert sum(number > 1 for number in links.values()) == 25
    year_4 = Stage.objects.get(framework=framework, name="Year 3 and 4")
    assert set(year_4.year_groups.all()) == {world.year_3, world.year_4}


@needs(NATIONAL_CURRICULUM)
def test_its_letters_are_kept_as_they_are(world: World) -> None:
    bring(world, NATIONAL_CURRICULUM)
    text = NATIONAL_CURRICULUM.read_text(encoding="utf-8-sig")
    rows = Objective.objects.filter(strand__subject__framework__source=NATIONAL_CURRICULUM.name)
    said = "".join(rows.values_list("wording", flat=True))
    for letter in "’‘“”°−×÷–":
        assert (letter in said) == (letter in text)
    assert not rows.filter(wording__contains="\ufffd").exists()


@needs(NATIONAL_CURRICULUM)
def test_bringing_it_again_changes_nothing_and_undo_takes_it_out(world: World) -> None:
    report = bring(world, NATIONAL_CURRICULUM)
    assert bring(world, NATIONAL_CURRICULUM).effects["leave"] == 1365
    undo(change_set=ChangeSet.objects.get(uuid=report.change_set), by=world.head, at=world.now)
    live = Objective.objects.live().filter(strand__subject__framework__source=NATIONAL_CURRICULUM.name)
    assert not live.exists()
    assert bring(world, NATIONAL_CURRICULUM).effects["change"] == 1204
    assert live.count() == 1204
    assert not Strand.objects.filter(objectives__in=live, retired_at__isnull=False).exists()
