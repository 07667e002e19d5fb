"""As at a past moment: recorded equals what the page said then; known has what was written down later."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from muster.curriculum.actions.bending import Part, merge_objectives, split_objective
from muster.curriculum.actions.frameworks import change_framework, change_strand, change_subject, retire_subject
from muster.curriculum.actions.going_over import give_scale
from muster.curriculum.actions.objectives import (
    add_objective,
    bring_back_objective,
    change_objective,
    retire_objective,
)
from muster.curriculum.actions.order import Direction, move
from muster.curriculum.actions.scales import change_scale
from muster.curriculum.actions.snapshots import change_snapshot
from muster.curriculum.actions.summing_up import change_summative_line, retire_summative_line
from muster.curriculum.earlier import earlier
from muster.curriculum.models import Objective, Scale, Snapshot, Stage, Step, StepMapping, Strand, Subject
from muster.markbook import render
from muster.markbook.actions import judge, write_notes
from muster.markbook.as_at import AsAt, Mode, NoSuchMoment, moment
from muster.markbook.class_page import all_subjects, one_subject
from muster.markbook.follow import follow
from muster.markbook.grid import class_grid
from muster.markbook.items import Item
from muster.markbook.members import members
from muster.markbook.models import Judgement
from muster.markbook.pupil_page import pupil_learning
from muster.markbook.summative import class_sheet, points
from muster.markbook.teach import teach
from muster.markbook.units import Place, stages_for, units_in
from muster.markbook.what_next import subjects_in
from muster.people.actions.changes import CannotUndo, undo
from muster.people.actions.merging import merge_pupils
from muster.people.doors import purpose
from muster.people.models import ChangeSet, Pupil
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from tests.curriculum.test_scales_bend import drafts
from tests.markbook.test_judging import an_item
from tests.markbook.test_pages import unit_href
from tests.markbook.test_summative import a_line, a_progress_scale, a_snapshot
from tests.markbook.test_taught import a_year_below
from tests.support.client import PageClient
from tests.world import NOW, World, a_change_set, a_judgement, a_pupil, a_scale


@pytest.fixture(autouse=True)
def teaching() -> Iterator[None]:
    """Every test here reads records to teach."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        yield


def the_grid(world: World, *, now: datetime, as_at: AsAt | None = None) -> str:
    """The table of 3 Hazel in Number, as the head sees it."""
    then = earlier(world.ashgrove, as_at.at) if as_at and as_at.recorded else None
    place = Place(world.maths.pk, world.lower_juniors.pk, world.number.pk)
    found = units_in(world.ashgrove, [place], then=then)
    assert found is not None
    grid = class_grid(
        world.ashgrove,
        world.hazel,
        found[0],
        viewer=world.head.viewer(now),
        now=now,
        as_at=as_at,
        then=then,
    )
    table = render.table(grid, pupil_href="/{}/", objective_href="/{path}{objective}/", open_pupils=True)
    scales = [
        (scale, [(step.id, step.word, step.code, step.retired) for step in steps])
        for scale, steps in grid.scales.items()
    ]
    return f"{table} {scales}"


def the_pages(world: World, *, now: datetime, as_at: AsAt | None = None) -> str:
    """What the class page of 3 Hazel says, all subjects and Maths alone, and the page of each of its pupils."""
    school = world.ashgrove
    then = earlier(school, as_at.at) if as_at and as_at.recorded else None
    day = school.day(as_at.at if as_at else now)
    pupils = members(world.hazel, world.head.viewer(now), day=day, as_at=as_at).pupils
    stages = stages_for(world.hazel, then=then)
    subjects = subjects_in(school, stages, then=then)
    ids = [pupil.pk for pupil in pupils]
    said: list[object] = [all_subjects(school, subjects, ids, stages, day=day, as_at=as_at, then=then)]
    said += [one_subject(school, each, pupils, stages, day=day, as_at=as_at, then=then) for each in subjects]
    said += [pupil_learning(each, school=school, today=day, as_at=as_at, then=then) for each in pupils]
    return "\n".join(map(repr, said))


