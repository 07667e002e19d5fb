"""What a school sets for itself: its facts, its words, its groups, and who can do what."""

from datetime import timedelta
from typing import Any

import pytest

from muster.people.access import GRANTS, Permission, Role
from muster.people.actions import groups
from muster.people.actions.reach import NotTheirSchool
from muster.people.actions.schools import AddressTaken, UnknownZone, describe_school, found_school
from muster.people.doors import purpose
from muster.people.models import GroupStatus, KeyGroup, School
from muster.people.purposes import Purpose, Shows
from muster.people.roles import PERMISSION_WORDS, ROLE_WORDS, access_table, who_may
from tests.support.client import PageClient
from tests.world import World

SCHOOL = {
    "name": "Ashgrove", "country": "GB-WLS", "time_zone": "Europe/London", "language": "cy", "week": ["1", "2", "3", "4"],
    "help_person": "Olive, extension 4",
}  # fmt: skip


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        ("head", {"School", "Terms", "Words", "People", "Classes", "History"}, {"Entered twice"}),
        ("office", {"People", "Classes", "Entered twice"}, {"Terms", "Words", "History"}),
        ("it", {"School", "Terms", "People"}, {"Classes", "Entered twice", "History"}),
        ("dpo", {"History", "Who can do what"}, {"School", "People"}),
        ("guardian", {"Who can do what"}, {"School", "People", "Scales"}),
    ],
)
def test_settings_offer_what_one_may_set(
    world: World, client: PageClient, who: str, seen: set[str], unseen: set[str]
) -> None:
    client.force_login(world.cast[who])
    answer = client.get("/ashgrove/settings/")
    labels = {task["label"] for task in answer.context["tasks"]}
    assert seen <= labels
    assert not unseen & labels
    for task in answer.context["tasks"]:
        assert task["href"].startswith("/ashgrove/")


def test_a_school_says_what_it_is(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    assert client.post("/ashgrove/settings/school/", SCHOOL).status_code == 302
    world.ashgrove.refresh_from_db()
    assert (world.ashgrove.name, world.ashgrove.week, world.ashgrove.language) == ("Ashgrove", "1234", "cy")
    assert client.get("/ashgrove/settings/school/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"name": "\0"}, id="a null character"),
        pytest.param({"time_zone": "Moon/Tycho"}, id="no such zone"),
        pytest.param({"language": "tlh"}, id="no such language"),
        pytest.param({"week": []}, id="never open"),
        pytest.param({"week": ["8"]}, id="an eighth day"),
        pytest.param({"country": "ZZ"}, id="no such country"),
    ],
)
def test_what_a_school_cannot_be_is_said(world: World, client: PageClient, wrong: dict[str, Any]) -> None:
    client.force_login(world.head)
    assert client.post("/ashgrove/settings/school/", {**SCHOOL, **wrong}).status_code == 422
    before = world.ashgrove.name
    world.ashgrove.refresh_from_db()
    assert world.ashgrove.name == before


def test_a_school_is_founded_once_at_an_address(world: World) -> None:
    made = found_school(trust=world.trust, name="Dell", slug="dell", by=None, at=world.now)
    assert School.objects.get(slug="dell") == made
    for slug in ("dell", "sign-in", "account"):
        with pytest.raises(AddressTaken):
            found_school(trust=world.trust, name="Dell", slug=slug, by=None, at=world.now)
    with pytest.raises(UnknownZone):
        found_school(name="Dell", slug="dell-2", time_zone="Moon/Tycho", by=None, at=world.now)


