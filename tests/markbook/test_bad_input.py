"""Bad input at the outbox: one clear sentence, a proper status, nothing lost or half-written."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muster.markbook.models import Judgement, Note
from muster.privacy import backup
from muster.privacy.models import HistoryEntry
from tests.markbook.test_pages import a_mark, send
from tests.support.client import PageClient
from tests.world import NOW, World

Item = Callable[[World], dict[str, Any]]

ITEMS = [
    pytest.param(lambda w: a_mark(w, value={"step": 10**9}), 422, id="wrong step"),
    pytest.param(lambda w: a_mark(w, value={"step": "3"}), 422, id="step as text"),
    pytest.param(lambda w: a_mark(w, value=None), 422, id="no value"),
    pytest.param(lambda w: a_mark(w, value={"step": 10**30}), 422, id="a step no database holds"),
    pytest.param(
        lambda w: a_mark(w, target={"pupil": 10**9, "objective": w.objectives[0].pk}), 404, id="no such pupil"
    ),
    pytest.param(
        lambda w: a_mark(w, target={"pupil": w.cora.pk, "objective": w.objectives[0].pk}), 404, id="other school"
    ),
    pytest.param(
        lambda w: a_mark(w, target={"pupil": w.ben.pk, "objective": w.objectives[0].pk}), 404, id="other class"
    ),
    pytest.param(lambda w: a_mark(w, target={"pupil": w.amina.pk, "objective": 10**9}), 404, id="no such objective"),
    pytest.param(
        lambda w: a_mark(w, target={"pupil": w.amina.pk, "objective": w.birchwood_objective.pk}),
        404,
        id="their objective",
    ),
    pytest.param(lambda w: a_mark(w, target={"pupil": "x", "objective": None}), 422, id="no numbers"),
    pytest.param(lambda w: a_mark(w, target={"pupil": -1, "objective": 1}), 422, id="below nothing"),
    pytest.param(lambda w: a_mark(w, target={"pupil": 10**40, "objective": 1}), 422, id="beyond every number"),
    pytest.param(lambda w: a_mark(w, target=[]), 422, id="no target"),
    pytest.param(lambda w: a_mark(w, id="17"), 422, id="no number of its own"),
    pytest.param(lambda w: a_mark(w, at="yesterday"), 422, id="no time"),
    pytest.param(lambda w: a_mark(w, at="2026-03-04T10:42:00"), 422, id="no time zone"),
    pytest.param(lambda w: a_mark(w, base="old"), 422, id="no version"),
    pytest.param(lambda w: a_mark(w, base=10**40), 422, id="a version beyond every number"),
    pytest.param(lambda w: a_mark(w, kind="wish"), 422, id="unknown kind"),
    pytest.param(lambda w: a_mark(w, value={"state": ["absent"]}), 422, id="a list of states"),
]


@pytest.mark.parametrize(("item", "status"), ITEMS)
def test_a_bad_item_is_refused_and_says_why(client: PageClient, world: World, item: Item, status: int) -> None:
    client.force_login(world.okafor)
    history = HistoryEntry.objects.count()
    answer = send(client, world, item(world))
    (result,) = answer.json()["results"]
    assert (answer.status_code, result["status"]) == (status, status)
    assert result["reason"].endswith(".")
    assert not Judgement.objects.exists()
    assert HistoryEntry.objects.count() == history


@pytest.mark.parametrize(("item", "status"), ITEMS)
def test_a_bad_item_takes_no_good_one_with_it(client: PageClient, world: World, item: Item, status: int) -> None:
    client.force_login(world.okafor)
    answer = send(client, world, item(world), a_mark(world))
    assert answer.status_code == 200
    assert sorted(result["status"] for result in answer.json()["results"]) == [201, status]
    assert Judgement.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param(b'{"items": [{"id"', 400, id="cut short"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b'"marks"', 400, id="a word"),
        pytest.param(b"\xff\xfe\x00", 400, id="no text"),
        pytest.param(b"[" * 100_000, 400, id="nested without end"),
        pytest.param(b'{"items": {}, "account": "x", "sent_at": "x"}', 400, id="no account"),
        pytest.param(b'{"pad": "' + b"x" * 300_000 + b'"}', 413, id="huge"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(
    client: PageClient, world: World, body: bytes, status: int
) -> None:
    client.force_login(world.okafor)
    answer = client.post("/ashgrove/sync/", body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["reason"].endswith(".")
    assert not Judgement.objects.exists()


def test_more_than_two_hundred_changes_are_too_many(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert send(client, world, *[a_mark(world) for _ in range(201)]).status_code == 413
    assert not Judgement.objects.exists()


def test_marks_of_another_account_stay_on_the_device(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    answer = send(client, world, a_mark(world), account=str(world.reyes.uuid))
    assert answer.status_code == 403
    assert not Judgement.objects.exists()


def test_half_a_letter_in_a_note_holds_nothing_up(client: PageClient, world: World) -> None:
    """A device that cuts a picture letter in two sends the half as JSON can write it, and bytes cannot."""
    client.force_login(world.okafor)
    answer = send(client, world, a_mark(world, kind="note", value={"text": "Counts \ud83d"}), a_mark(world))
    assert [result["status"] for result in answer.json()["results"]] == [201, 201]
    assert Note.objects.select_related("pupil").get().text == "Counts ?"


@pytest.mark.parametrize("number", ["²", "٣", "9" * 40, "9" * 5000])
def test_numbers_no_row_can_have_are_refused_in_forms_too(client: PageClient, world: World, number: str) -> None:
    client.force_login(world.okafor)
    cell = f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/"
    for sent in ({"settle": number}, {"settle": "absent", "version": number}):
        assert client.post(cell, sent).status_code == 302
    unit = f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"
    objective = f"{unit}objectives/{world.objectives[1].pk}/"
    assert client.post(objective, {"mark": f"{number}:absent"}).status_code == 404
    assert client.post(objective, {"mark": f"{world.amina.pk}:{number}"}).status_code == 302
    assert client.post(objective, {"fill": "absent", f"version-{world.amina.pk}": number}).status_code == 302
    assert {row.kind for row in Judgement.objects.all()} == {"absent"}


def test_a_replayed_batch_changes_nothing(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    batch = [a_mark(world), a_mark(world, target={"pupil": world.amina.pk, "objective": world.objectives[1].pk})]
    first, again = send(client, world, *batch), send(client, world, *batch)
    assert [result["status"] for result in first.json()["results"]] == [201, 201]
    assert [result["status"] for result in again.json()["results"]] == [200, 200]
    assert Judgement.objects.count() == 2


def test_the_same_number_with_another_body_is_refused(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    mark = a_mark(world)
    send(client, world, mark)
    answer = send(client, world, mark | {"value": {"step": world.steps["D"].pk}})
    assert answer.status_code == 422
    assert Judgement.objects.count() == 1


def test_a_stale_version_keeps_both_marks_and_says_so(client: PageClient, world: World) -> None:
    from tests.world import a_judgement, a_teacher

    a_judgement(world, letter="S", by=a_teacher(world, of=world.hazel))
    client.force_login(world.okafor)
    (result,) = send(client, world, a_mark(world, value={"step": world.steps["D"].pk}, base=None)).json()["results"]
    assert (result["status"], result["two_views"]) == (201, True)
    assert Judgement.objects.count() == 2


def test_nobody_signed_in_is_told_that_marks_are_kept(client: PageClient, world: World) -> None:
    answer = send(client, world, a_mark(world))
    assert answer.status_code == 401
    assert answer.json()["reason"]


def test_a_tablet_of_the_other_school_finds_nothing(client: PageClient, world: World) -> None:
    client.force_login(world.birchwood_teacher)
    batch = {"account": str(world.birchwood_teacher.uuid), "sent_at": NOW.isoformat(), "items": [a_mark(world)]}
    assert client.post("/ashgrove/sync/", json.dumps(batch), content_type="application/json").status_code == 404
    (result,) = client.post("/birchwood/sync/", json.dumps(batch), content_type="application/json").json()["results"]
    assert result["status"] == 404
    assert not Judgement.objects.exists()


def unit(world: World, *, class_id: int | None = None, subject: int | None = None, strand: int | None = None) -> str:
    """The grid's address, with one part wrong."""
    return (
        f"/ashgrove/classes/{class_id or world.hazel.pk}/markbook/{subject or world.maths.pk}/"
        f"{world.lower_juniors.pk}/{strand or world.number.pk}/"
    )


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda w: unit(w, class_id=10**9), id="no such class"),
        pytest.param(lambda w: unit(w, class_id=w.elm.pk), id="a class of the other school"),
        pytest.param(lambda w: unit(w, class_id=w.rowan.pk), id="a colleague's class"),
        pytest.param(lambda w: unit(w, subject=10**9), id="no such subject"),
        pytest.param(lambda w: unit(w, strand=w.birchwood_number.pk), id="a strand of the other school"),
        pytest.param(lambda w: unit(w) + "objectives/999999/", id="no such objective"),
        pytest.param(lambda w: unit(w) + f"objectives/{w.birchwood_objective.pk}/", id="their objective"),
        pytest.param(lambda w: unit(w) + "objectives/999999/gaps/", id="gaps in nothing"),
        pytest.param(lambda w: f"/ashgrove/cells/{w.ben.pk}/{w.objectives[0].pk}/", id="a cell of a colleague's pupil"),
        pytest.param(lambda w: f"/ashgrove/cells/{w.cora.pk}/{w.objectives[0].pk}/", id="a cell of the other school"),
        pytest.param(
            lambda w: f"/ashgrove/cells/{w.amina.pk}/{w.birchwood_objective.pk}/", id="a cell of their objective"
        ),
        pytest.param(lambda w: f"/ashgrove/cells/{10**18}/1/", id="no such pupil"),
        pytest.param(lambda w: f"/ashgrove/cells/{10**30}/1/", id="a number no database holds"),
    ],
)
def test_what_is_not_there_or_not_theirs_is_one_answer(
    client: PageClient, world: World, address: Callable[[World], str]
) -> None:
    client.force_login(world.okafor)
    answer = client.get(address(world))
    assert answer.status_code == 404
    assert b"no such page" in answer.content