def the_sheets(world: World, *, now: datetime, as_at: AsAt | None = None) -> str:
    """What the sheet of each snapshot says of 3 Hazel."""
    school = world.ashgrove
    then = earlier(school, as_at.at) if as_at and as_at.recorded else None
    said: list[object] = []
    for point in points(school, world.hazel, now=now, as_at=as_at, then=then):
        sheet = class_sheet(
            school, world.hazel, point, viewer=world.head.viewer(now), now=now, as_at=as_at, then=then, suggest=True
        )
        said.append((point.snapshot.name, point.stretch, sheet.scales, sheet.with_shares))
        said += [(line.name, line.wording, line.subject.name, line.scale) for line in sheet.lines]
        said += [(row.pupil.name, row.cells, row.suggestions, row.shares, row.tag) for row in sheet.rows]
    return "\n".join(map(repr, said))


def every_page(world: World, *, now: datetime, as_at: AsAt | None = None) -> str:
    """The grid, the pages of the class and its pupils, and its sheets."""
    return "\n".join(page(world, now=now, as_at=as_at) for page in (the_grid, the_pages, the_sheets))


# -- random acts, and after each what the grid said ------------------------------------------------------------------


@dataclass
class Told:
    """Acts one after another, a minute apart."""

    world: World
    at: datetime
    pupils: list[Pupil]
    pages: list[tuple[datetime, str]] = field(default_factory=list)

    def pupil(self, n: int) -> Pupil:
        return self.pupils[n % len(self.pupils)]

    def objective(self, n: int) -> Objective:
        found = list(Objective.objects.filter(school=self.world.ashgrove, strand=self.world.number).order_by("pk"))
        return found[n % len(found)]

    def live(self, n: int) -> Objective:
        """One of those in use; `Refused` where there are none, as by an act that cannot be."""
        found = list(Objective.objects.filter(strand=self.world.number).live().to_learn().order_by("pk"))
        if not found:
            raise Refused
        return found[n % len(found)]

    def line(self) -> Objective:
        """The line of the summative sheet that stands for attainment."""
        found = Objective.objects.at(self.world.ashgrove).live().summing_up().order_by("pk").first()
        if found is None:
            raise Refused
        return found