def test_words_are_said_on_every_page(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    empty = dict.fromkeys(client.get("/ashgrove/settings/words/").context["form"].fields, "")
    client.post("/ashgrove/settings/words/", {**empty, "pupil-singular": "learner", "class-singular": "cwtsh"})
    page = client.get("/ashgrove/pupils/").content.decode()
    assert "<h1>Learners</h1>" in page
    assert "Cwtshs" in client.get("/ashgrove/classes/").content.decode()
    client.post("/ashgrove/settings/words/", {**empty, "preset": "us"})
    assert "<h1>Students</h1>" in client.get("/ashgrove/pupils/").content.decode()
    client.post("/ashgrove/settings/words/", empty)
    assert "<h1>Pupils</h1>" in client.get("/ashgrove/pupils/").content.decode()


def test_words_of_one_school_are_not_those_of_the_next(world: World, client: PageClient) -> None:
    world.ashgrove.words = {"pupil": {"singular": "learner", "plural": "learners"}}
    world.ashgrove.save()
    client.force_login(world.both)
    assert "<h1>Learners</h1>" in client.get("/ashgrove/pupils/").content.decode()
    assert "<h1>Pupils</h1>" in client.get("/birchwood/pupils/").content.decode()


def test_groups_begin_with_the_usual_ones_and_are_the_schools_own(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    client.post("/ashgrove/settings/groups/usual/")
    assert KeyGroup.objects.filter(school=world.ashgrove).count() == len(groups.USUAL_GROUPS)
    client.post("/ashgrove/settings/groups/", {"name": "Young carers"})
    client.post("/ashgrove/settings/groups/", {"name": "Young Carers!"})
    codes = KeyGroup.objects.filter(name__startswith="Young").values_list("code", flat=True)
    assert sorted(codes) == ["young-carers", "young-carers-1"]
    assert client.post("/ashgrove/settings/groups/", {"name": "young carers"}).status_code == 422
    client.post("/ashgrove/settings/groups/", {"name": "學習"})
    one = KeyGroup.objects.get(name="Young carers")
    assert client.post(f"/ashgrove/settings/groups/{one.pk}/", {"name": "EAL"}).status_code == 422
    client.post(f"/ashgrove/settings/groups/{one.pk}/", {"name": "Carers"})
    client.post(f"/ashgrove/settings/groups/{one.pk}/retirement/")
    one.refresh_from_db()
    assert (one.name, one.retired_on) == ("Carers", world.today)
    client.force_login(world.office)
    assert ">Carers<" not in client.get(f"/ashgrove/pupils/{world.amina.pk}/groups/").content.decode()


def test_a_status_is_said_from_a_day_and_what_was_said_before_stays(world: World, client: PageClient) -> None:
    client.force_login(world.office)
    address = f"/ashgrove/pupils/{world.amina.pk}/groups/"
    sent = {"group": world.eal.pk, "answer": "yes", "starts_on": "2025-09-01", "source": "Admission form"}
    client.post(address, sent)
    client.post(address, {**sent, "answer": "no", "starts_on": "2026-03-01", "source": "Assessment"})
    with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        rows = list(GroupStatus.objects.filter(pupil=world.amina).order_by("starts_on"))
    assert [(row.answer, row.ends_on is None) for row in rows] == [("yes", False), ("no", True)]
    assert rows[0].ends_on == rows[1].starts_on - timedelta(days=1)
    early = client.post(address, {**sent, "starts_on": "2026-02-01"})
    assert early.status_code == 422
    client.post(address, {**sent, "answer": "not-known", "starts_on": "2026-03-01"})
    with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        assert [row.answer for row in GroupStatus.objects.order_by("starts_on")] == ["yes", "not-known"]
    page = client.get(f"/ashgrove/pupils/{world.amina.pk}/").content.decode()
    assert "Admission form" in page
    assert "Not known" in page


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"answer": "perhaps"}, id="a fourth answer"),
        pytest.param({"group": "999"}, id="no such group"),
        pytest.param({"starts_on": "yesterday"}, id="no such day"),
        pytest.param({"source": "x" * 121}, id="a source without end"),
    ],
)
def test_what_a_status_cannot_be_is_said(world: World, client: PageClient, wrong: dict[str, str]) -> None:
    client.force_login(world.office)
    sent = {"group": world.eal.pk, "answer": "yes", "starts_on": "2026-03-04", "source": ""}
    assert client.post(f"/ashgrove/pupils/{world.amina.pk}/groups/", {**sent, **wrong}).status_code == 422


@pytest.mark.parametrize("who", ["office", "okafor", "senco", "birchwood_senco"])
def test_settings_are_changed_by_those_who_may(world: World, who: str) -> None:
    with pytest.raises(NotTheirSchool):
        describe_school(school=world.ashgrove, facts={"name": "X"}, by=world.cast[who], at=world.now)
    with pytest.raises(NotTheirSchool):
        groups.add_group(school=world.ashgrove, name="X", by=world.cast[who], at=world.now)


def test_the_access_table_says_what_is_so(world: World, client: PageClient) -> None:
    assert set(ROLE_WORDS) == set(Role)
    assert set(PERMISSION_WORDS) == set(Permission)
    for row in access_table():
        assert len(row.can) == len(GRANTS[row.role])
        assert len(row.can) + len(row.cannot) == len(Permission)
    client.force_login(world.guardian)
    assert "Safeguarding lead" in client.get("/ashgrove/settings/access/").content.decode()


def test_the_foot_of_a_page_says_who_may_see_it() -> None:
    assert who_may(Permission.PUPIL_EDIT) == "office"
    assert who_may(Permission.GUARDIAN_VIEW).startswith("their tutor, ")
    assert who_may(Permission.GUARDIAN_VIEW).endswith(" and head")


def test_the_terms_lead_back_to_settings(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    assert '<p class="trail"><a href="/ashgrove/settings/">' in client.get("/ashgrove/settings/terms/").content.decode()
