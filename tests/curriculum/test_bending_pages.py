"""The pages on which a school changes its mind: objectives split and merged, scales, snapshots, summative lines, pace."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.curriculum import actions
from muster.curriculum.actions.bending import Part, begin, show
from muster.curriculum.carrying import Carriage, carriers
from muster.curriculum.kinds import Kind
from muster.curriculum.models import Framework, Objective, Pace, Scale, Snapshot, StepMapping, Subject
from muster.curriculum.rules.bending import Rule
from muster.curriculum.rules.snapshots import SnapshotDraft, Span, usual
from muster.curriculum.rules.workload import ClassLoad, SchoolLoad, Workload
from muster.curriculum.shown import frameworks_shown, strands_shown, subject_shown, subjects_shown
from muster.curriculum.workload import objectives_by_year_group, own_pace
from muster.exchange.frameworks.write import written
from muster.people.models import ChangeSet
from muster.privacy.models import HistoryEntry
from tests.support.client import PageClient
from tests.world import NOW, World, a_judgement, a_scale, enrol


@pytest.fixture
def teacher(world: World, client: PageClient) -> PageClient:
    client.force_login(world.okafor)
    return client


def about(objective: Objective, page: str = "about") -> str:
    return f"/ashgrove/frameworks/objectives/{objective.pk}/{page}/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def newest() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


# -- objectives ------------------------------------------------------------------------------------------------------


def test_an_objectives_page_says_what_rests_on_it(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="S")
    a_judgement(world, letter="D", at=NOW - timedelta(days=3))
    said = text(teacher.get(about(world.objectives[0])))
    assert "2 marks of 1 pupil" in said
    assert "Judged with Four steps" in said


def test_a_scale_of_twelve_steps_is_set_up_on_its_page(world: World, teacher: PageClient) -> None:
    """Beyond the ninth a step has its own letters alone, typed and ended with Enter."""
    rows = {f"step-{place}-{field}": value for place in range(12) for field, value in (
        ("word", f"Small step {place + 1}"), ("code", f"PK{place + 1}"),
    )}  # fmt: skip
    answer = teacher.post("/ashgrove/scales/new/", {"name": "Small steps", "rows": "12", **rows})
    assert answer.status_code == 302
    steps = Scale.objects.get(name="Small steps").steps.live().order_by("position")
    assert [step.digit for step in steps] == [*range(1, 10), None, None, None]
    assert [step.code for step in steps] == [f"PK{number}" for number in range(1, 13)]


def test_a_merge_under_way_says_how_far_it_is_to_whoever_waits_for_it(world: World, teacher: PageClient) -> None:
    where = "/ashgrove/frameworks/bends/progress/"
    assert teacher.get(where).json() == {"text": "", "percent": 0}
    for pupil in enrol(world, world.hazel, pupils=4):
        a_judgement(world, pupil=pupil, letter="S")
    old = world.objectives[:2]
    now = world.now
    bending = begin(kind=Kind.OBJECTIVES_MERGED, old=old, parts=[Part("Both")], by=world.okafor, at=now)
    carriage = Carriage(bending.change_set, bending.onto, Rule.LATEST, {}, world.scale.pk, now)
    (carrier,) = carriers()
    carrier.carry(carriage)
    assert teacher.get(where).json() == {"text": "4 of 4 marks carried over", "percent": 100}
    bending.change_set.summary["to_carry"] = 16_000
    bending.change_set.save(update_fields=["summary"])
    assert teacher.get(where).json() == {"text": "4 of 16,000 marks carried over", "percent": 0}
    teacher.force_login(world.head)
    assert teacher.get(where).json()["text"] == "", "somebody else waits for it"
    teacher.force_login(world.okafor)
    show(bending=bending, carriage=carriage, by=world.okafor, at=now)
    assert teacher.get(where).json()["text"] == ""


def test_objectives_are_merged_after_a_preview_that_counts(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="S", at=NOW - timedelta(days=9))
    a_judgement(world, objective=world.objectives[1], letter="B")
    where = about(world.objectives[0], "merging")
    form = {"with": [world.objectives[1].pk], "wording": "Counts and knows digits", "rule": "ask", "code": "C1"}
    preview = teacher.post(where, form)
    said = text(preview)
    assert "2 marks of 1 pupil" in said
    assert "1 pupil with marks that differ" in said
    assert "Amina Ali" in said
    assert Objective.objects.live().filter(strand=world.number).count() == 4
    refused = teacher.post(where, {**form, "do": "1"})
    assert refused.status_code == 422
    assert not Objective.objects.filter(code="C1").exists()
    done = teacher.post(where, {**form, "do": "1", f"answer-{world.amina.pk}": world.objectives[0].pk}, follow=True)
    made = Objective.objects.get(code="C1")
    assert "Merged. Every mark is kept." in text(done)
    assert "Came from" in text(done)
    assert made.judgements.get().step == world.steps["S"]


def test_names_are_only_for_who_may_see_the_marks(world: World, client: PageClient) -> None:
    for number, letter in ((0, "S"), (1, "B")):
        a_judgement(world, objective=world.objectives[number], letter=letter)
    client.force_login(world.reyes)
    form = {"with": [world.objectives[1].pk], "wording": "Both", "rule": "ask"}
    said = text(client.post(about(world.objectives[0], "merging"), form))
    assert "Amina" not in said
    assert "1 more whose marks you may not see. Choose another rule, or ask the head to do this." in said
    client.force_login(world.head)
    assert "Amina Ali" in text(client.post(about(world.objectives[0], "merging"), form))


def test_looking_at_marks_that_differ_is_written_down(world: World, teacher: PageClient) -> None:
    for number, letter in ((0, "S"), (1, "B")):
        a_judgement(world, objective=world.objectives[number], letter=letter)
    before = HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count()
    teacher.post(about(world.objectives[0], "merging"), {"with": [world.objectives[1].pk], "wording": "Both"})
    assert HistoryEntry.objects.filter(kind=HistoryEntry.Kind.LOOK).count() == before + 1


def test_a_merge_needs_another_one(world: World, teacher: PageClient) -> None:
    answer = teacher.post(about(world.objectives[0], "merging"), {"wording": "Alone", "do": "1"})
    assert answer.status_code == 422
    assert "Tick at least one other" in text(answer)


def test_an_objective_is_split_after_a_preview_and_taken_back_after_another(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="S")
    where = about(world.objectives[0], "splitting")
    assert teacher.get(where).status_code == 200
    form = {
        "parts": "3", "wording-0": "Counts in 4s", "wording-1": "Counts in 8s", "marks-0": "copy", "marks-1": "blank",
    }  # fmt: skip
    preview = text(teacher.post(where, form))
    assert "begins with the marks" in preview
    assert "begins blank" in preview
    assert "Then: 5 ×" in preview
    assert teacher.post(where, {**form, "more": "1"}).status_code == 200
    done = text(teacher.post(where, {**form, "do": "1"}, follow=True))
    assert "Split. Every mark is kept." in done
    assert "Became" in done
    change_set = newest()
    part = Objective.objects.get(wording="Counts in 4s")
    a_judgement(world, objective=part, letter="G", at=NOW + timedelta(seconds=1))
    undo = f"/ashgrove/frameworks/bends/{change_set.pk}/"
    assert "1 mark of 1 pupil was made since." in text(teacher.get(undo))
    teacher.post(f"/ashgrove/changes/{change_set.pk}/undo/", follow=True)
    assert Objective.objects.live().filter(pk=world.objectives[0].pk).exists()
    assert "It cannot be undone any more." in text(teacher.get(undo))


@pytest.mark.parametrize(
    "parts", [{}, {"parts": "2", "wording-0": "One"}, {"parts": "2", "code-0": "A", "code-1": "B"}]
)
def test_a_split_without_two_parts_is_sent_back(world: World, teacher: PageClient, parts: dict[str, str]) -> None:
    assert teacher.post(about(world.objectives[0], "splitting"), parts).status_code == 422
    assert teacher.post(about(world.objectives[0], "splitting"), {**parts, "do": "1"}).status_code == 422
    assert Objective.objects.live().filter(strand=world.number).count() == 4


@pytest.mark.parametrize(
    "where",
    [
        lambda world: f"objectives/{world.objectives[0].pk}/retirement/",
        lambda world: f"strands/{world.number.pk}/retirement/",
        lambda world: f"subjects/{world.maths.pk}/retirement/",
        lambda world: f"{world.framework.pk}/retirement/",
    ],
    ids=["objective", "strand", "subject", "framework"],
)
def test_retiring_shows_first_what_rests_on_it(
    world: World, teacher: PageClient, where: Callable[[World], str]
) -> None:
    a_judgement(world, letter="S")
    address = f"/ashgrove/frameworks/{where(world)}"
    assert "1 mark of 1 pupil" in text(teacher.get(address))
    assert Objective.objects.live().filter(pk=world.objectives[0].pk).exists()
    teacher.post(address)
    assert newest().kind.endswith("retired")


# -- scales ----------------------------------------------------------------------------------------------------------


def scale_form(scale: Scale, *, without: str = "", renamed: dict[str, str] | None = None) -> dict[str, Any]:
    form: dict[str, Any] = {"name": scale.name, "rows": "5"}
    for place, step in enumerate(scale.steps.live().order_by("position")):
        gone = step.code == without
        form |= {
            f"step-{place}-pk": step.pk,
            f"step-{place}-word": "" if gone else (renamed or {}).get(step.code, step.word),
            f"step-{place}-code": "" if gone else step.code,
            f"step-{place}-digit": "" if gone else step.digit,
            f"step-{place}-fill": step.fill,
            f"step-{place}-place": step.place,
            **({f"step-{place}-secure": "on"} if step.secure else {}),
        }
    return form


def test_a_step_with_marks_goes_only_by_way_of_a_table(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="D")
    where = f"/ashgrove/scales/{world.scale.pk}/"
    form = scale_form(world.scale, without="D", renamed={"S": "Safe in it"})
    preview = text(teacher.post(where, form))
    assert "goes. Marks on it are read as" in preview
    assert "is called Safe in it from now on" in preview
    assert "1 mark of 1 pupil" in preview
    assert "judgements a year in the whole school" in preview
    assert teacher.post(where, {**form, "shown": "1"}).status_code == 422
    assert world.scale.steps.live().count() == 4
    done = teacher.post(where, {**form, "shown": "1", f"read-{world.steps['D'].pk}": "0"})
    assert done.status_code == 302
    mapping = StepMapping.objects.get()
    assert (mapping.old, mapping.new) == (world.steps["D"], world.steps["B"])


def test_a_scale_without_marks_is_saved_at_once(world: World, teacher: PageClient) -> None:
    answer = teacher.post(f"/ashgrove/scales/{world.scale.pk}/", scale_form(world.scale, without="D"))
    assert answer.status_code == 302


def test_a_subject_goes_over_to_another_scale(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="D")
    other = a_scale(world.ashgrove, name="Other words")
    where = f"/ashgrove/frameworks/subjects/{world.maths.pk}/scale/"
    assert teacher.get(where).status_code == 200
    shown = text(teacher.get(where, {"scale": other.pk}))
    assert "1 mark keeps the word it was made with" in shown
    assert teacher.post(where, {"scale": other.pk, f"read-{world.steps['D'].pk}": ""}).status_code == 422
    to = {step.code: step.pk for step in other.steps.all()}
    answers = {f"read-{step.pk}": to[code] for code, step in world.steps.items()}
    assert teacher.post(where, {"scale": other.pk, **answers}).status_code == 302
    world.maths.refresh_from_db()
    assert world.maths.scale == other
    assert teacher.post(where, {"scale": "above", **{f"read-{pk}": "own" for pk in to.values()}}).status_code == 302
    world.maths.refresh_from_db()
    assert world.maths.scale is None


def test_a_framework_with_marks_is_asked_how_they_are_read(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="D")
    other = a_scale(world.ashgrove, name="Other words")
    answer = teacher.post(
        f"/ashgrove/frameworks/{world.framework.pk}/details/", {"name": "New name", "scale": other.pk}
    )
    assert answer.headers["Location"].endswith(f"/frameworks/{world.framework.pk}/scale/?scale={other.pk}")
    world.framework.refresh_from_db()
    assert (world.framework.name, world.framework.scale) == ("New name", world.scale)


# -- snapshots -------------------------------------------------------------------------------------------------------


@pytest.mark.pure
def test_three_snapshots_a_year_are_offered() -> None:
    year = Span("2025/26", date(2025, 9, 1), date(2026, 8, 31))
    terms = [Span(name, date(2025, 9, 1), last) for name, last in (("B", date(2026, 3, 27)), ("A", date(2025, 12, 19)))]
    assert usual(year, [*terms, Span("C", date(2026, 4, 13), date(2026, 7, 21))]) == [
        SnapshotDraft("A", date(2025, 12, 19)),
        SnapshotDraft("B", date(2026, 3, 27)),
        SnapshotDraft("C", date(2026, 7, 21)),
    ]
    thirds = usual(year, terms)
    assert [draft.name for draft in thirds] == ["1", "2", "3"]
    assert thirds[-1].on == year.last


def test_a_school_begins_with_three_and_makes_them_its_own(world: World, teacher: PageClient) -> None:
    a_judgement(world, letter="S")
    where = "/ashgrove/snapshots/"
    assert "Autumn, 19 December 2025" in text(teacher.get(where))
    teacher.post(f"{where}usual/", {"year": world.year.pk})
    assert [row.name for row in Snapshot.objects.live().order_by("on")] == ["Autumn", "Spring", "Summer"]
    teacher.post(f"{where}usual/", {"year": world.year.pk})
    assert Snapshot.objects.count() == 3
    autumn = Snapshot.objects.get(name="Autumn")
    assert teacher.post(f"{where}{autumn.pk}/", {"name": "Start", "on": "2025-10-01"}).status_code == 302
    assert teacher.post(where, {"name": "Drop 4", "on": "2026-05-01"}).status_code == 302
    teacher.post(f"{where}{autumn.pk}/retirement/")
    assert [row.name for row in Snapshot.objects.live().order_by("on")] == ["Spring", "Drop 4", "Summer"]
    teacher.post(f"/ashgrove/changes/{newest().pk}/undo/")
    autumn.refresh_from_db()
    assert (autumn.name, autumn.on, autumn.retired_at) == ("Start", date(2025, 10, 1), None)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        pytest.param({"name": "", "on": "2026-05-01"}, "This field is required", id="no name"),
        pytest.param({"name": "X", "on": "2031-05-01"}, "Choose a day of the year", id="another year"),
        pytest.param({"name": "X", "on": "nonsense"}, "Enter a valid date", id="no date"),
    ],
)
def test_a_snapshot_that_cannot_be_says_why(
    world: World, teacher: PageClient, form: dict[str, str], sentence: str
) -> None:
    assert sentence in text(teacher.post("/ashgrove/snapshots/", form))
    assert not Snapshot.objects.exists()


# -- summative lines -------------------------------------------------------------------------------------------------


def test_a_line_is_added_renamed_and_retired(world: World, teacher: PageClient) -> None:
    where = f"/ashgrove/frameworks/subjects/{world.maths.pk}/summing-up/"
    other = a_scale(world.ashgrove, name="Attainment words")
    assert teacher.get(where).status_code == 200
    assert teacher.post(where, {"name": "Attainment", "scale": other.pk}).status_code == 302
    line = Objective.objects.get(sums_up=True)
    assert (line.wording, line.scale) == ("Attainment", other)
    assert "already has a line called" in text(teacher.post(where, {"name": "attainment"}))
    page = f"/ashgrove/frameworks/summative-lines/{line.pk}/"
    assert teacher.get(page).status_code == 200
    assert teacher.post(page, {"name": "Where they are"}).status_code == 302
    teacher.post(f"{page}retirement/")
    line.refresh_from_db()
    assert line.wording == "Where they are"
    assert line.retired_at is not None


LISTINGS: dict[str, Callable[[World], object]] = {
    "the page of a subject": lambda world: subject_shown(world.maths, stage=None).total,
    "the strands": lambda world: [row.name for row in strands_shown(world.maths)],
    "the subjects of a framework": lambda world: [row.objectives for row in subjects_shown(world.framework)],
    "the frameworks": lambda world: [row.objectives for row in frameworks_shown(world.ashgrove)],
    "what a file is compared with": lambda world: len(actions.known_objectives(world.framework)),
    "the file": lambda world: written(world.framework),
    "the workload": lambda world: objectives_by_year_group(world.ashgrove),
}


@pytest.mark.parametrize("listing", LISTINGS)
def test_no_list_of_what_is_to_be_learnt_has_a_line(world: World, listing: str) -> None:
    before = LISTINGS[listing](world)
    line = actions.add_summative_line(subject=world.maths, name="Attainment", by=world.okafor, at=world.now)
    line.stages.add(world.lower_juniors)
    assert LISTINGS[listing](world) == before


def test_a_line_cannot_be_split_or_merged(world: World, teacher: PageClient) -> None:
    line = actions.add_summative_line(subject=world.maths, name="Attainment", by=world.okafor, at=world.now)
    for page in ("splitting", "merging"):
        assert teacher.get(about(line, page)).status_code == 404


# -- workload --------------------------------------------------------------------------------------------------------


@pytest.mark.pure
def test_the_check_values_of_the_workload() -> None:
    one = Workload(objectives=48, pupils=30, rounds=6)
    assert (one.judgements, one.hours) == (8_640, 7.2)
    school = SchoolLoad(tuple(ClassLoad(subject, 50, 30) for subject in ("A", "B", "C")), rounds=6)
    assert school.judgements == 27_000
    assert school.hours == 22.5
    assert one.working == "8,640 × 3 s ÷ 3,600 = 7.2 hours"


def test_the_workload_is_by_class_and_counts_the_schools_own_snapshots(world: World, teacher: PageClient) -> None:
    actions.add_snapshots(
        year=world.year, drafts=actions.usual_snapshots(world.year)[:2], by=world.okafor, at=world.now
    )
    said = text(teacher.get("/ashgrove/workload/"))
    assert "3 Hazel 4 × 1 pupils × 2 = 8" in said
    assert "Reyes" not in said


def test_lines_of_the_summative_sheet_are_in_the_workload_once(world: World, teacher: PageClient) -> None:
    line = actions.add_summative_line(subject=world.maths, name="Attainment", by=world.okafor, at=world.now)
    assert "3 Hazel 5 × 1 pupils × 3 = 15" in text(teacher.get("/ashgrove/workload/"))
    line.stages.add(world.lower_juniors)
    assert "3 Hazel 5 × 1 pupils × 3 = 15" in text(teacher.get("/ashgrove/workload/"))
    actions.retire_summative_line(line=line, by=world.okafor, at=world.now)
    assert "3 Hazel 4 × 1 pupils × 3 = 12" in text(teacher.get("/ashgrove/workload/"))


def a_snapshot(world: World) -> Snapshot:
    drafts = actions.usual_snapshots(world.year)
    return actions.add_snapshots(year=world.year, drafts=drafts, by=world.okafor, at=world.now)[0]


SET_UP: dict[str, Callable[[World], str]] = {
    "a scale": lambda world: f"scales/{world.scale.pk}/",
    "a new scale": lambda _world: "scales/new/",
    "the scale of a subject": lambda world: f"frameworks/subjects/{world.maths.pk}/scale/",
    "stages": lambda world: f"frameworks/{world.framework.pk}/stages/",
    "a framework": lambda world: f"frameworks/{world.framework.pk}/",
    "a text": lambda _world: "frameworks/text/",
    "summing up": lambda world: f"frameworks/subjects/{world.maths.pk}/summing-up/",
    "a snapshot": lambda world: f"snapshots/{a_snapshot(world).pk}/",
}
"""Pages where objectives, points or scales are set up."""


@pytest.mark.parametrize("page", SET_UP)
def test_every_page_where_they_are_set_up_says_what_it_asks_of_the_school(
    world: World, teacher: PageClient, page: str
) -> None:
    answer = teacher.get(f"/ashgrove/{SET_UP[page](world)}")
    assert answer.status_code == 200
    assert "judgements a year in the whole school" in text(answer)


def test_the_pace_is_the_schools_own_and_can_be_undone(world: World, teacher: PageClient) -> None:
    assert teacher.post("/ashgrove/workload/", {"seconds": "2.5"}).status_code == 302
    assert Pace.objects.get().seconds == Decimal("2.5")
    teacher.post(f"/ashgrove/changes/{newest().pk}/undo/")
    assert Pace.objects.get().seconds == 3
    for wrong in ("0", "-1", "9999", "soon"):
        assert teacher.post("/ashgrove/workload/", {"seconds": wrong}).status_code == 422


def test_from_five_hundred_marks_the_schools_own_median_is_offered(world: World, teacher: PageClient) -> None:
    assert own_pace(world.ashgrove) == (0, None)
    pupils = enrol(world, world.hazel, pupils=10)
    for number in range(500):
        a_judgement(world, pupil=pupils[number % 10], at=NOW - timedelta(seconds=4 * number))
    assert own_pace(world.ashgrove) == (500, Decimal("4.0"))
    assert "Your school's own median is 4.0 seconds" in text(teacher.get("/ashgrove/workload/"))


@pytest.mark.parametrize("page", ["workload", "snapshots", "scales"])
def test_a_page_takes_as_many_statements_however_large_the_school(world: World, teacher: PageClient, page: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            teacher.get(f"/ashgrove/{page}/")
        return len(asked)

    statements()
    few = statements()
    enrol(world, world.hazel, pupils=20)
    for number in range(5):
        a_scale(world.ashgrove, name=f"Scale {number}")
        framework = Framework.objects.create(school=world.ashgrove, name=f"F{number}", scale=world.scale)
        Subject.objects.create(school=world.ashgrove, framework=framework, name="Maths", position=1)
    assert statements() == few


def test_a_preview_takes_as_many_statements_however_many_are_merged(world: World, teacher: PageClient) -> None:
    for number in range(3):
        a_judgement(world, objective=world.objectives[number], letter="BDS"[number])

    def statements(*numbers: int) -> int:
        form = {"with": [world.objectives[number].pk for number in numbers], "wording": "All"}
        with CaptureQueriesContext(connection) as asked:
            assert teacher.post(about(world.objectives[0], "merging"), form).status_code == 200
        return len(asked)

    statements(1)
    few = statements(1)
    enrol(world, world.hazel, pupils=10)
    assert statements(1, 2, 3) == few


def test_undoing_leads_back_to_what_is_taught(world: World, teacher: PageClient) -> None:
    actions.add_snapshots(year=world.year, drafts=[SnapshotDraft("X", world.today)], by=world.okafor, at=NOW)
    answer = teacher.post(f"/ashgrove/changes/{newest().pk}/undo/")
    assert answer.headers["Location"] == "/ashgrove/frameworks/"
