"""A trust shares a framework: one school publishes it, the others take copies of their own, and no mark is shared."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from muster.curriculum import actions
from muster.curriculum.actions.publishing import copies_of
from muster.curriculum.locking import IsLocked
from muster.curriculum.models import Framework, Objective, Published, Step, Taken
from muster.curriculum.plain_text import framework_text
from muster.curriculum.readings import readings
from muster.curriculum.rules.filling import Wanted
from muster.curriculum.rules.steps import StepDraft
from muster.markbook.models import Judgement
from muster.people.access import Role
from muster.people.actions.changes import undo
from muster.people.actions.reach import NoLongerThere, NotTheirSchool
from muster.people.doors import purpose
from muster.people.models import ChangeSet, School, Trust
from muster.people.purposes import Purpose, Shows
from muster.people.refusals import Refused
from tests.curriculum.test_scales_bend import drafts
from tests.support.client import PageClient
from tests.world import World, a_change_set, a_judgement, a_post, an_account


def publish(world: World, *, is_locked: bool = False) -> Published:
    return actions.publish(framework=world.framework, is_locked=is_locked, by=world.okafor, at=world.now)


def take(world: World, published: Published, read_as: dict[int, int | None] | None = None) -> Framework:
    mark = actions.plan_to_take(world.birchwood, published).mark
    by, at = world.birchwood_teacher, world.now
    return actions.take(published=published, school=world.birchwood, by=by, at=at, mark=mark, read_as=read_as)


def reword(world: World, wording: str, number: int = 0) -> None:
    actions.change_objective(
        objective=world.objectives[number], wording=wording, code="N1", stages=[world.lower_juniors], by=world.okafor,
        at=world.now,
    )  # fmt: skip


def at_birchwood(world: World, number: int = 0) -> Objective:
    return Objective.objects.get(school=world.birchwood, uuid=world.objectives[number].uuid)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_copy_is_the_same_with_the_same_identifiers_and_no_marks(world: World) -> None:
    a_judgement(world, letter="S")
    world.lower_juniors.year_groups.clear()
    made = take(world, publish(world))
    assert framework_text(made) == framework_text(world.framework)
    assert made.uuid == world.framework.uuid
    assert made.school == world.birchwood
    assert not at_birchwood(world).judgements.exists()
    assert "Amina" not in Published.objects.get().text


def test_it_is_offered_once_and_again_when_there_is_a_newer_one(world: World) -> None:
    assert actions.offers_for(world.birchwood) == []
    first = publish(world)
    assert [(each.name, each.school_name, each.is_newer) for each in actions.offers_for(world.birchwood)] == [
        ("Ashgrove objectives", "Ashgrove Primary School", False)
    ]
    assert actions.offers_for(world.ashgrove) == []
    take(world, first)
    assert actions.offers_for(world.birchwood) == []
    reword(world, "Counts on and back in many steps")
    second = publish(world)
    (offer,) = actions.offers_for(world.birchwood)
    assert (offer.published, offer.is_newer) == (second, True)
    assert at_birchwood(world).wording == "Counts on and back in steps of 4, 8, 50 and 100"
    take(world, second)
    assert at_birchwood(world).wording == "Counts on and back in many steps"
    assert copies_of(world.birchwood, [world.framework.uuid])[world.framework.uuid].version == 2


def test_nothing_is_offered_outside_the_trust(world: World) -> None:
    publish(world)
    other = Trust.objects.create(name="Another Trust")
    School.objects.filter(pk=world.birchwood.pk).update(trust=other)
    world.birchwood.refresh_from_db()
    assert actions.offers_for(world.birchwood) == []


def test_nothing_changed_is_not_published_again(world: World) -> None:
    publish(world)
    with pytest.raises(Refused, match="Nothing has changed since version 1"):
        publish(world)
    publish(world, is_locked=True)


def test_only_who_may_edit_at_the_owning_school_publishes_and_takes(world: World) -> None:
    with pytest.raises(NotTheirSchool):
        actions.publish(framework=world.framework, is_locked=False, by=world.birchwood_teacher, at=world.now)
    published = publish(world)
    mark = actions.plan_to_take(world.birchwood, published).mark
    with pytest.raises(NotTheirSchool):
        actions.take(published=published, school=world.birchwood, by=world.okafor, at=world.now, mark=mark)
    copy = take(world, published)
    with pytest.raises(Refused, match="copy of another school"):
        actions.publish(framework=copy, is_locked=False, by=world.birchwood_teacher, at=world.now)


def test_a_plan_that_has_become_another_is_not_taken(world: World) -> None:
    published = publish(world)
    with pytest.raises(NoLongerThere):
        actions.take(
            published=published, school=world.birchwood, by=world.birchwood_teacher, at=world.now, mark="another"
        )
    assert not Taken.objects.exists()


def test_a_locked_copy_keeps_its_words_and_takes_own_objectives_beside_them(world: World) -> None:
    made = take(world, publish(world, is_locked=True))
    row = at_birchwood(world)
    by: dict[str, Any] = {"by": world.birchwood_teacher, "at": world.now}
    refused: list[Callable[[], object]] = [
        lambda: actions.change_objective(objective=row, wording="Mine", code=row.code, stages=[], **by),
        lambda: actions.retire_objective(objective=row, **by),
        lambda: actions.retire_strand(strand=row.strand, **by),
        lambda: actions.retire_subject(subject=row.strand.subject, **by),
        lambda: actions.split_objective(objective=row, parts=[actions.Part("a"), actions.Part("b")], **by),
        lambda: actions.merge_objectives(objectives=[row, at_birchwood(world, 1)], wording="Both", **by),
        lambda: actions.fill_framework(
            framework=made,
            plan=actions.plan_for(made, [Wanted(1, "Maths", ("Number",), "Other words", identifier=str(row.uuid))]),
            **by,
        ),
    ]
    for act in refused:
        with pytest.raises(IsLocked):
            act()
    own = actions.add_objective(strand=row.strand, wording="Our own", **by)
    actions.change_objective(objective=own, wording="Ours", code="O1", stages=[], **by)
    actions.mark_key(objective=row, is_key=True, **by)
    actions.retire_objective(objective=own, **by)


def test_what_a_school_added_stays_through_a_newer_version_and_what_went_is_its_own(world: World) -> None:
    made = take(world, publish(world, is_locked=True))
    strand = at_birchwood(world).strand
    own = actions.add_objective(strand=strand, wording="Our own", by=world.birchwood_teacher, at=world.now)
    actions.retire_objective(objective=world.objectives[3], by=world.okafor, at=world.now)
    take(world, publish(world, is_locked=True))
    live = Objective.objects.live().filter(strand__subject__framework=made)
    assert {own.pk, at_birchwood(world, 3).pk} <= set(live.values_list("pk", flat=True))
    actions.retire_objective(objective=at_birchwood(world, 3), by=world.birchwood_teacher, at=world.now)
    with pytest.raises(IsLocked):
        actions.retire_objective(objective=at_birchwood(world), by=world.birchwood_teacher, at=world.now)


def test_taking_is_undone_and_may_be_done_again(world: World) -> None:
    published = publish(world)
    made = take(world, published)
    undo(change_set=Taken.objects.get().change_set, by=world.birchwood_teacher, at=world.now)
    made.refresh_from_db()
    assert made.retired_at is not None
    assert len(actions.offers_for(world.birchwood)) == 1
    again = take(world, published)
    assert again.pk == made.pk
    live = Objective.objects.live().filter(strand__subject__framework=made, strand__retired_at=None)
    assert live.count() == 4


def test_publishing_is_undone_by_withdrawing_it(world: World) -> None:
    publish(world)
    undo(change_set=ChangeSet.objects.latest("pk"), by=world.okafor, at=world.now)
    assert Published.objects.get().withdrawn_at == world.now
    assert actions.offers_for(world.birchwood) == []


# -- a newer version with other words ---------------------------------------------------------------------------------


def change_the_scale(world: World, steps: list[StepDraft], read_as: dict[int, int | None] | None = None) -> None:
    scale = world.scale
    actions.change_scale(scale=scale, name="Our four", steps=steps, read_as=read_as, by=world.okafor, at=world.now)


def at_birchwood_step(copy: Framework, code: str) -> Step:
    return Step.objects.live().get(scale=copy.scale, code=code)


def marked(world: World, copy: Framework, code: str) -> Judgement:
    """A mark of Cora's at Birchwood on the first objective of the copy."""
    with purpose().using(Purpose.TEACH, Shows.RECORD):
        return Judgement.objects.create(
            school=world.birchwood,
            pupil=world.cora,
            objective=at_birchwood(world),
            kind="step",
            step=at_birchwood_step(copy, code),
            act=uuid.uuid4(),
            judged_at=world.now,
            recorded_at=world.now,
            judged_by=world.birchwood_teacher,
            change_set=a_change_set(world, school=world.birchwood, by=world.birchwood_teacher),
        )


