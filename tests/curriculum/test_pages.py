"""The screens of curriculum, opened as a person opens them."""

from typing import Any

import pytest
from django.urls import reverse

from muster.curriculum import actions
from muster.curriculum.models import Framework, Objective, Scale, Stage, Strand, Subject
from muster.people.models import Account, ChangeSet
from tests.support.client import PageClient
from tests.world import World

WHO = ["okafor", "head"]


def address(name: str, school: str = "ashgrove", **values: int) -> str:
    return reverse(f"curriculum:{name}", kwargs={"school": school, **values})


@pytest.fixture
def signed_in(client: PageClient, world: World) -> PageClient:
    client.force_login(world.okafor)
    return client


def subject_page(world: World, query: str = "") -> str:
    return address("subject", framework_id=world.framework.pk, subject_id=world.maths.pk) + query


@pytest.mark.parametrize("who", ["okafor", "head", "office", "senco"])
def test_every_page_opens(client: PageClient, world: World, who: str) -> None:
    client.force_login(world.cast[who])
    for page in (
        address("frameworks"),
        address("framework", framework_id=world.framework.pk),
        subject_page(world),
        subject_page(world, "?arrange=1"),
        subject_page(world, f"?edit={world.objectives[0].pk}"),
        subject_page(world, f"?add={world.number.pk}"),
        subject_page(world, f"?arrange=1&rename={world.number.pk}"),
        address("stages", framework_id=world.framework.pk),
        address("stages", framework_id=world.framework.pk) + f"?edit={world.lower_juniors.pk}",
        address("retired_objectives", subject_id=world.maths.pk),
        address("scales"),
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page


@pytest.mark.parametrize("name", ["framework_new", "framework_details", "pasted_list", "scale_new", "scale"])
def test_pages_that_change_things_open_for_those_who_may(signed_in: PageClient, world: World, name: str) -> None:
    values: dict[str, Any] = {}
    if name in {"framework_details", "pasted_list"}:
        values = {"framework_id": world.framework.pk}
    if name == "scale":
        values = {"scale_id": world.scale.pk}
    assert signed_in.get(address(name, **values)).status_code == 200
    signed_in.force_login(world.office)
    assert signed_in.get(address(name, **values)).status_code == 403
    signed_in.force_login(world.birchwood_teacher)
    assert signed_in.get(address(name, **values)).status_code == 404


def test_whoever_may_only_look_sees_no_way_to_change(client: PageClient, world: World) -> None:
    client.force_login(world.senco)
    page = client.get(subject_page(world)).content.decode()
    assert world.objectives[0].wording in page
    assert "Add an objective" not in page
    assert "?edit=" not in page


def test_an_objective_is_edited_in_place_and_undone(signed_in: PageClient, world: World) -> None:
    objective = world.objectives[0]
    page = signed_in.get(subject_page(world, f"?edit={objective.pk}")).content.decode()
    assert 'name="edit-wording"' in page
    answer = signed_in.post(
        address("objective", objective_id=objective.pk),
        {
            "edit-wording": "Counts on in fours",
            "edit-code": "N1",
            "edit-strand": world.number.pk,
            "edit-stages": [world.lower_juniors.pk],
        },
        follow=True,
    )
    assert "Counts on in fours" in answer.content.decode()
    assert "Objective changed." in answer.content.decode()
    undo = reverse("change-undo", kwargs={"school": "ashgrove", "change_id": ChangeSet.objects.latest("pk").pk})
    assert f'action="{undo}"' in answer.content.decode()
    signed_in.post(undo)
    objective.refresh_from_db()
    assert objective.wording == world.objectives[0].wording


def test_an_objective_without_words_is_sent_back_with_the_reason(signed_in: PageClient, world: World) -> None:
    objective = world.objectives[0]
    answer = signed_in.post(
        address("objective", objective_id=objective.pk), {"edit-wording": " ", "edit-strand": world.number.pk}
    )
    assert answer.status_code == 422
    assert "There is something to put right" in answer.content.decode()


def test_objectives_are_typed_one_after_another(signed_in: PageClient, world: World) -> None:
    where = address("objectives", strand_id=world.number.pk)
    for wording in ("Doubles any number", "Halves any number"):
        answer = signed_in.post(where, {"wording": wording, "stage": world.lower_juniors.pk}, follow=True)
    assert f'id="strand-{world.number.pk}-more" open' in answer.content.decode()
    new = Objective.objects.get(wording="Halves any number")
    assert (new.code, list(new.stages.all())) == ("N6", [world.lower_juniors])


def test_a_pasted_list_is_shown_before_anything_is_written(signed_in: PageClient, world: World) -> None:
    where = address("pasted_list", framework_id=world.framework.pk)
    asked = {"text": "Knots\n    K1 Ties a bowline *\n    Ties a reef knot", "subject": "Ropes", "stage": "Year 4"}
    shown = signed_in.post(where, asked)
    page = shown.content.decode()
    assert "This is what would happen" in page
    assert "2 × 1 pupils × 3 = 6" in page
    assert not Subject.objects.filter(name="Ropes").exists()
    mark = shown.context["plan"].mark
    signed_in.post(where, {**asked, "shown": mark})
    rows = Objective.objects.filter(strand__subject__name="Ropes").in_order()
    assert [(row.code, row.is_key) for row in rows] == [("K1", True), ("K2", False)]
    assert Stage.objects.get(name="Year 4", framework=world.framework).objectives.count() == 2


def test_a_list_shown_before_somebody_else_pasted_it_is_shown_again(signed_in: PageClient, world: World) -> None:
    where = address("pasted_list", framework_id=world.framework.pk)
    asked = {"text": "Knots\n    K1 Ties a bowline", "subject": "Ropes"}
    mark = signed_in.post(where, asked).context["plan"].mark
    signed_in.post(where, {**asked, "shown": mark})
    again = signed_in.post(where, {**asked, "shown": mark})
    assert again.status_code == 409
    assert "Something has changed since this was shown" in again.content.decode()
    assert again.context["form"]["text"].value() == asked["text"]
    assert Objective.objects.filter(wording="Ties a bowline").count() == 1


def test_a_list_that_says_nothing_is_sent_back(signed_in: PageClient, world: World) -> None:
    answer = signed_in.post(
        address("pasted_list", framework_id=world.framework.pk), {"text": "   \n  ", "subject": "X"}
    )
    assert "Paste at least one objective." in answer.content.decode() or answer.context["form"].errors


def test_a_new_scale_takes_four_words_and_a_name(signed_in: PageClient, world: World) -> None:
    words = ["Not yet", "Nearly", "Yes", "And more"]
    asked = {"name": "Plain words", "rows": "5", **{f"step-{place}-word": word for place, word in enumerate(words)}}
    answer = signed_in.post(address("scale_new"), asked, follow=True)
    assert "Scale added." in answer.content.decode()
    steps = Scale.objects.get(name="Plain words").steps.order_by("position")
    assert [(step.word, step.code, step.digit, step.fill) for step in steps] == [
        ("Not yet", "N", 1, "rose"),
        ("Nearly", "E", 2, "straw"),
        ("Yes", "Y", 3, "leaf"),
        ("And more", "A", 4, "lilac"),
    ]


def test_two_steps_with_one_code_are_sent_back_beside_the_field(signed_in: PageClient, world: World) -> None:
    asked = {"name": "X", "rows": "2", "step-0-word": "A", "step-0-code": "s", "step-1-word": "B", "step-1-code": "S"}
    answer = signed_in.post(address("scale_new"), asked)
    assert answer.status_code == 422
    assert "“A” already has the code S." in answer.content.decode()
    assert 'href="#id_step-1-code"' in answer.content.decode()
    assert not Scale.objects.filter(name="X").exists()


def test_steps_move_in_the_editor_without_being_saved(signed_in: PageClient, world: World) -> None:
    asked = {"name": "X", "rows": "2", "step-0-word": "First", "step-1-word": "Second", "move": "1:up"}
    answer = signed_in.post(address("scale_new"), asked)
    page = answer.content.decode()
    assert page.index('value="Second"') < page.index('value="First"')
    assert not Scale.objects.filter(name="X").exists()


def test_a_step_of_another_scale_cannot_be_named_as_ones_own(signed_in: PageClient, world: World) -> None:
    theirs = world.birchwood_scale.steps.first()
    assert theirs is not None
    asked = {"name": "X", "rows": "1", "step-0-word": "Taken", "step-0-pk": str(theirs.pk)}
    signed_in.post(address("scale", scale_id=world.scale.pk), asked)
    theirs.refresh_from_db()
    assert theirs.word != "Taken"


def test_a_long_subject_opens_at_its_first_stage(signed_in: PageClient, world: World) -> None:
    given: dict[str, Any] = {"by": world.okafor, "at": world.now}
    year_9 = actions.add_stage(framework=world.framework, name="Year 9", **given)
    rows = Objective.objects.bulk_create(
        Objective(school=world.ashgrove, strand=world.number, code=f"L{n}", wording=f"Long {n}", position=100 + n)
        for n in range(130)
    )
    year_9.objectives.set(rows)
    page = signed_in.get(subject_page(world)).content.decode()
    assert "4 objectives in Years 3 and 4" in page
    assert "134 objectives" in signed_in.get(subject_page(world, "?stage=all")).content.decode()


def test_a_subject_takes_as_many_statements_however_long_it_is(signed_in: PageClient, world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert signed_in.get(subject_page(world)).status_code == 200
        return len(asked)

    statements()
    few = statements()
    rows = Objective.objects.bulk_create(
        Objective(school=world.ashgrove, strand=world.number, code=f"L{n}", wording=f"Long {n}", position=100 + n)
        for n in range(60)
    )
    world.lower_juniors.objectives.add(*rows)
    assert statements() == few


@pytest.mark.parametrize("what", ["framework", "subject", "strand", "objective", "stage", "scale"])
def test_what_is_the_neighbouring_schools_is_not_there(signed_in: PageClient, world: World, what: str) -> None:
    theirs = Framework.objects.get(school=world.birchwood)
    given: dict[str, Any] = {"by": world.birchwood_teacher, "at": world.now}
    stage = actions.add_stage(framework=theirs, name="Year 1", **given)
    subject = theirs.subjects.get()
    posts = {
        "framework": address("framework_retirement", framework_id=theirs.pk),
        "subject": address("subject_retirement", subject_id=subject.pk),
        "strand": address("strand_retirement", strand_id=world.birchwood_number.pk),
        "objective": address("objective_retirement", objective_id=world.birchwood_objective.pk),
        "stage": address("stage_retirement", stage_id=stage.pk),
        "scale": address("scale_retirement", scale_id=world.birchwood_scale.pk),
    }
    assert signed_in.post(posts[what]).status_code == 404
    assert Framework.objects.live().filter(pk=theirs.pk).exists()


def test_an_address_with_a_number_no_row_can_have_is_not_there(signed_in: PageClient, world: World) -> None:
    assert signed_in.get(address("framework", framework_id=2**70)).status_code == 404
    assert signed_in.get(subject_page(world, f"?stage={2**70}&edit={2**70}")).status_code == 200


def test_strands_and_subjects_are_added_renamed_and_moved(signed_in: PageClient, world: World) -> None:
    signed_in.post(address("strands", subject_id=world.maths.pk), {"strand-name": "Shape", "strand-parent": ""})
    shape = Strand.objects.get(name="Shape")
    signed_in.post(address("strand_name", strand_id=shape.pk), {"name": "Shapes"})
    signed_in.post(address("strand_place", strand_id=shape.pk), {"to": "up"})
    rows = Strand.objects.live().filter(subject=world.maths).order_by("position")
    assert [row.name for row in rows] == ["Shapes", "Number"]
    answer = signed_in.post(address("subjects", framework_id=world.framework.pk), {"name": "Ropes"}, follow=True)
    assert "Ropes" in answer.content.decode()
    ropes = Subject.objects.get(name="Ropes")
    signed_in.post(address("subject_place", subject_id=ropes.pk), {"to": "up"})
    subjects = Subject.objects.live().filter(framework=world.framework).order_by("position")
    assert [row.name for row in subjects] == ["Ropes", "Maths"]


def test_a_name_that_is_taken_is_refused_in_a_sentence(signed_in: PageClient, world: World) -> None:
    answer = signed_in.post(address("subjects", framework_id=world.framework.pk), {"name": "Maths"}, follow=True)
    assert "There is already one called “Maths” here." in answer.content.decode()


def test_whoever_did_it_is_in_the_change_set(signed_in: PageClient, world: World) -> None:
    signed_in.post(address("objective_key", objective_id=world.objectives[0].pk))
    by: Account | None = ChangeSet.objects.latest("pk").by
    assert by == world.okafor


def test_a_nul_in_a_name_is_left_out(signed_in: PageClient, world: World) -> None:
    """PostgreSQL holds none, so it would be a fault of ours."""
    answer = signed_in.post(address("subjects", framework_id=world.framework.pk), {"name": "Sci\x00ence"})
    assert answer.status_code == 302
    assert Subject.objects.filter(framework=world.framework, name="Science").exists()