def marks(told: Told, n: int) -> None:
    step = sorted(told.world.steps.values(), key=lambda each: each.pk)[n % 4]
    value = {"step": step.pk} if n % 5 else {"state": "absent"}
    item = an_item(told.world, pupil=told.pupil(n), objective=told.objective(n // 3).pk, value=value, at=told.at)
    judge([item], school=told.world.ashgrove, by=told.world.okafor, at=told.at)


def marks_late(told: Told, n: int) -> None:
    item = an_item(
        told.world,
        pupil=told.pupil(n),
        objective=told.objective(n // 3).pk,
        letter="G",
        at=told.at - timedelta(minutes=n % 40),
    )
    judge([item], school=told.world.ashgrove, by=told.world.okafor, at=told.at)


def notes(told: Told, n: int) -> None:
    item = an_item(
        told.world,
        pupil=told.pupil(n),
        objective=told.objective(n).pk,
        value={"text": "Well begun"},
        at=told.at,
        kind="note",
    )
    write_notes([item], school=told.world.ashgrove, by=told.world.okafor, at=told.at)


def teaches(told: Told, n: int) -> None:
    on = None if n % 4 == 0 else told.world.ashgrove.day(told.at)
    item = Item(
        id=uuid.uuid4(),
        act=uuid.uuid4(),
        kind="taught",
        pupil=0,
        objective=told.objective(n).pk,
        value={"on": on.isoformat() if on else None},
        base=None,
        made_at=told.at,
        seq=0,
        school_class=told.world.hazel.pk,
    )
    teach([item], school=told.world.ashgrove, by=told.world.okafor, at=told.at)


def follows(told: Told, n: int) -> None:
    stage = Stage.objects.get(school=told.world.ashgrove, name="Years 1 and 2")
    follow(
        pupil=told.pupil(n),
        instead_of=told.world.maths,
        subject=told.world.maths,
        stage=stage,
        starts_on=told.world.ashgrove.day(told.at),
        by=told.world.okafor,
        at=told.at,
    )


def rewords(told: Told, n: int) -> None:
    objective = told.objective(n)
    change_objective(
        objective=objective,
        wording=f"{objective.wording}, {n}",
        code=f"R{n}{told.at.minute}",
        stages=list(objective.stages.all()),
        by=told.world.okafor,
        at=told.at,
    )


def moves_to_another_stage(told: Told, n: int) -> None:
    objective = told.objective(n)
    name = "Years 1 and 2" if n % 2 else told.world.lower_juniors.name
    change_objective(
        objective=objective,
        wording=objective.wording,
        code=objective.code,
        stages=[Stage.objects.get(school=told.world.ashgrove, name=name)],
        by=told.world.okafor,
        at=told.at,
    )


def retires(told: Told, n: int) -> None:
    objective = told.objective(n)
    act = bring_back_objective if objective.retired_at else retire_objective
    act(objective=objective, by=told.world.okafor, at=told.at)


def adds(told: Told, n: int) -> None:
    add_objective(
        strand=told.world.number,
        wording=f"One thing more, {n}",
        stages=[told.world.lower_juniors],
        by=told.world.okafor,
        at=told.at,
    )


def merges(told: Told, n: int) -> None:
    kept, gone = told.pupil(n), told.pupil(n + 1)
    merge_pupils(kept=kept, gone=gone, by=told.world.office, at=told.at)
    told.pupils.remove(gone)


def maps_a_step(told: Told, n: int) -> None:
    steps = list(Step.objects.filter(scale=told.world.scale).order_by("position"))
    old, new = steps[n % 4], steps[(n + 1) % 4]
    if not StepMapping.objects.filter(old=old, new=new, ended_at=None).exists():
        StepMapping.objects.create(
            school=told.world.ashgrove, old=old, new=new, made_at=told.at, change_set=a_change_set(told.world)
        )


def changes_a_scale(told: Told, n: int) -> None:
    steps = drafts(told.world.scale)
    place = n % len(steps)
    steps[place] = replace(steps[place], word=f"Word {n}", secure=not steps[place].secure)
    if n % 3 == 0:
        steps = steps[::-1]
    change_scale(scale=told.world.scale, name=f"Scale {n}", steps=steps, by=told.world.okafor, at=told.at)


def splits(told: Told, n: int) -> None:
    parts = [Part(f"Part {n}", f"P{n}"), Part(f"Another part {n}", f"Q{n}", copy=bool(n % 2))]
    split_objective(objective=told.live(n), parts=parts, by=told.world.okafor, at=told.at)


def makes_one_of_two(told: Told, n: int) -> None:
    two = [told.live(n), told.live(n + 1)]
    merge_objectives(objectives=two, wording=f"Both, {n}", code=f"M{n}", by=told.world.okafor, at=told.at)


def gives_a_scale(told: Told, n: int) -> None:
    """To the subject, to one objective, or to the whole framework; to the subject also back again."""
    other = Scale.objects.get(school=told.world.ashgrove, name="Other words")
    there = {step.code: step for step in other.steps.all()}
    read_as: dict[int, Step | None] = {step.pk: there[code] for code, step in told.world.steps.items()}
    subject = Subject.objects.get(pk=told.world.maths.pk)
    if n % 3 == 0:
        framework = subject.framework
        change_framework(framework=framework, name=framework.name, scale=other, by=told.world.okafor, at=told.at)
    elif n % 3 == 1 and subject.scale_id is not None:
        give_scale(row=subject, scale=None, read_as={}, by=told.world.okafor, at=told.at)
    else:
        row = subject if n % 3 == 1 else told.live(n)
        give_scale(row=row, scale=other, read_as=read_as, by=told.world.okafor, at=told.at)


def moves(told: Told, n: int) -> None:
    row = (told.live(n), Strand.objects.get(pk=told.world.number.pk), Subject.objects.get(pk=told.world.maths.pk))[
        n % 3
    ]
    move(row=row, to=Direction.UP if n % 2 else Direction.DOWN, by=told.world.okafor, at=told.at)


def renames_the_strand(told: Told, n: int) -> None:
    strand = Strand.objects.get(pk=told.world.number.pk)
    change_strand(strand=strand, name=f"Numbers {n}", by=told.world.okafor, at=told.at)


def renames_the_subject(told: Told, n: int) -> None:
    subject = Subject.objects.get(pk=told.world.maths.pk)
    change_subject(subject=subject, name=f"Mathematics {n}", by=told.world.okafor, at=told.at)


def renames_a_line(told: Told, n: int) -> None:
    change_summative_line(line=told.line(), name=f"How it goes {n}", by=told.world.okafor, at=told.at)


def retires_a_line(told: Told, n: int) -> None:
    retire_summative_line(line=told.line(), by=told.world.okafor, at=told.at)


def retires_the_subject(told: Told, n: int) -> None:
    retire_subject(subject=Subject.objects.get(pk=told.world.maths.pk), by=told.world.okafor, at=told.at)


def moves_a_snapshot(told: Told, n: int) -> None:
    snapshot = Snapshot.objects.get(school=told.world.ashgrove, name="Autumn")
    on = snapshot.on + timedelta(days=n % 5 + 1)
    change_snapshot(snapshot=snapshot, name="Autumn", on=on, by=told.world.okafor, at=told.at)


def undoes(told: Told, n: int) -> None:
    undone = ChangeSet.objects.filter(school=told.world.ashgrove, undone_by=None).exclude(kind="test").order_by("-pk")
    found = undone[n % 3 : n % 3 + 1].first()
    if found is not None:
        by = told.world.office if found.kind.startswith("pupil") else told.world.okafor
        undo(change_set=found, by=by, at=told.at)
        kept, gone = found.summary.get("kept"), found.summary.get("gone")
        told.pupils += Pupil.objects.filter(pk=gone) if kept and gone else []


ACTS: list[Callable[[Told, int], None]] = [
    marks,
    marks_late,
    notes,
    teaches,
    follows,
    rewords,
    moves_to_another_stage,
    retires,
    adds,
    merges,
    maps_a_step,
    changes_a_scale,
    splits,
    makes_one_of_two,
    gives_a_scale,
    moves,
    renames_the_strand,
    renames_the_subject,
    renames_a_line,
    retires_a_line,
    moves_a_snapshot,
    undoes,
]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), min_size=2, max_size=9))
def test_as_recorded_equals_what_the_grid_said_then(
    world: World, acts: list[tuple[Callable[[Told, int], None], int]]
) -> None:
    told_again(world, acts, the_grid)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), min_size=2, max_size=7))