def words(copy: Framework) -> list[tuple[str, str]]:
    return list(copy.scale.steps.live().order_by("position").values_list("code", "word"))


def test_a_newer_version_brings_steps_renamed_added_and_merged_and_loses_no_mark(world: World) -> None:
    copy = take(world, publish(world))
    was = words(copy)
    ours = {code: at_birchwood_step(copy, code).pk for code, _word in was}
    mark = marked(world, copy, "D")
    beginning, developing, secure, deeper = drafts(world.scale)
    assert developing.pk is not None
    change_the_scale(
        world,
        [
            replace(beginning, word="Starting", code="ST"),
            StepDraft("Practising", "PR"),
            replace(secure, code="SE"),
            deeper,
        ],
        {developing.pk: 2},
    )
    newer = publish(world)
    taking = actions.plan_to_take(world.birchwood, newer)
    (reshaped,) = taking.scales
    assert [(each.effect.value, each.before, each.after) for each in reshaped.effects] == [
        ("renamed", "Beginning", "Starting"),
        ("added", "", "Practising"),
        ("changed", "Secure", "Secure"),
        ("gone", "Developing", ""),
    ]
    assert [each.before for each in reshaped.asked] == ["Developing"]
    assert reshaped.read_as == {ours["D"]: 2}, "as its publisher reads it"
    assert reshaped.others == ("Birchwood objectives",), "the school judges something of its own with the same words"

    take(world, newer)
    copy.scale.refresh_from_db()
    assert copy.scale.name == "Our four"
    assert words(copy) == [("ST", "Starting"), ("PR", "Practising"), ("SE", "Secure"), ("G", "Greater depth")]
    assert at_birchwood_step(copy, "ST").pk == ours["B"], "a step that is renamed keeps its marks"
    mark.refresh_from_db()
    assert mark.step_id == ours["D"], "a mark keeps the word it was made with"
    assert readings(world.birchwood).of(ours["D"], copy.scale_id) == ours["S"]

    undo(change_set=Taken.objects.latest("pk").change_set, by=world.birchwood_teacher, at=world.now)
    assert words(copy) == was
    assert readings(world.birchwood).of(ours["D"], copy.scale_id) == ours["D"]
    take(world, newer)
    assert at_birchwood_step(copy, "ST").pk == ours["B"]


