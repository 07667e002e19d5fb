"""Marks are added, never lost: repeats, two people, clocks and refusals."""

import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from muster.markbook.actions import judge, write_notes
from muster.markbook.items import Item
from muster.markbook.models import Judgement, Note
from muster.markbook.newest import newest
from muster.people.actions.merging import merge_pupils
from muster.people.models import Account, Pupil
from muster.people.outbox import Result
from tests.world import NOW, World, a_judgement, a_pupil, a_teacher, enrol


def an_item(
    world: World,
    *,
    pupil: Pupil | None = None,
    objective: int | None = None,
    letter: str = "S",
    value: dict[str, Any] | None = None,
    base: int | None = None,
    at: datetime = NOW,
    number: uuid.UUID | None = None,
    kind: str = "judgement",
) -> Item:
    """A mark as a tablet sends it."""
    return Item(
        id=number or uuid.uuid4(),
        act=uuid.uuid4(),
        kind=kind,
        pupil=(pupil or world.amina).pk,
        objective=objective or world.objectives[0].pk,
        value=value if value is not None else {"step": world.steps[letter].pk},
        base=base,
        made_at=at,
        seq=0,
    )


def sent(world: World, *items: Item, by: Account | None = None, at: datetime = NOW) -> list[Result]:
    """Save the items as one batch."""
    return judge(items, school=world.ashgrove, by=by or world.okafor, at=at)


def standing(world: World) -> tuple[str, int | None, bool]:
    """What Amina's first objective shows."""
    cell = newest(pupils=[world.amina.pk], objectives=[world.objectives[0].pk])[world.amina.pk, world.objectives[0].pk]
    return cell.kind, cell.step, cell.two_views


def test_a_mark_is_kept_with_who_and_when(world: World) -> None:
    (result,) = sent(world, an_item(world, at=NOW - timedelta(minutes=5)), at=NOW)
    saved = Judgement.objects.get()
    assert result.status == 201
    assert result.version == saved.pk
    assert (saved.judged_by, saved.judged_at, saved.recorded_at) == (world.okafor, NOW - timedelta(minutes=5), NOW)


def test_sending_twice_records_once(world: World) -> None:
    item = an_item(world)
    first, second = sent(world, item)[0], sent(world, item)[0]
    assert (first.status, second.status) == (201, 200)
    assert first.version == second.version
    assert Judgement.objects.count() == 1


def test_the_same_number_with_another_mark_is_refused(world: World) -> None:
    item = an_item(world, letter="S")
    sent(world, item)
    (result,) = sent(world, an_item(world, letter="D", number=item.id))
    assert result.status == 422
    assert "number of another" in result.reason
    assert standing(world) == ("step", world.steps["S"].pk, False)


def test_a_later_mark_stands_and_the_earlier_one_stays(world: World) -> None:
    (first,) = sent(world, an_item(world, letter="D"))
    sent(world, an_item(world, letter="S", base=first.version, at=NOW + timedelta(minutes=1)))
    assert standing(world) == ("step", world.steps["S"].pk, False)
    assert Judgement.objects.count() == 2


def test_a_mark_made_over_another_stands_however_slowly_that_one_came(world: World) -> None:
    """A tablet's time is uncertain by the time on the way, and one slow answer outlasts a correction."""
    (first,) = sent(world, an_item(world, letter="D"))
    (second,) = sent(world, an_item(world, letter="S", base=first.version, at=NOW - timedelta(seconds=1)))
    assert second.shown == {"step": world.steps["S"].pk}
    assert standing(world) == ("step", world.steps["S"].pk, False)


def test_two_teachers_who_did_not_know_of_each_other_are_both_kept(world: World) -> None:
    colleague = a_teacher(world, of=world.hazel)
    sent(world, an_item(world, letter="S", at=NOW))
    (second,) = sent(world, an_item(world, letter="D", at=NOW + timedelta(minutes=3)), by=colleague)
    assert second.two_views
    assert standing(world) == ("step", world.steps["D"].pk, True)


def test_the_mark_made_later_shows_though_it_was_received_first(world: World) -> None:
    colleague = a_teacher(world, of=world.hazel)
    sent(world, an_item(world, letter="S", at=NOW))
    (late,) = sent(world, an_item(world, letter="D", at=NOW - timedelta(minutes=30)), by=colleague)
    assert late.shown == {"step": world.steps["S"].pk}
    assert standing(world) == ("step", world.steps["S"].pk, True)


def test_one_tap_settles_two_views(world: World) -> None:
    colleague = a_teacher(world, of=world.hazel)
    sent(world, an_item(world, letter="S"))
    (met,) = sent(world, an_item(world, letter="D"), by=colleague)
    sent(world, an_item(world, letter="S", base=met.version, at=NOW + timedelta(minutes=1)))
    assert standing(world) == ("step", world.steps["S"].pk, False)