@pytest.mark.parametrize("form", [{}, {"mark": "x"}, {"mark": "1:"}, {"mark": "999999:3"}, {"mark": ":"}])
def test_a_form_that_says_nothing_readable_marks_nothing(
    client: PageClient, world: World, form: dict[str, str]
) -> None:
    client.force_login(world.okafor)
    assert client.post(unit(world) + f"objectives/{world.objectives[0].pk}/", form).status_code == 404
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("value", ["999999", "excellent", "9" * 40])
def test_a_form_with_a_wrong_word_is_told_so(client: PageClient, world: World, value: str) -> None:
    client.force_login(world.okafor)
    answer = client.post(
        unit(world) + f"objectives/{world.objectives[0].pk}/", {"mark": f"{world.amina.pk}:{value}"}, follow=True
    )
    assert "not one of the words" in answer.content.decode()
    assert not Judgement.objects.exists()


def test_a_script_less_form_marks_one_and_all_blanks(client: PageClient, world: World) -> None:
    from tests.world import enrol

    enrol(world, world.hazel, pupils=3)
    client.force_login(world.okafor)
    address = unit(world) + f"objectives/{world.objectives[0].pk}/"
    client.post(address, {"mark": f"{world.amina.pk}:{world.steps['D'].pk}"})
    page = client.post(address, {"fill": str(world.steps["S"].pk)}, follow=True).content.decode()
    assert "3 marks saved." in page
    assert sorted(Judgement.objects.values_list("step__code", flat=True)) == ["D", "S", "S", "S"]


def test_reading_a_batch_is_not_for_other_methods(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert client.get("/ashgrove/sync/").status_code == 405


def test_no_mark_is_taken_without_the_pages_own_token(world: World) -> None:
    strict = PageClient(enforce_csrf_checks=True)
    strict.force_login(world.okafor)
    answer = send(strict, world, a_mark(world), id=str(uuid.uuid4()))
    assert answer.status_code == 403
    assert not Judgement.objects.exists()


def test_tablets_are_told_when_a_backup_was_put_back(
    client: PageClient, world: World, settings: Any, tmp_path: Path
) -> None:
    """They offer their last seven days of marks again once this differs from what they heard before."""
    settings.DATA = tmp_path
    client.force_login(world.okafor)
    assert send(client, world, a_mark(world)).json()["restored"] == ""
    (tmp_path / backup.RESTORED).write_text("2026-03-04T11:00:00+00:00")
    assert send(client, world, a_mark(world)).json()["restored"] == "2026-03-04T11:00:00+00:00"