def test_how_marks_are_read_is_the_schools_own_to_say(world: World) -> None:
    copy = take(world, publish(world))
    ours = at_birchwood_step(copy, "D")
    marked(world, copy, "D")
    beginning, developing, *rest = drafts(world.scale)
    assert developing.pk is not None
    change_the_scale(world, [beginning, *rest], {developing.pk: 1})
    take(world, publish(world), {ours.pk: 0})
    assert readings(world.birchwood).of(ours.pk, copy.scale_id) == at_birchwood_step(copy, "B").pk


def test_a_step_the_school_added_itself_stays_where_it_stood(world: World) -> None:
    copy = take(world, publish(world))
    steps = drafts(copy.scale)
    by: dict[str, Any] = {"by": world.birchwood_teacher, "at": world.now}
    steps.insert(2, StepDraft("Nearly", "N", 9))
    actions.change_scale(scale=copy.scale, name=copy.scale.name, steps=steps, **by)
    theirs = drafts(world.scale)
    change_the_scale(world, [replace(theirs[0], word="Starting"), *theirs[1:]])
    take(world, publish(world))
    assert [word for _code, word in words(copy)] == ["Starting", "Developing", "Nearly", "Secure", "Greater depth"]
    assert at_birchwood_step(copy, "N").digit == 9


def test_a_version_taken_before_its_steps_were_known_is_matched_by_words_and_asks(world: World) -> None:
    copy = take(world, publish(world))
    Taken.objects.update(scales={})
    ours = at_birchwood_step(copy, "D")
    marked(world, copy, "D")
    beginning, developing, secure, deeper = drafts(world.scale)
    assert developing.pk is not None
    change_the_scale(world, [replace(beginning, word="Starting"), secure, deeper], {developing.pk: 1})
    newer = publish(world)
    with pytest.raises(actions.Unanswered, match="Developing"):
        take(world, newer)
    assert words(copy)[0] == ("B", "Beginning"), "nothing is half taken"
    take(world, newer, {ours.pk: None})
    assert words(copy) == [("B", "Starting"), ("S", "Secure"), ("G", "Greater depth")]
    assert readings(world.birchwood).of(ours.pk, copy.scale_id) == ours.pk


