"""CASE packages: what comes in goes out again with every identifier, text, order and link, and bad ones are told of by item."""

import json
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.urls import reverse

from muster.curriculum import actions
from muster.curriculum.models import Framework, Objective, Origin, Scale, Strand
from muster.exchange.case.read import read_package
from muster.exchange.case.write import package_of
from muster.exchange.importing import run_import
from muster.exchange.rules.report import Report
from muster.pages.rules.kinds import Unreadable
from muster.people.actions.changes import undo
from muster.people.models import ChangeSet
from tests.exchange.real import OBJECTIVES, needs
from tests.support.client import PageClient
from tests.world import World

SPACE = UUID("5f0c4a52-6d3b-4f3a-9d6e-0b1f0a6f3b11")


def named(name: str) -> str:
    return str(uuid5(SPACE, name))


def item(name: str, words: str, **more: Any) -> dict[str, Any]:
    address = f"https://case.example/ims/case/v1p1/CFItems/{named(name)}"
    return {
        "identifier": named(name),
        "uri": address,
        "fullStatement": words,
        "lastChangeDateTime": "2025-01-01T00:00:00Z",
        **more,
    }


def link(child: str, parent: str, kind: str = "isChildOf", **more: Any) -> dict[str, Any]:
    return {
        "identifier": named(f"{child} {kind} {parent}"),
        "uri": f"https://case.example/ims/case/v1p1/CFAssociations/{named(child + kind + parent)}",
        "associationType": kind,
        "originNodeURI": {"identifier": named(child), "title": child, "uri": "https://case.example/x"},
        "destinationNodeURI": {"identifier": named(parent), "title": parent, "uri": "https://case.example/y"},
        "lastChangeDateTime": "2025-01-01T00:00:00Z",
        **more,
    }


PACKAGE: dict[str, Any] = {
    "CFDocument": {
        "identifier": named("ropes"),
        "uri": "https://case.example/ims/case/v1p1/CFDocuments/ropes",
        "creator": "The rope makers",
        "title": "Ropes for all",
        "subject": ["Ropes"],
        "caseVersion": "1.1",
        "extensions": {"x-colour": "blue"},
        "lastChangeDateTime": "2025-01-01T00:00:00Z",
    },
    "CFItems": [
        item(
            "bowline", "Ties a bowline at −5 °C", humanCodingScheme="K.2", educationLevel=["03", "04"], notes="One hand"
        ),
        item("knots", "Knots", CFItemType="Domain", extensions={"x-icon": "knot"}),
        item("loops", "All the loops there are, and then some", abbreviatedStatement="Loops"),
        item("bend", "Ties a sheet bend", humanCodingScheme="K.1", unknown={"kept": [1, 2.5, None]}),
        item("coil", "Coils a rope"),
    ],
    "CFAssociations": [
        link("bowline", "loops", sequenceNumber=2),
        link("bend", "loops", sequenceNumber=1),
        link("loops", "knots"),
        link("knots", "ropes", sequenceNumber=1),
        link("coil", "ropes", sequenceNumber=2),
        link("bowline", "elsewhere", "exactMatchOf"),
        link("bowline", "bend", "precedes"),
    ],
    "CFRubrics": [
        {
            "identifier": named("rubric"),
            "title": "How well",
            "CFRubricCriteria": [
                {
                    "identifier": named("criterion"),
                    "CFRubricCriterionLevels": [
                        {"identifier": named("3"), "quality": "Exceeds", "position": 3},
                        {"identifier": named("1"), "quality": "Begins", "position": 1},
                        {"identifier": named("2"), "quality": "Meets", "position": 2},
                    ],
                }
            ],
        }
    ],
    "CFDefinitions": {"CFLicenses": [{"identifier": named("licence"), "title": "Free"}]},
}


def bring(world: World, file: Path, package: dict[str, Any], *, dry_run: bool = False) -> Report:
    file.write_text(json.dumps(package), encoding="utf-8")
    return run_import(file, kind="framework", school=world.ashgrove, by=world.head, at=world.now, dry_run=dry_run)


def out(world: World, framework: Framework) -> Any:
    return json.loads(package_of(framework, at=world.now + timedelta(days=1)))