@example(acts=[(marks, 7), (changes_a_scale, 3), (marks, 8), (changes_a_scale, 1)])
@example(acts=[(marks, 7), (moves_to_another_stage, 1), (retires, 2), (merges, 0), (undoes, 0)])
def test_as_recorded_equals_what_the_pages_of_a_class_and_its_pupils_said_then(
    world: World, acts: list[tuple[Callable[[Told, int], None], int]]
) -> None:
    told_again(world, acts, the_pages)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), min_size=2, max_size=7))
def test_as_recorded_equals_what_the_sheets_of_a_class_said_then(
    world: World, acts: list[tuple[Callable[[Told, int], None], int]]
) -> None:
    told_again(world, acts, the_sheets)


@pytest.mark.parametrize("act", ACTS)
def test_each_act_leaves_what_every_page_said_before_it(world: World, act: Callable[[Told, int], None]) -> None:
    told_again(world, [(marks, 7), (follows, 1), (act, 1)], every_page)


def test_a_subject_retired_since_is_on_the_sheets_of_before(world: World) -> None:
    told_again(world, [(marks, 7), (retires_the_subject, 1)], the_sheets)


def told_again(world: World, acts: list[tuple[Callable[[Told, int], None], int]], page_of: Callable[..., str]) -> None:
    """Do `acts` one after another, and ask at the end that every page says what it said after each."""
    with transaction.atomic():
        a_year_below(world)
        told = Told(
            world, NOW, [world.amina, *(a_pupil(world, name=f"Pupil {n}", in_class=world.hazel) for n in "ABC")]
        )
        a_judgement(world, at=NOW - timedelta(days=100))
        a_scale(world.ashgrove, name="Other words")
        line = a_line(world)
        a_line(world, name="Progress", scale=a_progress_scale(world.ashgrove))
        a_snapshot(world, "Autumn", date(2025, 12, 12))
        a_snapshot(world, "Spring", date(2026, 3, 20))
        for days in (90, 1):
            a_judgement(world, objective=line, letter="D", at=NOW - timedelta(days=days))
        for act, n in acts:
            told.at += timedelta(minutes=1)
            try:
                with transaction.atomic():
                    act(told, n)
            except Refused:
                pass
            told.pages.append((told.at, page_of(world, now=told.at)))
        end = told.at + timedelta(minutes=5)
        for at, page in told.pages:
            assert page_of(world, now=end, as_at=AsAt(at, Mode.RECORDED)).splitlines() == page.splitlines()
        transaction.set_rollback(True)