def test_a_subject_that_is_judged_on_another_scale_brings_it_along(world: World) -> None:
    copy = take(world, publish(world))
    ours = at_birchwood_step(copy, "S")
    mark = marked(world, copy, "S")
    by: dict[str, Any] = {"by": world.okafor, "at": world.now}
    small = actions.add_scale(
        school=world.ashgrove, name="Small steps", steps=[StepDraft("Not yet", "N"), StepDraft("Met", "M")], **by
    )
    met = Step.objects.get(scale=small, code="M")
    read_as = {step.pk: met if step.code == "S" else None for step in world.scale.steps.live()}
    actions.give_scale(row=world.maths, scale=small, read_as=read_as, **by)
    newer = publish(world)
    taking = actions.plan_to_take(world.birchwood, newer)
    assert [(each.called, each.scale) for each in taking.judged] == [("Maths", "Small steps")]
    take(world, newer)
    subject = copy.subjects.get(name="Maths")
    assert subject.scale is not None
    assert (subject.scale.school, subject.scale.name) == (world.birchwood, "Small steps")
    assert mark.step_id == ours.pk
    assert readings(world.birchwood).of(ours.pk, subject.scale.pk) == subject.scale.steps.get(code="M").pk
    assert actions.plan_to_take(world.birchwood, newer).judged == ()
    undo(change_set=Taken.objects.latest("pk").change_set, by=world.birchwood_teacher, at=world.now)
    subject.refresh_from_db()
    assert subject.scale is None


def test_a_newer_version_with_other_words_on_the_page(world: World, client: PageClient) -> None:
    copy = take(world, publish(world))
    marked(world, copy, "D")
    ours = at_birchwood_step(copy, "D")
    beginning, developing, *rest = drafts(world.scale)
    assert developing.pk is not None
    change_the_scale(world, [replace(beginning, word="Starting"), *rest], {developing.pk: 1})
    newer = publish(world)
    head = an_account(name="Bela Head")
    a_post(head, Role.HEAD, world.birchwood)
    client.force_login(head)
    offer = f"/birchwood/frameworks/offers/{newer.pk}/"
    page = client.get(offer).content.decode()
    assert "is called Starting from now on" in page
    assert "It is called Our four from now on." in page
    assert re.search(rf'<select name="read-{ours.pk}".*?<option value="1" selected>Secure</option>', page)
    found = re.search(r'name="shown" value="([0-9a-f]+)"', page)
    assert found is not None
    assert client.post(offer, {"shown": found[1], f"read-{ours.pk}": "99"}).status_code == 302
    assert readings(world.birchwood).of(ours.pk, copy.scale_id) == at_birchwood_step(copy, "S").pk
    assert "You have this version." in text(client.get(offer))


# -- pages -----------------------------------------------------------------------------------------------------------


def test_publishing_and_taking_on_the_pages(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    where = f"/ashgrove/frameworks/{world.framework.pk}/publishing/"
    assert client.get(where).status_code == 200
    assert client.post(where, {"locked": "on"}).status_code == 302
    assert "Version 1" in text(client.get(where))
    published = Published.objects.get()
    head = an_account(name="Bela Head")
    a_post(head, Role.HEAD, world.birchwood)
    client.force_login(head)
    assert "Offered in your trust" in text(client.get("/birchwood/frameworks/"))
    offer = f"/birchwood/frameworks/offers/{published.pk}/"
    shown = client.get(offer)
    assert "4 added" in text(shown)
    assert "Its words are locked" in text(shown)
    found = re.search(r'name="shown" value="([0-9a-f]+)"', shown.content.decode())
    assert found is not None
    assert client.post(offer, {"shown": found[1]}).status_code == 302
    made = Framework.objects.get(school=world.birchwood, uuid=world.framework.uuid)
    assert "A copy of version 1 from Ashgrove Primary School. Its words are locked." in text(
        client.get(f"/birchwood/frameworks/{made.pk}/")
    )
    assert client.get(f"/ashgrove/frameworks/offers/{published.pk}/").status_code == 404


def test_a_framework_goes_out_as_a_file_and_in_again(world: World, client: PageClient) -> None:
    client.force_login(world.okafor)
    out = client.get(f"/ashgrove/frameworks/{world.framework.pk}/text/")
    assert out.headers["Content-Type"] == "text/plain; charset=utf-8"
    body = out.content.decode()
    where = "/ashgrove/frameworks/text/"
    assert client.get(where).status_code == 200
    preview = text(client.post(where, {"text": body}))
    assert "4 objectives" in preview
    assert Framework.objects.at(world.ashgrove).count() == 1
    assert client.post(where, {"text": body, "do": "1"}).status_code == 302
    assert Framework.objects.at(world.ashgrove).filter(name="Ashgrove objectives (2)").exists()
    wrong = client.post(where, {"text": "framework: A\n  colour: red"})
    assert wrong.status_code == 422
    assert "Line 2: Only these may stand under" in text(wrong)
    assert client.post(where, {"text": " "}).status_code == 422
