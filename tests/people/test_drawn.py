"""Two people have one form open. Whoever saves later is told what the other saved, and chooses; nobody loses unseen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils.html import strip_tags

from muster.people.doors import purpose
from muster.people.models import (
    AcademicYear,
    ClassMembership,
    GroupStatus,
    Guardianship,
    KeyGroup,
    Pupil,
    School,
    SchoolClass,
    YearGroup,
)
from muster.people.purposes import Purpose, Shows
from tests.support.client import PageClient
from tests.world import World

Sent = dict[str, Any]


def drawn_in(page: Any) -> str:
    """The hidden version of a page's form."""
    found = re.search(r'name="drawn" value="([^"]*)"', page.content.decode())
    assert found, "the form carries no version"
    return found[1]


@dataclass(frozen=True)
class Case:
    """A form: who opens it, where, what it needs, what each of two people types, and what is saved."""

    who: str
    address: Callable[[World], str]
    usual: Callable[[World], Sent]
    mine: Callable[[World], Sent]
    theirs: Callable[[World], Sent]
    saved: Callable[[World], object]
    shows: str


def guardianship(world: World) -> Guardianship:
    return Guardianship.objects.select_related("guardian").get(pupil=world.amina)


def terms(world: World, last: str) -> Sent:
    sent: Sent = {"terms-TOTAL_FORMS": "1", "terms-INITIAL_FORMS": "1"}
    return sent | {"terms-0-name": "Autumn", "terms-0-first_day": "2025-09-01", "terms-0-last_day": last}


def words(world: World, pupil: str) -> Sent:
    return {"preset": "", "pupil-singular": pupil, "pupil-plural": f"{pupil}s"}


CASES = {
    "guardian": Case(
        "office",
        lambda world: f"/ashgrove/pupils/{world.amina.pk}/guardians/{guardianship(world).pk}/",
        lambda world: {"name": "Farah Ali", "relation": "Mother", "responsibility": "on"},
        lambda world: {"telephone": "01632 960 003"},
        lambda world: {"telephone": "01632 960 002"},
        lambda world: (guardianship(world).guardian.contacts or {})["telephone"],
        "Telephone: Now: “01632 960 002”",
    ),
    "school": Case(
        "head",
        lambda world: "/ashgrove/settings/school/",
        lambda world: {
            "name": "Ashgrove Primary School",
            "country": "GB-ENG",
            "time_zone": "Europe/London",
            "language": "en-gb",
            "week": ["1", "2", "3", "4", "5"],
        },
        lambda world: {"help_person": "Olive"},
        lambda world: {"help_person": "Hester"},
        lambda world: School.objects.get(pk=world.ashgrove.pk).help_person,
        "Now: “Hester”",
    ),
    "terms": Case(
        "head",
        lambda world: f"/ashgrove/settings/years/{world.year.pk}/",
        lambda world: {},
        lambda world: terms(world, "2025-12-17"),
        lambda world: terms(world, "2025-12-18"),
        lambda world: str(AcademicYear.objects.get(pk=world.year.pk).terms.get().last_day),
        "Autumn 1 September 2025 – 18 December 2025",
    ),
    "year group": Case(
        "head",
        lambda world: f"/ashgrove/settings/year-groups/{world.year_3.pk}/",
        lambda world: {"code": "3"},
        lambda world: {"name": "Year Three"},
        lambda world: {"name": "Third year"},
        lambda world: YearGroup.objects.get(pk=world.year_3.pk).name,
        "Now: “Third year”",
    ),
    "key group": Case(
        "head",
        lambda world: f"/ashgrove/settings/groups/{world.eal.pk}/",
        lambda world: {},
        lambda world: {"name": "More than one language"},
        lambda world: {"name": "Speaks two languages"},
        lambda world: KeyGroup.objects.get(pk=world.eal.pk).name,
        "Now: “Speaks two languages”",
    ),
    "words": Case(
        "head",
        lambda world: "/ashgrove/settings/words/",
        lambda world: {},
        lambda world: words(world, "child"),
        lambda world: words(world, "learner"),
        lambda world: School.objects.get(pk=world.ashgrove.pk).words["pupil"]["singular"],
        "Now: “learner”",
    ),
    "class": Case(
        "office",
        lambda world: f"/ashgrove/classes/{world.hazel.pk}/name/",
        lambda world: {},
        lambda world: {"name": "3 Elder", "year_group": world.year_3.pk},
        lambda world: {"name": "3 Hazel", "year_group": world.year_4.pk},
        lambda world: SchoolClass.objects.get(pk=world.hazel.pk).year_group_id,
        "Year group: Now: Year 4",
    ),
    "correction": Case(
        "office",
        lambda world: f"/ashgrove/pupils/{world.amina.pk}/correction/",
        lambda world: {"forenames": "Amina", "surname": "Ali", "reason": "Certificate seen"},
        lambda world: {"born_on": "2018-01-19"},
        lambda world: {"born_on": "2018-01-29"},
        lambda world: str(Pupil.objects.get(pk=world.amina.pk).born_on),
        "Now: 29 January 2018",
    ),
    "move": Case(
        "office",
        lambda world: f"/ashgrove/pupils/{world.ben.pk}/move/",
        lambda world: {"on": "2026-03-04"},
        lambda world: {"to": world.hazel.pk},
        lambda world: {"to": the_oak(world).pk},
        lambda world: [row.school_class_id for row in ClassMembership.objects.filter(pupil=world.ben, ends_on=None)],
        "Class now: 5 Oak",
    ),
    "placement": Case(
        "office",
        lambda world: f"/ashgrove/pupils/{world.amina.pk}/placement/",
        lambda world: {},
        lambda world: {"year_group": the_fifth(world).pk},
        lambda world: {"year_group": world.year_4.pk},
        lambda world: world.amina.placements.get().year_group_id,
        "Now: Year 4",
    ),
    "status": Case(
        "office",
        lambda world: f"/ashgrove/pupils/{world.amina.pk}/groups/",
        lambda world: {"group": world.eal.pk, "starts_on": "2026-03-04"},
        lambda world: {"answer": "no"},
        lambda world: {"answer": "yes"},
        lambda world: GroupStatus.objects.get(pupil=world.amina).answer,
        "EAL now: Yes from 4 March 2026",
    ),
}


