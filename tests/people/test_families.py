"""Parents and carers of brothers and sisters: one person, one record, and what they are to each child."""

import pytest

from muster.people.actions.families import AlreadyGuardian, share_guardian
from muster.people.actions.reach import NotTheirPupil
from muster.people.models import Guardian, Guardianship
from tests.support.client import PageClient
from tests.world import World, a_pupil


@pytest.fixture
def mother(world: World) -> Guardianship:
    return Guardianship.objects.select_related("guardian", "pupil", "school").get(pupil=world.amina)


def address(guardianship: Guardianship) -> str:
    return f"/ashgrove/pupils/{guardianship.pupil_id}/guardians/{guardianship.pk}/"


def test_a_brother_gets_the_same_mother_and_her_page_comes_next(
    world: World, client: PageClient, mother: Guardianship
) -> None:
    bilal = a_pupil(world, name="Bilal Ali", in_class=world.rowan)
    client.force_login(world.office)
    page = client.get(address(mother)).content.decode()
    assert "Ali, Bilal, 4 Rowan" in page
    assert "Carter" not in page
    done = client.post(f"{address(mother)}sharing/", {"pupil": bilal.pk}, follow=True)
    theirs = Guardianship.objects.get(pupil=bilal)
    assert done.redirect_chain[-1][0] == address(theirs)
    assert (theirs.guardian, theirs.relation, theirs.position) == (world.mrs_ali, "Mother", 1)
    assert Guardian.objects.count() == 1
    assert "Ali, Bilal" not in client.get(address(mother)).content.decode()


def test_a_sister_of_another_name_is_found_by_it(world: World, client: PageClient, mother: Guardianship) -> None:
    client.force_login(world.office)
    assert "Carter, Ben, 4 Rowan" in client.post(address(mother), {"q": "cart"}, follow=True).content.decode()
    assert "Nobody else of this name" in client.post(address(mother), {"q": "zz"}, follow=True).content.decode()


def test_an_order_that_forbids_contact_goes_along(world: World, mother: Guardianship) -> None:
    Guardianship.objects.update(no_contact=True)
    mother.refresh_from_db()
    assert share_guardian(guardianship=mother, pupil=world.ben, by=world.office, at=world.now).no_contact


def test_nobody_is_a_mother_twice(world: World, client: PageClient, mother: Guardianship) -> None:
    with pytest.raises(AlreadyGuardian):
        share_guardian(guardianship=mother, pupil=world.amina, by=world.office, at=world.now)
    client.force_login(world.office)
    again = client.post(f"{address(mother)}sharing/", {"pupil": world.amina.pk}, follow=True)
    assert "already" in again.content.decode()


@pytest.mark.parametrize("pupil", ["", "x", "99999999", "9" * 30, "9" * 5_000, "cora"])
def test_a_pupil_who_is_not_there_or_of_the_next_school_is_no_sister(
    world: World, client: PageClient, mother: Guardianship, pupil: str
) -> None:
    client.force_login(world.office)
    sent = str(world.cora.pk) if pupil == "cora" else pupil
    assert client.post(f"{address(mother)}sharing/", {"pupil": sent}).status_code == 404
    with pytest.raises(NotTheirPupil):
        share_guardian(guardianship=mother, pupil=world.cora, by=world.office, at=world.now)
    assert Guardianship.objects.count() == 1
