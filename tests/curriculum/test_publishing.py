"""A trust shares a framework: one school publishes it, the others take copies of their own, and no mark is shared."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from muster.curriculum import actions
from muster.curriculum.actions.publishing import copies_of
from muster.curriculum.locking import IsLocked
from muster.curriculum.models import Framework, Objective, Published, Taken
from muster.curriculum.plain_text import framework_text
from muster.curriculum.rules.filling import Wanted
from muster.curriculum.rules.plain_text import read
from muster.people.access import Role
from muster.people.actions.changes import undo
from muster.people.actions.reach import NoLongerThere, NotTheirSchool
from muster.people.models import ChangeSet, School, Trust
from muster.people.refusals import Refused
from tests.support.client import PageClient
from tests.world import World, a_judgement, a_post, an_account


def publish(world: World, *, is_locked: bool = False) -> Published:
    return actions.publish(framework=world.framework, is_locked=is_locked, by=world.okafor, at=world.now)


def take(world: World, published: Published) -> Framework:
    _copy, plan = actions.plan_to_take(world.birchwood, read(published.text))
    return actions.take(
        published=published, school=world.birchwood, by=world.birchwood_teacher, at=world.now, mark=plan.mark
    )


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
    _copy, plan = actions.plan_to_take(world.birchwood, read(published.text))
    with pytest.raises(NotTheirSchool):
        actions.take(published=published, school=world.birchwood, by=world.okafor, at=world.now, mark=plan.mark)
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