def test_records_joined_one_after_another_come_apart_one_after_another(world: World) -> None:
    one, two, three = (a_pupil(world, name=f"Pupil {n}", in_class=world.hazel) for n in "ABC")
    for number, pupil in enumerate((one, two, three)):
        a_judgement(world, pupil=pupil, letter="BDS"[number], at=NOW - timedelta(days=3 - number))
    pages = [(NOW, the_grid(world, now=NOW))]
    first = merge_pupils(kept=two, gone=one, by=world.office, at=NOW + timedelta(minutes=1))
    pages.append((NOW + timedelta(minutes=1), the_grid(world, now=NOW + timedelta(minutes=1))))
    second = merge_pupils(kept=three, gone=two, by=world.office, at=NOW + timedelta(minutes=2))
    pages.append((NOW + timedelta(minutes=2), the_grid(world, now=NOW + timedelta(minutes=2))))
    undo(change_set=second, by=world.office, at=NOW + timedelta(minutes=3))
    pages.append((NOW + timedelta(minutes=3), the_grid(world, now=NOW + timedelta(minutes=3))))
    undo(change_set=first, by=world.office, at=NOW + timedelta(minutes=4))
    for at, page in pages:
        assert the_grid(world, now=NOW + timedelta(minutes=9), as_at=AsAt(at, Mode.RECORDED)) == page


def test_known_has_what_was_written_down_later_and_recorded_has_not(world: World) -> None:
    then = NOW - timedelta(days=10)
    a_judgement(world, letter="D", at=then - timedelta(days=1))
    Judgement.objects.create(
        school=world.ashgrove,
        pupil=world.amina,
        objective=world.objectives[0],
        kind="step",
        step=world.steps["S"],
        act=uuid.uuid4(),
        judged_at=then - timedelta(hours=1),
        recorded_at=NOW,
        judged_by=world.okafor,
        change_set=a_change_set(world),
    )
    assert ">D</td>" in the_grid(world, now=NOW, as_at=AsAt(then, Mode.RECORDED))
    assert ">S</td>" in the_grid(world, now=NOW, as_at=AsAt(then, Mode.KNOWN))


def test_the_words_of_then_stand_as_recorded_and_todays_as_known(world: World) -> None:
    then = NOW - timedelta(days=10)
    change_objective(
        objective=world.objectives[0],
        wording="New words",
        code="X1",
        stages=[world.lower_juniors],
        by=world.okafor,
        at=NOW,
    )
    assert "New words" not in the_grid(world, now=NOW, as_at=AsAt(then, Mode.RECORDED))
    assert "New words" in the_grid(world, now=NOW, as_at=AsAt(then, Mode.KNOWN))


def test_records_joined_since_are_two_children_again(world: World) -> None:
    twin = a_pupil(world, name="Amina Ally", in_class=world.hazel)
    a_judgement(world, pupil=twin, letter="G", at=NOW - timedelta(days=3))
    before = the_grid(world, now=NOW - timedelta(days=1))
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    assert "Amina Ally" not in the_grid(world, now=NOW)
    assert the_grid(world, now=NOW, as_at=AsAt(NOW - timedelta(days=1), Mode.RECORDED)) == before


# -- the page --------------------------------------------------------------------------------------------------------


