"""A framework as a plain text, out and in again: everything in it is the same."""

import dataclasses
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.curriculum import actions
from muster.curriculum.actions.from_text import framework_from_text
from muster.curriculum.models import Framework, Objective, Scale
from muster.curriculum.plain_text import framework_text, text_of
from muster.curriculum.rules.plain_text import (
    FrameworkText,
    NotPlain,
    ObjectiveText,
    ScaleText,
    StageText,
    StrandText,
    SubjectText,
    read,
    written,
)
from muster.curriculum.rules.steps import StepDraft
from muster.people.actions.changes import undo
from muster.people.models import ChangeSet
from tests.world import World

AWKWARD = (
    "\\n",
    "a: b",
    "# no comment",
    "  spaced",
    "line\nbreak",
    "code: N1",
    "\u2028",
    "\u202eright",
    "🙂",
    "\\",
    "'; --",
    "\r",
)
LETTERS = st.characters(codec="utf-8", exclude_characters="\x00")


def texts(most: int = 12) -> st.SearchStrategy[str]:
    """Any text a name can be, the awkward ones more often than chance has it."""
    some = st.one_of(st.text(LETTERS, min_size=1, max_size=most), st.sampled_from(AWKWARD))
    return some.map(str.strip).filter(bool)


def objectives(scales: list[str], stages: list[str]) -> st.SearchStrategy[ObjectiveText]:
    return st.builds(
        ObjectiveText,
        wording=texts(30),
        code=st.one_of(st.just(""), texts(6)),
        uuid=st.one_of(st.none(), st.uuids()),
        identifier=st.one_of(st.just(""), texts(6)),
        stages=st.lists(st.sampled_from(stages), unique=True).map(tuple) if stages else st.just(()),
        is_key=st.booleans(),
        scale=st.sampled_from(["", *scales]),
        detail=st.one_of(st.just(""), texts(20)),
    )


def strands(scales: list[str], stages: list[str]) -> st.SearchStrategy[tuple[StrandText, ...]]:
    some = st.lists(objectives(scales, stages), max_size=3).map(tuple)
    leaf = st.builds(StrandText, name=texts(), objectives=some)

    def beside(each: st.SearchStrategy[StrandText]) -> st.SearchStrategy[tuple[StrandText, ...]]:
        return st.lists(each, max_size=3, unique_by=lambda strand: strand.name).map(tuple)

    grown = st.recursive(
        leaf, lambda inside: st.builds(StrandText, name=texts(), objectives=some, strands=beside(inside)), max_leaves=5
    )
    return beside(grown)