def ropes() -> Framework:
    return Framework.objects.get(uuid=named("ropes"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "package.json"


def test_a_package_becomes_a_framework_nested_and_ordered_as_it_says(world: World, file: Path) -> None:
    report = bring(world, file, PACKAGE)
    assert (report.exit_code, report.effects["add"]) == (0, 3)
    framework = ropes()
    assert framework.name == "Ropes for all"
    rows = list(
        Objective.objects.filter(strand__subject__framework=framework).in_order().select_related("strand__parent")
    )
    assert [row.wording for row in rows] == ["Ties a sheet bend", "Ties a bowline at −5 °C", "Coils a rope"]
    assert [str(row.uuid) for row in rows] == [named("bend"), named("bowline"), named("coil")]
    assert (rows[1].code, rows[1].detail) == ("K.2", "One hand")
    assert [stage.name for stage in rows[1].stages.order_by("position")] == ["Grade 3", "Grade 4"]
    strand = rows[0].strand
    assert strand.parent is not None
    assert (strand.name, strand.parent.name, strand.subject.name) == ("Loops", "Knots", "Ropes")
    assert rows[2].strand.name == "Ropes"
    words = list(framework.scale.steps.order_by("position").values_list("word", "secure"))
    assert words == [("Begins", False), ("Meets", True), ("Exceeds", True)]


def test_what_came_in_goes_out_again_whole(world: World, file: Path) -> None:
    bring(world, file, PACKAGE)
    assert out(world, ropes()) == PACKAGE


def test_a_package_brought_again_changes_nothing(world: World, file: Path) -> None:
    bring(world, file, PACKAGE)
    acts = ChangeSet.objects.count()
    again = bring(world, file, PACKAGE)
    assert again.effects == {"add": 0, "change": 0, "leave": 3, "refuse": 0, "ask": 0}
    assert (ChangeSet.objects.count(), Origin.objects.count(), Scale.objects.filter(name="How well").count()) == (
        acts,
        1,
        1,
    )


def test_a_newer_package_changes_words_and_keeps_what_has_none(world: World, file: Path) -> None:
    bring(world, file, PACKAGE)
    newer = deepcopy(PACKAGE)
    newer["CFAssociations"].append(link("coil", "elsewhere", "isRelatedTo"))
    assert bring(world, file, newer).effects == {"add": 0, "change": 1, "leave": 3, "refuse": 0, "ask": 0}
    newer["CFItems"][4]["fullStatement"] = "Coils any rope"
    report = bring(world, file, newer)
    assert (report.effects["change"], report.effects["leave"]) == (1, 2)
    assert out(world, ropes()) == newer
    undo(change_set=ChangeSet.objects.get(uuid=report.change_set), by=world.head, at=world.now)
    newer["CFItems"][4]["fullStatement"] = "Coils a rope"
    assert out(world, ropes()) == newer


def test_a_dry_run_writes_nothing(world: World, file: Path) -> None:
    before = (Framework.objects.count(), Scale.objects.count(), Origin.objects.count())
    dry = bring(world, file, PACKAGE, dry_run=True)
    assert (Framework.objects.count(), Scale.objects.count(), Origin.objects.count()) == before
    wet = bring(world, file, PACKAGE)
    assert (dry.rows, dry.counts, dry.notes) == (wet.rows, wet.counts, wet.notes)


def test_objectives_are_known_without_being_told_and_planned_without_a_school(world: World, file: Path) -> None:
    file.write_text(json.dumps(PACKAGE))
    sheet = file.with_suffix(".csv")
    sheet.write_text("Subject,Strand,Statement\nRopes,Knots,Ties a bowline\n")
    before = Framework.objects.count()
    for path, many in ((file, 3), (sheet, 1)):
        report = run_import(path, school=None, by=None, at=world.now, dry_run=True)
        assert (report.kind, report.exit_code, report.effects["add"]) == ("framework", 0, many)
        assert run_import(path, school=None, by=None, at=world.now).exit_code == 2
    assert Framework.objects.count() == before
    assert run_import(file, school=world.ashgrove, by=world.head, at=world.now).exit_code == 0


def test_what_the_school_changed_is_written_into_the_package_and_nothing_else(world: World, file: Path) -> None:
    bring(world, file, PACKAGE)
    framework = ropes()
    by_wording = {row.wording: row for row in Objective.objects.filter(strand__subject__framework=framework)}
    loops = Strand.objects.get(name="Loops")
    actions.change_objective(
        objective=by_wording["Coils a rope"], wording="Coils a long rope", code="K.9", detail="", is_key=False,
        strand=by_wording["Coils a rope"].strand, stages=[], by=world.head, at=world.now,
    )  # fmt: skip
    actions.change_strand(strand=loops, name="Loops and eyes", by=world.head, at=world.now)
    actions.retire_objective(objective=by_wording["Ties a sheet bend"], by=world.head, at=world.now)
    new = actions.add_objective(strand=loops, wording="Splices an eye", by=world.head, at=world.now)
    written = out(world, framework)
    items = {one["identifier"]: one for one in written["CFItems"]}
    assert items[named("coil")]["fullStatement"] == "Coils a long rope"
    assert items[named("loops")]["fullStatement"] == "Loops and eyes"
    assert named("bend") not in items
    assert items[str(new.uuid)]["fullStatement"] == "Splices an eye"
    assert items[named("bowline")] == PACKAGE["CFItems"][0]
    stays = [one for one in PACKAGE["CFAssociations"] if named("bend") not in json.dumps(one)]
    assert written["CFAssociations"][: len(stays)] == stays
    (added,) = written["CFAssociations"][len(stays) :]
    assert (added["destinationNodeURI"]["identifier"], added["sequenceNumber"]) == (named("loops"), 3)
    assert {name: written[name] for name in ("CFRubrics", "CFDefinitions")} == {
        name: PACKAGE[name] for name in ("CFRubrics", "CFDefinitions")
    }
    again = bring(world, file, written)
    assert (again.effects["add"], again.effects["refuse"]) == (0, 0)


def test_a_framework_that_never_was_a_package_becomes_the_same_in_another_school(world: World, file: Path) -> None:
    actions.add_objective(strand=world.number, wording="Counts on", code="N9", by=world.head, at=world.now)
    package = out(world, world.framework)
    file.write_text(json.dumps(package))
    report = run_import(file, kind="framework", school=world.birchwood, by=None, at=world.now)
    assert report.exit_code == 0
    copy = Framework.objects.get(school=world.birchwood, uuid=world.framework.uuid)
    one, other = (
        sorted((row.path, row.wording, row.code, row.stages, row.uuid) for row in actions.known_objectives(each))
        for each in (world.framework, copy)
    )
    assert one == other
    assert [step.word for step in copy.scale.steps.order_by("position")] == [
        step.word for step in world.scale.steps.order_by("position")
    ]
    assert out(world, copy) == package


def without(package: dict[str, Any], part: str, number: int, name: str) -> dict[str, Any]:
    changed = deepcopy(package)
    changed[part][number].pop(name)
    return changed


def with_links(*links: dict[str, Any], less: int = 0) -> dict[str, Any]:
    changed = deepcopy(PACKAGE)
    changed["CFAssociations"] = [*changed["CFAssociations"][less:], *links]
    return changed


def twice() -> dict[str, Any]:
    changed = deepcopy(PACKAGE)
    changed["CFItems"].append(item("coil", "Coils it otherwise"))
    return changed


@pytest.mark.parametrize(
    ("package", "refused", "why"),
    [
        pytest.param(without(PACKAGE, "CFItems", 4, "fullStatement"), {5}, "says nothing", id="no statement"),
        pytest.param(without(PACKAGE, "CFItems", 4, "identifier"), {5}, "no identifier", id="no identifier"),
        pytest.param(twice(), {5, 6}, "same identifier", id="one identifier twice"),
        pytest.param(
            with_links(link("bowline", "gone"), less=1), {1}, "does not have", id="a parent that is not there"
        ),
        pytest.param(
            with_links(link("bowline", "bend"), link("bend", "bowline"), less=2), {1, 4}, "round some", id="a circle"
        ),
        pytest.param(with_links(link("bowline", "bowline"), less=1), {1}, "round some", id="in itself"),
    ],
)
def test_bad_items_are_refused_one_by_one_and_the_others_come_in(
    world: World, file: Path, package: dict[str, Any], refused: set[int], why: str
) -> None:
    report = bring(world, file, package)
    bad = [row for row in report.rows if row.effect == "refuse"]
    assert {row.number for row in bad} == refused
    assert all(why in row.reasons[0] for row in bad)
    assert report.exit_code == 1
    assert report.effects["add"] >= 1
    assert out(world, ropes()) == package


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("{", "damaged", id="cut short"),
        pytest.param("[" * 100_000, "damaged", id="deep"),
        pytest.param('{"a": 1}', "no CASE package", id="something else"),
        pytest.param("[{}]", "no CASE package", id="a list"),
        pytest.param('{"CFDocument": {"title": "x"}, "CFItems": []}', "does not say what it is", id="no identifier"),
        pytest.param('{"CFDocument": {"identifier": "1", "title": "x"}}', "nothing to be learnt", id="no items"),
        pytest.param(
            '{"CFDocument": {"identifier": "1", "title": "x"}, "CFItems": {}}', "no CASE", id="items of a kind"
        ),
        pytest.param('{"CFDocument": {"identifier": "1", "title": "\\ud800"}}', "damaged", id="half a letter"),
        pytest.param('{"CFDocument": {"identifier": "1", "title": NaN}}', "damaged", id="no number"),
        pytest.param(
            json.dumps({"CFDocument": {"identifier": "1", "title": "x"}, "CFItems": [{}] * 20_001}),
            "20,000",
            id="too many",
        ),
    ],
)
def test_json_that_is_no_package_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_package(text.encode())