def test_two_views_stay_until_somebody_who_knows_of_both_decides(world: World) -> None:
    colleague = a_teacher(world, of=world.hazel)
    (mine,) = sent(world, an_item(world, letter="S"))
    sent(world, an_item(world, letter="D", at=NOW - timedelta(minutes=1)), by=colleague)
    (again,) = sent(world, an_item(world, letter="G", base=mine.version, at=NOW + timedelta(minutes=2)))
    assert again.two_views


def test_the_same_opinion_twice_is_one_view(world: World) -> None:
    colleague = a_teacher(world, of=world.hazel)
    sent(world, an_item(world, letter="S"))
    (second,) = sent(world, an_item(world, letter="S"), by=colleague)
    assert not second.two_views


def test_a_pupil_of_another_class_is_refused_as_if_unknown(world: World) -> None:
    ours, theirs, nobody = sent(
        world,
        an_item(world),
        an_item(world, pupil=world.ben),
        an_item(world, pupil=Pupil(pk=10**9)),
    )
    by_status = sorted([ours.status, theirs.status, nobody.status])
    assert by_status == [201, 404, 404]
    assert Judgement.objects.count() == 1


def test_a_pupil_of_the_other_school_is_refused_for_an_account_with_posts_in_both(world: World) -> None:
    (result,) = judge([an_item(world, pupil=world.cora)], school=world.ashgrove, by=world.both, at=NOW)
    assert result.status == 404


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"step": 10**9}, id="no such step"),
        pytest.param({"step": True}, id="not a number"),
        pytest.param({"state": "excellent"}, id="no such state"),
        pytest.param({}, id="nothing"),
        pytest.param({"state": "absent", "step": 1}, id="two things at once"),
    ],
)
def test_a_mark_that_is_none_of_the_schools_words_is_refused(world: World, value: dict[str, Any]) -> None:
    (result,) = sent(world, an_item(world, value=value))
    assert result.status == 422
    assert not Judgement.objects.exists()


def test_a_step_of_the_other_schools_scale_is_refused(world: World) -> None:
    foreign = world.birchwood_scale.steps.get(code="S")
    (result,) = sent(world, an_item(world, value={"step": foreign.pk}))
    assert result.status == 422


def test_a_retired_objective_takes_no_new_marks(world: World) -> None:
    world.objectives[0].retired_at = NOW
    world.objectives[0].save()
    (result,) = sent(world, an_item(world))
    assert result.status == 410


def test_the_head_may_look_but_not_mark(world: World) -> None:
    (result,) = sent(world, an_item(world), by=world.head)
    assert result.status == 404


@pytest.mark.parametrize("state", ["clear", "absent", "not-taught"])
def test_states_are_judgements_of_another_kind(world: World, state: str) -> None:
    sent(world, an_item(world))
    sent(world, an_item(world, value={"state": state}, at=NOW + timedelta(minutes=1)))
    assert standing(world) == (state, None, False)
    assert Judgement.objects.count() == 2


# -- a child entered twice -------------------------------------------------------------------------------------------


@pytest.fixture
def twin(world: World) -> Pupil:
    """Amina's second record, in her class."""
    return a_pupil(world, name="Aminah Ali", in_class=world.hazel)


def test_a_mark_made_before_two_records_were_joined_goes_to_the_one_that_was_kept(world: World, twin: Pupil) -> None:
    item, note = an_item(world, pupil=twin), an_item(world, pupil=twin, kind="note", value={"text": "Counts on."})
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    assert [result.status for result in sent(world, item)] == [201]
    assert [result.status for result in write_notes([note], school=world.ashgrove, by=world.okafor, at=NOW)] == [201]
    assert Judgement.objects.get().pupil == world.amina
    assert Note.objects.select_related("pupil").get().pupil == world.amina


def test_a_mark_saved_before_the_joining_and_sent_again_after_it_was_saved(world: World, twin: Pupil) -> None:
    item = an_item(world, pupil=twin)
    sent(world, item)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    assert [result.status for result in sent(world, item)] == [200]


def test_a_mark_for_a_joined_record_sent_again_after_the_pupil_moved_class_was_saved(world: World, twin: Pupil) -> None:
    item = an_item(world, pupil=twin)
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    sent(world, item)
    world.amina.memberships.update(school_class=world.rowan)
    assert [result.status for result in sent(world, item)] == [200]