def test_a_page_as_at_prints_its_mode_and_takes_no_marks(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S", at=NOW - timedelta(days=2))
    a_judgement(world, letter="D", at=NOW)
    client.force_login(world.okafor)
    for end in ("", f"objectives/{world.objectives[0].pk}/"):
        page = client.get(f"{unit_href(world)}{end}?at=2026-03-02&as=recorded").content.decode()
        assert "As at 2 March 2026" in page
        assert "only what Muster held at that moment" in page
        assert "Back to now" in page
        assert "data-palette" not in page
        assert 'name="mark"' not in page
        assert "As at another day" in client.get(f"{unit_href(world)}{end}").content.decode()
    grid = client.get(f"{unit_href(world)}?at=2026-03-02&as=known").content.decode()
    assert "corrections made since included" in grid
    assert ">S</td>" in grid
    assert re.search(r'href="[^"]*/objectives/\d+/\?at=2026-03-02&amp;as=known"', grid)


def test_the_cell_as_at_says_only_what_was_said_by_then(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S", at=NOW - timedelta(days=2))
    a_judgement(world, letter="D", at=NOW)
    client.force_login(world.okafor)
    address = f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"
    assert "Developing" in client.get(address).content.decode()
    page = client.get(f"{address}?at=2026-03-02").content.decode()
    assert "Secure" in page
    assert "Developing" not in page
    assert "<textarea" not in page


def test_what_next_the_gap_list_and_one_pupil_are_as_at_a_moment_too(client: PageClient, world: World) -> None:
    objective = world.objectives[0]
    wording = objective.wording
    a_judgement(world, letter="D", at=NOW - timedelta(days=2))
    a_judgement(world, letter="S", at=NOW)
    change_objective(
        objective=objective, wording="New words", code="X1", stages=[world.lower_juniors], by=world.okafor, at=NOW
    )
    client.force_login(world.okafor)
    pages = (
        f"/ashgrove/classes/{world.hazel.pk}/next/",
        f"/ashgrove/year-groups/{world.year_3.pk}/next/",
        f"{unit_href(world)}objectives/{objective.pk}/gaps/",
        f"{unit_href(world)}pupils/",
    )
    for address in pages:
        now = client.get(address).content.decode()
        page = client.get(f"{address}?at=2026-03-02").content.decode()
        assert "As at another day" in now
        assert "As at 2 March 2026" in page
        assert wording in page
        assert "New words" not in page
        assert "Make the group" not in page
        assert 'name="mark"' not in page
        assert "New words" in client.get(f"{address}?at=2026-03-02&as=known").content.decode()
        assert client.get(f"{address}?at=soon").status_code == 422
    assert ">D<" in client.get(f"{pages[0]}?at=2026-03-02").content.decode()
    assert ">D<" not in client.get(pages[0]).content.decode()


def test_the_history_of_a_cell_is_one_link_away_for_readers_and_at_past_moments(
    client: PageClient, world: World
) -> None:
    a_judgement(world, letter="D", at=NOW - timedelta(days=2))
    cell = f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"
    pages = (f"{unit_href(world)}objectives/{world.objectives[0].pk}/", f"{unit_href(world)}pupils/")
    for who in (world.head, world.okafor):
        client.force_login(who)
        for address in pages:
            assert f'href="{cell}"' in client.get(address).content.decode()
            past = client.get(f"{address}?at=2026-03-02").content.decode()
            assert f'href="{cell}?at=2026-03-02&amp;as=recorded"' in past
    page = client.get(f"{cell}?at=2026-03-02").content.decode()
    assert f'href="/ashgrove/pupils/{world.amina.pk}/learning/?at=2026-03-02&amp;as=recorded"' in page


@pytest.mark.parametrize(
    "end",
    [
        "?at=soon",
        "?at=2026-02-30",
        "?at=9999-12-31",
        "?at=0001-01-01&as=recorded",
        "?at=2026-03-05",
        "?at=2026-03-02&as=guessed",
        "?at=2026-03-02T25:00",
        "?at=2026-03-02&time=noon",
    ],
)
def test_a_moment_that_cannot_be_is_refused_with_a_sentence(client: PageClient, world: World, end: str) -> None:
    client.force_login(world.okafor)
    objective = world.objectives[0].pk
    for address in (
        unit_href(world),
        f"{unit_href(world)}objectives/{objective}/",
        f"/ashgrove/cells/{world.amina.pk}/{objective}/",
    ):
        answer = client.get(f"{address}{end}")
        if end == "?at=0001-01-01&as=recorded":
            assert answer.status_code in {200, 422}
            continue
        assert answer.status_code == 422
        assert "Choose" in answer.content.decode()


def test_a_day_means_its_end_by_the_schools_clock(world: World) -> None:
    at = moment("2026-02-14", world.ashgrove, now=NOW)
    assert (at + timedelta(microseconds=1)) == world.ashgrove.midnight(date(2026, 2, 15))
    assert moment("2026-03-04", world.ashgrove, now=NOW) == NOW
    assert moment("2026-02-14T10:30", world.ashgrove, now=NOW).minute == 30
    with pytest.raises(NoSuchMoment):
        moment("2026-03-05", world.ashgrove, now=NOW)


def test_who_has_left_the_class_since_is_counted_and_not_shown(client: PageClient, world: World) -> None:
    left = a_pupil(world, name="Idris Jones", in_class=world.hazel)
    left.memberships.update(ends_on=date(2026, 2, 1))
    client.force_login(world.okafor)
    page = client.get(f"{unit_href(world)}?at=2026-01-20").content.decode()
    assert "Idris" not in page
    assert "1 pupil of the class of that day is not shown" in page


def test_an_undo_that_cannot_be_is_no_act(world: World) -> None:
    """The acts above lean on it: what is refused writes nothing."""
    change = a_change_set(world)
    with pytest.raises(CannotUndo):
        undo(change_set=change, by=world.head, at=NOW)