STEPS = st.lists(
    st.builds(
        StepDraft,
        word=texts(10),
        code=texts(4).filter(lambda code: len(code) <= 4),
        digit=st.one_of(st.none(), st.integers(0, 9)),
        symbol=st.sampled_from(["", "●", "△"]),
        fill=st.sampled_from(["", "leaf", "rose"]),
        place=st.sampled_from(["", "below", "at", "above"]),
        number=st.one_of(st.none(), st.decimals(-999, 999, places=2).map(Decimal)),
        secure=st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@st.composite
def frameworks(draw: st.DrawFn) -> FrameworkText:
    scales = draw(
        st.lists(st.builds(ScaleText, texts(), STEPS), min_size=1, max_size=3, unique_by=lambda one: one.name)
    )
    stages = draw(
        st.lists(
            st.builds(StageText, texts(), st.lists(texts(), max_size=2).map(tuple)),
            max_size=3,
            unique_by=lambda one: one.name,
        )
    )
    names, bands = [one.name for one in scales], [one.name for one in stages]
    lines = st.lists(objectives(names, bands), max_size=2, unique_by=lambda one: one.wording).map(tuple)
    subject = st.builds(
        SubjectText, name=texts(), scale=st.sampled_from(["", *names]), strands=strands(names, bands), lines=lines
    )
    return FrameworkText(
        name=draw(texts()),
        uuid=draw(st.one_of(st.none(), st.uuids())),
        scale=draw(st.sampled_from(names)),
        scales=tuple(scales),
        source=draw(st.one_of(st.just(""), texts())),
        stages=tuple(stages),
        subjects=tuple(draw(st.lists(subject, max_size=2, unique_by=lambda one: one.name))),
    )


@pytest.mark.pure
@settings(max_examples=150, deadline=None)
@given(frameworks())
def test_written_and_read_it_is_the_same(framework: FrameworkText) -> None:
    text = written(framework)
    assert read(text) == framework
    assert written(read(text)) == text
    assert read("\ufeff" + text.replace("\n", "\r\n")) == framework


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        pytest.param("", 1, "begin it with “framework:”", id="nothing"),
        pytest.param("framework: A\nframework: B", 2, "says one framework", id="two frameworks"),
        pytest.param("framework: A", 1, "which scale it is judged with", id="no scale"),
        pytest.param("framework: A\n  colour: red", 2, "under “framework”: id, scale, source", id="unknown word"),
        pytest.param("nonsense", 1, "may begin a line", id="no colon"),
        pytest.param("framework: A\n  scale: S\nscale: S\n  step: W\n    key: ten", 4, "one digit", id="no digit"),
        pytest.param("framework: A\n  scale: S\nscale: S\nsubject: M\n  strand:", 5, "what it is called", id="no name"),
        pytest.param("framework: A\n  scale: S\nscale: S\n  step: W\\x", 4, "After a backslash", id="backslash"),
        pytest.param(
            "framework: A\n  scale: S\nscale: S\nsubject: M\n  strand: N\n    objective: O\n      stage: Y", 7,
            "no stage “Y”", id="unknown stage",
        ),
        pytest.param("framework: A\n  id: 7\n  scale: S\nscale: S", 2, "identifier is not one", id="no identifier"),
        pytest.param("framework: A\n  scale: S\nscale: S\nstage: Y\nstage: Y", 5, "two stages of this name", id="twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(NotPlain) as refused:
        read(text)
    assert refused.value.number == line
    assert sentence in refused.value.sentence


def test_a_school_s_framework_comes_out_readable(world: World) -> None:
    actions.add_summative_line(subject=world.maths, name="Attainment", by=world.okafor, at=world.now)
    text = text_of(world.framework)
    assert "framework: Ashgrove objectives\n" in text
    assert (
        "  step: Greater depth\n    code: G\n    key: 4\n    fill: lilac\n    place: above\n    secure: yes\n" in text
    )
    assert "subject: Maths\n  summative line: Attainment\n" in text
    assert "  strand: Number\n    objective: Counts on and back in steps of 4, 8, 50 and 100\n      code: N1\n" in text
    assert "stage: Years 3 and 4\n  year group: Year 3\n  year group: Year 4\n" in text


def bare(text: FrameworkText) -> FrameworkText:
    """Without what another school may not take as it is: identifiers it has, year groups it has not, steps mended."""
    return dataclasses.replace(text, uuid=None)


def test_read_in_at_another_school_it_is_the_same(world: World) -> None:
    actions.add_summative_line(subject=world.maths, name="Attainment", by=world.okafor, at=world.now)
    world.lower_juniors.year_groups.clear()
    before = framework_text(world.framework)
    made = framework_from_text(
        school=world.birchwood, text=read(written(before)), by=world.birchwood_teacher, at=world.now
    )
    assert framework_text(made) == before
    assert made.uuid == world.framework.uuid
    assert made.scale == world.birchwood_scale
    assert (
        not Objective.objects.filter(school=world.birchwood, strand__subject__framework=made)
        .exclude(school=world.birchwood)
        .exists()
    )


def test_read_in_again_at_the_same_school_it_is_a_second_one(world: World) -> None:
    before = framework_text(world.framework)
    made = framework_from_text(school=world.ashgrove, text=before, by=world.okafor, at=world.now)
    assert made.name == "Ashgrove objectives (2)"
    assert made.uuid != world.framework.uuid
    undo(change_set=ChangeSet.objects.latest("pk"), by=world.okafor, at=world.now)
    made.refresh_from_db()
    assert made.retired_at is not None
    assert Scale.objects.at(world.ashgrove).live().count() == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(framework=frameworks())
def test_in_and_out_of_the_database_it_is_the_same(world: World, framework: FrameworkText) -> None:
    whole = with_identifiers(framework)
    made = framework_from_text(school=world.ashgrove, text=whole, by=world.okafor, at=world.now)
    found = framework_text(made)
    used = {found.scale, *(s.scale for s in found.subjects), *(o.scale for _path, o in found.objectives())}
    assert {s.name for s in found.scales} >= used - {""}
    assert [dataclasses.replace(s, scale="") for s in found.subjects] == [
        dataclasses.replace(s, scale="") for s in whole.subjects
    ]
    assert [stage.name for stage in found.stages] == [stage.name for stage in whole.stages]
    assert read(text_of(made)) == found


def with_identifiers(text: FrameworkText) -> FrameworkText:
    """With an identifier of its own on every objective, one plain scale, and stages in their own order."""
    order = [stage.name for stage in text.stages]
    scale = ScaleText("Plain " + str(uuid4()), (StepDraft("Word", "W", 1, fill="leaf"),))

    def whole(one: ObjectiveText) -> ObjectiveText:
        stages = tuple(sorted(one.stages, key=order.index))
        return dataclasses.replace(one, uuid=uuid4(), scale="", stages=stages)

    def strand(one: StrandText) -> StrandText:
        return StrandText(one.name, tuple(map(whole, one.objectives)), tuple(map(strand, one.strands)))

    subjects = tuple(
        SubjectText(one.name, "", tuple(map(strand, one.strands)), tuple(map(whole, one.lines)))
        for one in text.subjects
    )
    return dataclasses.replace(
        text,
        name=f"{text.name} {uuid4()}"[-100:],
        uuid=UUID(int=uuid4().int),
        scale=scale.name,
        scales=(scale,),
        subjects=subjects,
    )


def test_the_same_number_of_statements_however_large(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(9):  # type: ignore[operator]
        text_of(Framework.objects.get(pk=world.framework.pk))