def the_oak(world: World) -> SchoolClass:
    return SchoolClass.objects.get_or_create(school=world.ashgrove, year=world.year, name="5 Oak")[0]


def the_fifth(world: World) -> YearGroup:
    made, _new = YearGroup.objects.get_or_create(school=world.ashgrove, name="Year 5", code="5", position=5)
    return made


def held(world: World, case: Case) -> object:
    with purpose().using(Purpose.ADMINISTER, Shows.RECORD):
        return case.saved(world)


@pytest.mark.parametrize("name", CASES)
def test_the_later_of_two_is_told_and_chooses(world: World, client: PageClient, name: str) -> None:
    case = CASES[name]
    the_oak(world)
    the_fifth(world)
    client.force_login(world.cast[case.who])
    address = case.address(world)
    version = drawn_in(client.get(address))
    usual = case.usual(world)
    theirs = client.post(address, {**usual, **case.theirs(world), "drawn": version})
    assert theirs.status_code == 302, strip_tags(theirs.content.decode())
    as_they_left_it = held(world, case)

    mine = {**usual, **case.mine(world)}
    refused = client.post(address, {**mine, "drawn": version})
    assert refused.status_code == 409
    shown = " ".join(strip_tags(refused.content.decode()).split())
    assert "Somebody has changed this since you opened the page" in shown
    assert case.shows in shown
    assert re.search(r"It was you yourself, 4 March 2026, 10:4\d\.", shown)
    assert held(world, case) == as_they_left_it

    again = client.post(address, {**mine, "drawn": drawn_in(refused)})
    assert again.status_code == 302, strip_tags(again.content.decode())
    assert held(world, case) != as_they_left_it


def test_the_later_of_two_hears_who_the_other_was(world: World, client: PageClient) -> None:
    case = CASES["class"]
    the_oak(world)
    address, usual = case.address(world), case.usual(world)
    client.force_login(world.head)
    version = drawn_in(client.get(address))
    assert client.post(address, {**usual, **case.theirs(world), "drawn": version}).status_code == 302
    client.force_login(world.office)
    refused = client.post(address, {**usual, **case.mine(world), "drawn": version})
    assert refused.status_code == 409
    assert f"It was {world.head.name}, 4 March 2026, 10:4" in strip_tags(refused.content.decode())


@pytest.mark.parametrize("name", CASES)
def test_the_same_said_twice_is_no_difference(world: World, client: PageClient, name: str) -> None:
    """A button pressed twice sends one form twice."""
    case = CASES[name]
    the_oak(world)
    the_fifth(world)
    client.force_login(world.cast[case.who])
    address = case.address(world)
    version = drawn_in(client.get(address))
    sent = {**case.usual(world), **case.theirs(world), "drawn": version}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code in {302, 422}


def scale_sent(world: World, *, name: str = "Four steps", word: str = "Secure") -> Sent:
    """The scale editor as it is sent, with another name or another third word."""
    sent: Sent = {"name": name, "rows": "4"}
    for place, step in enumerate(world.steps.values()):
        row = {"pk": step.pk, "word": step.word, "code": step.code, "digit": step.digit, "fill": step.fill}
        row |= {"place": step.place, "symbol": "", "number": "", **({"secure": "on"} if step.secure else {})}
        sent |= {f"step-{place}-{field}": value for field, value in row.items()}
    return sent | {"step-2-word": word}


def test_the_later_of_two_changes_to_a_scale_is_told_and_chooses(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    address = f"/ashgrove/scales/{world.scale.pk}/"
    version = drawn_in(client.get(address))
    theirs = scale_sent(world, word="Expected") | {"drawn": version}
    assert client.post(address, theirs).status_code == 302
    assert client.post(address, theirs).status_code == 302

    refused = client.post(address, scale_sent(world, name="Depth") | {"drawn": version})
    assert refused.status_code == 409
    assert "S Expected, key 3, Leaf, At, secure" in " ".join(strip_tags(refused.content.decode()).split())
    world.scale.refresh_from_db()
    assert world.scale.name == "Four steps"

    chosen = scale_sent(world, name="Depth") | {"drawn": drawn_in(refused)}
    assert client.post(address, chosen).status_code == 302
    assert set(world.scale.steps.live().values_list("word", flat=True)) == {step.word for step in world.steps.values()}


def test_adding_a_row_to_a_scale_keeps_what_it_was_drawn_with(world: World, client: PageClient) -> None:
    client.force_login(world.head)
    address = f"/ashgrove/scales/{world.scale.pk}/"
    version = drawn_in(client.get(address))
    assert drawn_in(client.post(address, scale_sent(world) | {"drawn": version, "more": "1"})) == version