@pytest.mark.parametrize("wrong", [None, 3, "x", [], {}, [None, 3, "x", [[]]], True])
@pytest.mark.parametrize("part", ["CFItems", "CFAssociations", "CFRubrics"])
def test_parts_of_another_kind_never_break_the_reader(part: str, wrong: Any) -> None:
    package = {**deepcopy(PACKAGE), part: wrong}
    try:
        assert read_package(json.dumps(package).encode())
    except Unreadable as refused:
        assert str(refused)  # noqa: PT017
    package = deepcopy(PACKAGE)
    for one in package[part]:
        one.update(dict.fromkeys(one, wrong))
    try:
        assert read_package(json.dumps(package).encode())
    except Unreadable as refused:
        assert str(refused)  # noqa: PT017


def test_the_page_of_a_framework_takes_a_package_and_gives_it_back(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    kwargs = {"school": "ashgrove", "framework_id": world.framework.pk}
    shown = client.post(reverse("exchange:framework_file", kwargs=kwargs), {"pasted": json.dumps(PACKAGE)})
    assert "Ties a sheet bend" in shown.content.decode()
    answer = client.get(reverse("exchange:framework_package", kwargs=kwargs))
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["CFDocument"]["identifier"] == str(world.framework.uuid)
    book = client.get(reverse("exchange:framework_workbook", kwargs=kwargs))
    assert book.content[:2] == b"PK"


# -- packages of others, from the files beside the checkout -----------------------------------------------------------

SMART = OBJECTIVES / "SmartLevelFramework.json"
SALT = OBJECTIVES / "spreadsheet_import_sample.xlsx"
SCHEMA = OBJECTIVES / "case-v1p0-cfpackage-schema.json"


@needs(SMART)
def test_a_package_of_opensalt_comes_in_and_goes_out_whole(world: World) -> None:
    report = run_import(SMART, kind="framework", school=world.ashgrove, by=world.head, at=world.now)
    assert (report.exit_code, report.effects["add"]) == (0, 12)
    framework = Framework.objects.get(source=SMART.name)
    assert out(world, framework) == json.loads(SMART.read_text())
    wordings = (
        Objective.objects.filter(strand__subject__framework=framework).in_order().values_list("wording", flat=True)
    )
    assert list(wordings) == [*(f"Item 1.{n}" for n in range(1, 11)), "Item 2.1", "Item 2.2"]
    assert (
        run_import(SMART, kind="framework", school=world.ashgrove, by=world.head, at=world.now).effects["leave"] == 12
    )


@needs(SALT)
def test_a_workbook_of_opensalt_is_a_package(world: World) -> None:
    report = run_import(SALT, kind="framework", school=world.ashgrove, by=world.head, at=world.now)
    assert (report.exit_code, report.effects["add"]) == (0, 2)
    framework = Framework.objects.get(name="SampleFramework")
    rows = Objective.objects.filter(strand__subject__framework=framework).in_order()
    assert [(row.code, row.wording, row.strand.name) for row in rows] == [
        ("S.1", "Statement 2", "Statement 1"),
        ("S.2.1", "Statement 4", "Statement 3"),
    ]
    written = out(world, framework)
    kinds = [one["associationType"] for one in written["CFAssociations"]]
    assert kinds.count("isChildOf") == 4
    assert "exactMatchOf" in kinds


@needs(SCHEMA)
def test_what_is_written_afresh_has_what_the_schema_requires(world: World) -> None:
    definitions = json.loads(SCHEMA.read_text())["definitions"]
    written = out(world, world.framework)
    for part, name in (
        ("CFItems", "CFPackageItem"),
        ("CFAssociations", "CFPackageAssociation"),
        ("CFRubrics", "CFRubric"),
    ):
        for one in written[part]:
            assert set(definitions[name]["required"]) <= one.keys() <= set(definitions[name]["properties"])
    document = definitions["CFPackageDocument"]
    assert set(document["required"]) <= written["CFDocument"].keys() <= set(document["properties"])