def test_of_three_records_joined_all_marks_count(world: World, twin: Pupil) -> None:
    third = a_pupil(world, name="Amena Ali", in_class=world.hazel)
    theirs = a_judgement(
        world, pupil=third, letter="S", by=a_teacher(world, of=world.hazel), at=NOW - timedelta(days=1)
    )
    for gone in (twin, third):
        merge_pupils(kept=world.amina, gone=gone, by=world.office, at=NOW)
    (result,) = sent(world, an_item(world, pupil=twin, letter="G", base=theirs.pk))
    assert (result.status, result.two_views) == (201, False)


def test_marking_over_what_came_with_the_joined_record_is_no_second_view(world: World, twin: Pupil) -> None:
    a_judgement(world, letter="D", by=world.okafor, at=NOW - timedelta(days=2))
    theirs = a_judgement(world, pupil=twin, letter="S", by=a_teacher(world, of=world.hazel), at=NOW - timedelta(days=1))
    merge_pupils(kept=world.amina, gone=twin, by=world.office, at=NOW)
    (result,) = sent(world, an_item(world, letter="G", base=theirs.pk))
    assert (result.status, result.two_views) == (201, False)


# -- at the same moment ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_teachers_in_the_same_moment_meet(world: World) -> None:
    """The second reads the cell only once the first has saved, whatever the database."""
    colleague = a_teacher(world, of=world.hazel)
    saved, seen = threading.Event(), threading.Event()
    told: list[Result] = []

    def second() -> None:
        try:
            saved.wait(10)
            seen.set()
            told.extend(sent(world, an_item(world, letter="D"), by=colleague))
        finally:
            seen.set()
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        sent(world, an_item(world, letter="S"))
        saved.set()
        seen.wait(10)
        time.sleep(0.4)
    other.join(20)
    assert [(result.status, result.two_views) for result in told] == [(201, True)]


def test_a_batch_costs_the_same_statements_whatever_its_size(world: World) -> None:
    enrol(world, world.hazel, pupils=30)
    pupils = list(Pupil.objects.in_class(world.hazel, world.today))
    sent(world, an_item(world))
    with CaptureQueriesContext(connection) as few:
        sent(world, *[an_item(world, pupil=pupil, objective=world.objectives[1].pk) for pupil in pupils[:2]])
    with CaptureQueriesContext(connection) as many:
        sent(world, *[an_item(world, pupil=pupil, objective=world.objectives[2].pk) for pupil in pupils])
    assert len(few) == len(many), [query["sql"][:90] for query in many]


def test_newest_takes_one_statement_and_prefers_the_later_judgement(world: World) -> None:
    a_judgement(world, letter="S", at=NOW - timedelta(days=3))
    a_judgement(world, letter="D", at=NOW - timedelta(days=9))
    with CaptureQueriesContext(connection) as asked:
        assert standing(world)[1] == world.steps["S"].pk
    assert len(asked) == 1


def test_a_tie_goes_to_the_mark_recorded_last(world: World) -> None:
    a_judgement(world, letter="S")
    a_judgement(world, letter="G")
    assert standing(world)[1] == world.steps["G"].pk
    assert Judgement.objects.standing(NOW).get().step == world.steps["G"]


def test_standing_as_it_was_on_an_earlier_day(world: World) -> None:
    a_judgement(world, letter="D", at=NOW - timedelta(days=9))
    a_judgement(world, letter="S", at=NOW)
    then = newest(pupils=[world.amina.pk], objectives=[world.objectives[0].pk], until=NOW - timedelta(days=1))
    assert [cell.step for cell in then.values()] == [world.steps["D"].pk]


def test_a_note_is_sealed_and_repeats_are_harmless(world: World) -> None:
    item = an_item(world, kind="note", value={"text": " Counts on her fingers. "})
    saved = [write_notes([item], school=world.ashgrove, by=world.okafor, at=NOW)[0].status for _ in range(2)]
    note = Note.objects.select_related("pupil").get()
    assert saved == [201, 200]
    assert note.text == "Counts on her fingers."
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM markbook_note")
        assert b"fingers" not in bytes(cursor.fetchone()[0])


def test_an_empty_or_endless_note_is_refused(world: World) -> None:
    for text in ("  ", "x" * 4_001, None, 7):
        item = an_item(world, kind="note", value={"text": text})
        (result,) = write_notes([item], school=world.ashgrove, by=world.okafor, at=NOW)
        assert result.status == 422
    assert not Note.objects.exists()


def test_a_mark_saved_before_the_pupil_moved_class_is_still_said_to_be_saved(world: World) -> None:
    item = an_item(world)
    sent(world, item)
    world.amina.memberships.update(school_class=world.rowan)
    (again,) = sent(world, item)
    assert (again.status, again.shown) == (200, None)


def test_last_years_class_is_out_of_reach(world: World) -> None:
    after = datetime.combine(world.year.last_day, NOW.timetz()) + timedelta(days=1)
    (result,) = sent(world, an_item(world), at=after)
    assert result.status == 404
