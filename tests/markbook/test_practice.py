"""A practice class: everything can be tried, nothing of it counts, and nobody else ever sees it."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from muster.curriculum.models import Objective
from muster.markbook.models import Judgement, Practice, PracticeMark
from muster.markbook.practice import NotTheirClass, begin, sweep
from muster.people import schedule
from muster.people.doors import purpose
from muster.people.models import Account, PostClass
from muster.people.purposes import Purpose, Shows
from muster.privacy.models import HistoryEntry
from tests.markbook.test_golden_rules import a_follower
from tests.support.client import PageClient
from tests.world import NOW, World, a_judgement, a_teacher, enrol


def started(client: PageClient, world: World, *, who: str = "okafor") -> str:
    """Somebody practises on 3 Hazel; where the grid of Number is."""
    client.force_login(world.cast[who])
    answer = client.post(f"/ashgrove/classes/{world.hazel.pk}/practice/")
    assert answer.status_code == 302
    where: str = answer.headers["Location"]
    return f"{where}{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"


def a_mark(world: World, practice: Practice, *, letter: str = "S", **also: Any) -> dict[str, Any]:
    """A mark of Amina as the script sends it from a practice class."""
    return {
        "id": str(uuid.uuid4()),
        "act": str(uuid.uuid4()),
        "kind": "practice-judgement",
        "target": {"pupil": world.amina.pk, "objective": world.objectives[0].pk, "practice": practice.pk},
        "value": {"step": world.steps[letter].pk},
        "base": None,
        "at": NOW.isoformat(),
        "seq": 1,
    } | also


def send(client: PageClient, by: Account, *items: dict[str, Any]) -> Any:
    """POST a batch as a tablet does."""
    client.force_login(by)
    batch = {"account": str(by.uuid), "sent_at": NOW.isoformat(), "items": items}
    return client.post("/ashgrove/sync/", json.dumps(batch), content_type="application/json")


def cells(page: str) -> list[str]:
    """What stands in the cells of a grid."""
    return re.findall(r'<td[^>]* aria-label="([^"]*)"', page)


def everything(world: World) -> dict[str, int]:
    """How many rows there are of every kind, practice itself and the looks at it left out."""
    ours = {"markbook.Practice", "markbook.PracticeMark", "privacy.HistoryEntry", "privacy.SubjectSet"}
    with purpose().using(Purpose.MAINTENANCE, Shows.RECORD):
        return {
            model._meta.label: model._base_manager.count()
            for model in apps.get_models()
            if model.__module__.startswith("muster.") and model._meta.label not in ours
        }


def seen_by(client: PageClient, world: World, who: str) -> list[str]:
    """What somebody else sees of the class, on every page that could show a mark."""
    client.force_login(world.cast[who])
    unit = f"/ashgrove/classes/{world.hazel.pk}/markbook/{world.maths.pk}/{world.lower_juniors.pk}/{world.number.pk}/"
    pages = [
        unit,
        f"{unit}objectives/{world.objectives[0].pk}/",
        f"{unit}objectives/{world.objectives[0].pk}/gaps/",
        f"/ashgrove/cells/{world.amina.pk}/{world.objectives[0].pk}/",
        f"/ashgrove/pupils/{world.amina.pk}/",
        f"/ashgrove/classes/{world.hazel.pk}/next/",
        f"/ashgrove/classes/{world.hazel.pk}/learning/",
        "/ashgrove/",
    ]
    found = []
    for where in pages:
        answer = client.get(where)
        assert answer.status_code == 200, where
        found.append(re.sub(r'csrf[^>]*value="[^"]*"|content="[^"]*"|nonce="[^"]*"', "", answer.content.decode()))
    return found


def test_one_click_shows_the_own_class_with_its_marks_under_a_banner(client: PageClient, world: World) -> None:
    a_judgement(world, letter="S")
    where = started(client, world)
    page = client.get(where).content.decode()
    assert "Amina Ali" in page
    assert "S, Secure" in cells(page)
    practice = Practice.objects.get()
    assert f'data-kind="practice-judgement" data-practice="{practice.pk}"' in page
    assert "data-cell=" not in page
    objective = f"{where}objectives/{world.objectives[0].pk}/"
    for each in (where, objective, f"{objective}gaps/"):
        assert "Practice: nothing here counts." in client.get(each).content.decode()


def test_practising_again_goes_on_where_one_was(client: PageClient, world: World) -> None:
    assert started(client, world) == started(client, world)
    assert Practice.objects.count() == 1


def test_a_mark_is_kept_shown_and_put_back(client: PageClient, world: World) -> None:
    where = started(client, world)
    practice = Practice.objects.get()
    (result,) = send(client, world.okafor, a_mark(world, practice)).json()["results"]
    assert (result["status"], result["shown"]) == (201, {"step": world.steps["S"].pk})
    assert cells(client.get(where).content.decode())[0] == "S, Secure"
    undone = a_mark(world, practice, value={"state": "clear"}, seq=2)
    assert send(client, world.okafor, undone).json()["results"][0]["status"] == 201
    assert cells(client.get(where).content.decode())[0] == "not yet marked"
    for state, said in (("absent", "ab, absent when taught"), ("not-taught", "nt, not taught")):
        send(client, world.okafor, a_mark(world, practice, value={"state": state}, seq=3))
        assert cells(client.get(where).content.decode())[0] == said


def test_a_repeat_saves_nothing_more(client: PageClient, world: World) -> None:
    started(client, world)
    mark = a_mark(world, Practice.objects.get())
    assert [send(client, world.okafor, mark).json()["results"][0]["status"] for _ in range(3)] == [201, 200, 200]
    other = mark | {"value": {"state": "absent"}}
    assert send(client, world.okafor, other).json()["results"][0]["status"] == 422
    assert PracticeMark.objects.count() == 1


def test_it_is_in_no_number_no_history_and_on_nobody_elses_page(client: PageClient, world: World) -> None:
    """All counts, history and what others see are the same before and after."""
    enrol(world, world.hazel, pupils=3)
    a_judgement(world, letter="D")
    pages, rows = [seen_by(client, world, who) for who in ("head", "tutor")], everything(world)
    changes = HistoryEntry.objects.exclude(kind="look").count()
    where = started(client, world)
    practice = Practice.objects.get()
    send(client, world.okafor, *(a_mark(world, practice, seq=number) for number in range(5)))
    client.post(f"{where}objectives/{world.objectives[1].pk}/", {"fill": str(world.steps["S"].pk)})
    assert "4 marks saved" in client.get(where).content.decode()
    assert PracticeMark.objects.count() == 9
    assert [seen_by(client, world, who) for who in ("head", "tutor")] == pages
    assert everything(world) == rows
    assert HistoryEntry.objects.exclude(kind="look").count() == changes


def test_later_real_marks_do_not_come_into_it_and_it_goes_into_no_real_one(client: PageClient, world: World) -> None:
    where = started(client, world)
    a_judgement(world, letter="S", at=NOW + timedelta(minutes=1))
    assert cells(client.get(where).content.decode())[0] == "not yet marked"
    send(client, world.okafor, a_mark(world, Practice.objects.get(), letter="D"))
    assert cells(client.get(where).content.decode())[0] == "D, Developing"
    assert Judgement.objects.count() == 1


def test_nobody_else_can_open_it_or_mark_in_it(client: PageClient, world: World) -> None:
    where = started(client, world)
    practice = Practice.objects.get()
    another = a_teacher(world, of=world.hazel)
    for account in (another, world.head, world.reyes, world.birchwood_teacher, world.guardian):
        client.force_login(account)
        for each in (where, f"{where}objectives/{world.objectives[0].pk}/", f"/ashgrove/practice/{practice.pk}/"):
            assert client.get(each).status_code in {403, 404}
        assert client.post(f"/ashgrove/practice/{practice.pk}/").status_code in {403, 404}
    (result,) = send(client, another, a_mark(world, practice)).json()["results"]
    assert result["status"] == 410
    assert Practice.objects.count() == 1
    assert not PracticeMark.objects.exists()


def test_one_practises_on_classes_one_marks(client: PageClient, world: World) -> None:
    client.force_login(world.okafor)
    assert client.post(f"/ashgrove/classes/{world.rowan.pk}/practice/").status_code == 404
    client.force_login(world.head)
    assert client.post(f"/ashgrove/classes/{world.hazel.pk}/practice/").status_code == 403
    with pytest.raises(NotTheirClass):
        begin(school_class=world.rowan, by=world.okafor, at=NOW)


def test_whoever_no_longer_teaches_the_class_no_longer_opens_its_practice(client: PageClient, world: World) -> None:
    where = started(client, world)
    PostClass.objects.filter(post__account=world.okafor).update(ends_on=NOW.date() - timedelta(days=1))
    assert client.get(where).status_code == 404


def test_one_click_discards_it_and_what_still_waits_offline_is_refused(client: PageClient, world: World) -> None:
    where = started(client, world)
    practice = Practice.objects.get()
    send(client, world.okafor, a_mark(world, practice))
    answer = client.post(f"/ashgrove/practice/{practice.pk}/")
    assert answer.headers["Location"] == f"/ashgrove/classes/{world.hazel.pk}/markbook/"
    assert not Practice.objects.exists()
    assert not PracticeMark.objects.exists()
    assert client.get(where).status_code == 404
    (result,) = send(client, world.okafor, a_mark(world, practice)).json()["results"]
    assert (result["status"], result["reason"]) == (
        410,
        "This practice class has been discarded, and what was marked in it with it.",
    )


def test_it_goes_after_fourteen_days_without_use(client: PageClient, world: World) -> None:
    started(client, world)
    send(client, world.okafor, a_mark(world, Practice.objects.get()))
    Practice.objects.update(used_at=NOW)
    assert sweep(NOW + timedelta(days=14) - timedelta(seconds=1)) == "0 discarded"
    assert Practice.objects.exists()
    assert sweep(NOW + timedelta(days=14)) == "1 discarded"
    assert not Practice.objects.exists()
    assert not PracticeMark.objects.exists()


def test_use_keeps_it(client: PageClient, world: World) -> None:
    where = started(client, world)
    Practice.objects.update(used_at=NOW - timedelta(days=13))
    client.get(where)
    assert sweep(NOW + timedelta(days=13)) == "0 discarded"
    Practice.objects.update(used_at=NOW - timedelta(days=13))
    send(client, world.okafor, a_mark(world, Practice.objects.get()))
    assert sweep(NOW + timedelta(days=13)) == "0 discarded"


def test_the_job_is_on_the_schedule() -> None:
    assert "discard unused practice classes" in schedule.offered


BAD = [
    pytest.param({"value": {"step": 10**9}}, 422, id="no such step"),
    pytest.param({"value": {"step": True}}, 422, id="a truth for a step"),
    pytest.param({"value": {"state": "asleep"}}, 422, id="no such state"),
    pytest.param({"value": {}}, 422, id="nothing said"),
    pytest.param({"value": []}, 422, id="a list"),
    pytest.param({"target": {"pupil": 10**9, "objective": 1}}, 410, id="no practice"),
    pytest.param({"target": {"pupil": 1, "objective": 1, "practice": "x"}}, 422, id="a practice that is no number"),
    pytest.param({"target": {"pupil": 1, "objective": 1, "practice": 10**12}}, 410, id="no such practice"),
]


@pytest.mark.parametrize(("wrong", "status"), BAD)
def test_a_bad_item_is_refused_and_says_why(
    client: PageClient, world: World, wrong: dict[str, Any], status: int
) -> None:
    started(client, world)
    practice = Practice.objects.get()
    (result,) = send(client, world.okafor, a_mark(world, practice, **wrong)).json()["results"]
    assert result["status"] == status
    assert result["reason"].endswith(".")
    assert not PracticeMark.objects.exists()


def test_what_is_not_theirs_is_refused_in_practice_too(client: PageClient, world: World) -> None:
    started(client, world)
    practice = Practice.objects.get()
    for pupil, objective in (
        (world.ben, world.objectives[0]),
        (world.cora, world.objectives[0]),
        (world.amina, world.birchwood_objective),
    ):
        mark = a_mark(world, practice)
        mark["target"] |= {"pupil": pupil.pk, "objective": objective.pk}
        assert send(client, world.okafor, mark).json()["results"][0]["status"] == 404
    assert not PracticeMark.objects.exists()


def test_opening_it_is_a_look_because_it_shows_real_marks(client: PageClient, world: World) -> None:
    where = started(client, world)
    before = HistoryEntry.objects.count()
    client.get(where)
    assert HistoryEntry.objects.count() == before + 1


def test_who_is_out_of_their_year_practises_on_their_own_objectives_too(client: PageClient, world: World) -> None:
    a_follower(world)
    own = Objective.objects.get(code="E1", school=world.ashgrove)
    where = started(client, world)
    page = client.get(where).content.decode()
    link = re.findall(rf'data-objective="{own.pk}".*?href="([^"]*)"', page)[0]
    assert "/practice/" in link
    assert "Dilys Evans" in client.get(link).content.decode()
    gaps = client.get(f"{where}objectives/{own.pk}/gaps/", follow=True).content.decode()
    assert "Practice: nothing here counts." in gaps
    assert client.get(f"{where}objectives/{world.birchwood_objective.pk}/").status_code == 404
